import { describe, expect, test } from '@jest/globals';
import { ProxyError } from '../../../src/failures.ts';
import { nameClient } from '../../../src/http/request/forwarded.ts';
import { publicOrigin } from '../../../src/http/request/public-origin.ts';
import type { Client, HeaderFields } from '../../../src/types.ts';

const client: Client = { ip: '198.51.100.7', host: 'public.example', protocol: 'https', port: 443 };

function named(headers: HeaderFields, trusted: boolean, parts: Partial<Client> = {}): HeaderFields {
  const fields = { ...headers };
  const peer = { ...client, ...parts };
  const origin = publicOrigin({ client: peer, headers }, { trustForwarded: trusted, publicPath: '' });
  nameClient(fields, peer, origin, trusted ? 'x-forwarded-for' : undefined);
  return fields;
}

/** Forwarded behind a trusted proxy that wrote these addresses into X-Forwarded-For. */
const forwarded = (before: string, addresses: string, parts: Partial<Client> = {}) =>
  named({ forwarded: before, 'x-forwarded-for': addresses }, true, parts)['forwarded'];

describe('Forwarded', () => {
  test.each([
    ['198.51.100.7', 'for=198.51.100.7'],
    ['2001:db8::1', 'for="[2001:db8::1]"'],
    ['test-invoke-source-ip', 'for=unknown'],
  ])('names %s as %s [H14]', (ip, node) => {
    expect(forwarded('for=1.1.1.1', '1.1.1.1', { ip })).toBe(`for=1.1.1.1, ${node};host="public.example";proto=https`);
  });

  test.each([
    ['for=198.51.100.7', '198.51.100.7'],
    ['for=1.1.1.1, for=198.51.100.7', '1.1.1.1'],
    ['for=1.1.1.1,by=3.3.3.3;For="198.51.100.7";host=public.example;proto=HTTPS', '1.1.1.1, 198.51.100.7'],
    ['proto=https; for = "198.51.100.7"', '198.51.100.7'],
    ['for=198.51.100.7 ;proto=https', ''],
    ['for="1.1.1.1:80", for="[2001:db8::2]:443", for=198.51.100.7', '1.1.1.1, 2001:DB8::2'],
    ['for=_hidden, for=198.51.100.7', 'unknown'],
  ])('that ends with the peer and agrees with X-Forwarded-For stays: %s, %s [H14]', (before, addresses) => {
    expect(forwarded(before, addresses)).toBe(before);
  });

  test('in IPv6 that already ends with the peer stays, in any letter case [H14]', () => {
    const before = 'for="[2001:DB8::1]";proto=https';
    expect(forwarded(before, '2001:db8::1', { ip: '2001:db8::1' })).toBe(before);
  });

  test('that agrees and ends with another hop is continued [H14]', () => {
    expect(forwarded('for=1.1.1.1;host=public.example', '1.1.1.1')).toBe(
      'for=1.1.1.1;host=public.example, for=198.51.100.7;host="public.example";proto=https',
    );
  });

  test.each([
    ['another address', 'for=6.6.6.6'],
    ['one address more', 'for=6.6.6.6, for=1.1.1.1'],
    ['none', 'proto=https'],
    ['an empty field', ''],
    ['only white space', ' '],
    ['a host of the client’s', 'for=1.1.1.1;host=evil.example'],
    ['a host of the client’s in quotes', 'for=1.1.1.1;host="evil.example"'],
    ['a protocol of the client’s', 'for=1.1.1.1;proto=http'],
    ['two addresses in one element', 'for=1.1.1.1;for=6.6.6.6'],
    ['two hosts in one element', 'for=1.1.1.1;host=public.example;HOST=evil.example'],
    ['a member inside of quotes', 'for=1.1.1.1;host="x, for=1.1.1.1"'],
    ['an escape', 'for="1\\.1.1.1"'],
    ['an open quote', 'for="1.1.1.1'],
    ['a pair without a value', 'for=1.1.1.1;secret'],
    ['an address that only begins like the peer’s', 'for=1.1.1.1, for=198.51.100.70'],
  ])('with %s disagrees with X-Forwarded-For and is dropped: %s [H14]', (_, before) => {
    expect(forwarded(before, '1.1.1.1')).toBeUndefined();
  });

  test('that the client wrote is dropped where the proxy in front writes X-Forwarded-For alone [H14]', () => {
    expect(forwarded('for=10.0.0.1;host=evil.example;proto=http', '203.0.113.9')).toBeUndefined();
    expect(named({ forwarded: 'for=10.0.0.1' }, true)).not.toHaveProperty('forwarded');
  });

  test('is never begun [H14]', () => {
    expect(named({ 'x-forwarded-for': '1.1.1.1' }, true)).not.toHaveProperty('forwarded');
  });
});

describe('X-Forwarded-For', () => {
  test.each([
    [undefined, '198.51.100.7'],
    ['', '198.51.100.7'],
    ['1.1.1.1', '1.1.1.1, 198.51.100.7'],
    ['1.1.1.1,198.51.100.7', '1.1.1.1,198.51.100.7'],
    ['198.51.100.7', '198.51.100.7'],
    ['1.1.1.1, 2.2.2.2, 198.51.100.7', '1.1.1.1, 2.2.2.2, 198.51.100.7'],
    ['198.51.100.7, 1.1.1.1', '198.51.100.7, 1.1.1.1, 198.51.100.7'],
    ['1.1.1.1, ', '1.1.1.1, , 198.51.100.7'],
  ])('of a trusted proxy that says %j becomes %j [H13]', (before, after) => {
    const headers: HeaderFields = before === undefined ? {} : { 'x-forwarded-for': before };
    expect(named(headers, true)['x-forwarded-for']).toBe(after);
  });
});

describe('the public address', () => {
  const written = { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example', 'x-forwarded-port': '1' };
  const own = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'public.example', 'x-forwarded-port': '443' };

  test('is the one that the front door names, whatever the client writes [H10 H11 H12]', () => {
    expect(named(written, false)).toMatchObject(own);
    expect(named({}, false)).toMatchObject(own);
  });

  test('is what a trusted proxy names, and filled in where it names nothing [H10 H11 H12]', () => {
    expect(named(written, true)).toMatchObject(written);
    expect(named({}, true)).toMatchObject(own);
    expect(named({ 'x-forwarded-host': 'front.example' }, true)).toMatchObject({
      ...own,
      'x-forwarded-host': 'front.example',
    });
  });

  test('is one value for the backend, the last: what stands before may be the client’s [H10 H11 H12]', () => {
    const appended = {
      'x-forwarded-proto': 'gopher, http',
      'x-forwarded-host': 'evil.example, front.example:8080',
      'x-forwarded-port': '1, 8080',
    };
    expect(named(appended, true)).toMatchObject({
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'front.example:8080',
      'x-forwarded-port': '8080',
    });
  });

  test.each(['evil.example/path', 'a b', 'front.example,', 'user@evil.example', 'x:99999999', 'x"y'])(
    'is not %j, which is no host, for the backend either [H10]',
    (host) => {
      const fields = named({ 'x-forwarded-host': host, 'x-forwarded-proto': 'x', 'x-forwarded-port': '1/x' }, true);
      expect(fields).toMatchObject(own);
    },
  );
});

describe('the field that CLIENT_IP_HEADER names', () => {
  test('keeps its last member, which the proxy in front wrote [H13 C3]', () => {
    const fields: HeaderFields = { 'x-real-ip': '6.6.6.6, 203.0.113.9' };
    nameClient(fields, client, { ...client, prefix: '' }, 'x-real-ip');
    expect(fields['x-real-ip']).toBe('203.0.113.9');
    const none: HeaderFields = {};
    nameClient(none, client, { ...client, prefix: '' }, 'x-real-ip');
    expect(none).not.toHaveProperty('x-real-ip');
  });
});

describe('what cannot stand in a field', () => {
  test.each([{ ip: '1.1.1.1\r\nX-Admin: 1' }, { host: 'a\nb' }, { host: 'a\0b' }])(
    'is a bad request, not a field: %j [X3]',
    (parts) => {
      for (const trusted of [true, false]) expect(() => named({}, trusted, parts)).toThrow(ProxyError);
    },
  );
});
