import { describe, expect, test } from '@jest/globals';
import { ProxyError } from '../../../src/failures.ts';
import { nameClient } from '../../../src/http/request/forwarded.ts';
import type { Client, HeaderFields } from '../../../src/types.ts';

const client: Client = { ip: '198.51.100.7', host: 'public.example', protocol: 'https', port: 443 };

function named(headers: HeaderFields, trusted: boolean, parts: Partial<Client> = {}): HeaderFields {
  const fields = { ...headers };
  nameClient(fields, { ...client, ...parts }, trusted);
  return fields;
}

const forwarded = (before: string, parts: Partial<Client> = {}) =>
  named({ forwarded: before, 'x-forwarded-for': '1.1.1.1' }, true, parts)['forwarded'];

describe('Forwarded', () => {
  test.each([
    ['198.51.100.7', 'for=198.51.100.7'],
    ['2001:db8::1', 'for="[2001:db8::1]"'],
    ['test-invoke-source-ip', 'for=unknown'],
  ])('names %s as %s [H14]', (ip, node) => {
    expect(forwarded('for=1.1.1.1', { ip })).toBe(`for=1.1.1.1, ${node};host="public.example";proto=https`);
  });

  test.each([
    'for=198.51.100.7',
    'for=1.1.1.1, for=198.51.100.7',
    'for=1.1.1.1,by=3.3.3.3;For="198.51.100.7";host=x;proto=https',
    'proto=https; for = "198.51.100.7"',
    'for=198.51.100.7 ;proto=https',
    'for=1.1.1.1, for=2.2.2.2, for=198.51.100.7',
  ])('that already ends with the peer stays: %s [H14]', (before) => {
    expect(forwarded(before)).toBe(before);
  });

  test('in IPv6 that already ends with the peer stays, in any letter case [H14]', () => {
    const before = 'for="[2001:DB8::1]";proto=https';
    expect(forwarded(before, { ip: '2001:db8::1' })).toBe(before);
  });

  test.each(['for=198.51.100.70', 'for=198.51.100.7, for=1.1.1.1', 'host="for=198.51.100.7"', ''])(
    'that ends with somebody else is continued: "%s" [H14]',
    (before) => {
      expect(String(forwarded(before))).toMatch(/for=198\.51\.100\.7;host="public\.example";proto=https$/);
    },
  );

  test('is never begun, and an empty field is no member [H14]', () => {
    expect(named({ 'x-forwarded-for': '1.1.1.1' }, true)).not.toHaveProperty('forwarded');
    expect(forwarded(' ')).toBe('for=198.51.100.7;host="public.example";proto=https');
  });

  test('escapes what would end its quotes [H14]', () => {
    expect(forwarded('for=1.1.1.1', { host: 'a"b\\c' })).toContain('host="a\\"b\\\\c"');
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

  test('is the one that the client asked for, whatever it writes itself [H13]', () => {
    expect(named(written, false)).toMatchObject(own);
    expect(named({}, false)).toMatchObject(own);
  });

  test('is what a trusted proxy says, and filled in where it says nothing [H13]', () => {
    expect(named(written, true)).toMatchObject(written);
    expect(named({}, true)).toMatchObject(own);
    expect(named({ 'x-forwarded-host': 'front.example' }, true)).toMatchObject({
      ...own,
      'x-forwarded-host': 'front.example',
    });
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
