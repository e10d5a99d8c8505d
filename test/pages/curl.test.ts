import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { curlCommand } from '../../src/pages/curl.ts';
import type { HeaderFields } from '../../src/types.ts';

const url = 'https://public.example/a';

/** Returns the arguments that a shell passes to curl. */
const argumentsOf = (command: string) =>
  execFileSync('sh', ['-c', `curl() { for word; do printf '%s\\0' "$word"; done; }\n${command}`])
    .toString('utf8')
    .split('\0')
    .slice(0, -1);

const curl = (headers: HeaderFields, method = 'GET', address = url, body?: string) =>
  argumentsOf(curlCommand({ method, url: address, headers }, body));

describe('the command to repeat a request', () => {
  test('has the method, the fields and the URL, with exactly that path [D8]', () => {
    expect(curl({ accept: '*/*', 'set-cookie': ['a=1', 'b=2'] }, 'PUT', `${url}/../b`, 'x=1')).toEqual([
      '--request',
      'PUT',
      '--globoff',
      '--path-as-is',
      '--header',
      'accept: */*',
      '--header',
      'set-cookie: a=1',
      '--header',
      'set-cookie: b=2',
      '--data-raw',
      'x=1',
      `${url}/../b`,
    ]);
  });

  test('omits the fields that curl sends itself and those that the AWS endpoint added [D8]', () => {
    const added = ['host', 'content-length', 'connection', 'via', 'forwarded', 'x-forwarded-for', 'x-amzn-trace-id'];
    const headers = Object.fromEntries(added.map((name) => [name, '1']));
    expect(curl({ ...headers, 'x-forward': '1' })).toEqual(curl({ 'x-forward': '1' }));
  });

  test('omits what concerns one connection: curl would wait for content that does not come [D8]', () => {
    const hops = {
      'transfer-encoding': 'chunked',
      te: 'trailers',
      upgrade: 'x',
      'keep-alive': '1',
      expect: '100-continue',
    };
    expect(curl(hops)).toEqual(curl({}));
  });

  test('sends a field without a value as one, and decodes what it has a coding for [D8]', () => {
    expect(curl({ 'x-empty': '' })).toContain('x-empty;');
    expect(curl({ 'accept-encoding': 'gzip' })).toEqual(
      expect.arrayContaining(['--compressed', 'accept-encoding: gzip']),
    );
  });

  test('uses --head for HEAD [D8]', () => {
    expect(curl({}, 'HEAD').slice(0, 1)).toEqual(['--head']);
  });

  test('has one word instead of each secret [D4 D8]', () => {
    const words = curl({ cookie: 'sid=[redacted 3 chars]' }, 'GET', `${url}?token=[redacted 6 chars]&u=//[redacted]@h`);
    expect(words).toContain('cookie: sid=REDACTED');
    expect(words.at(-1)).toBe(`${url}?token=REDACTED&u=//REDACTED@h`);
  });

  test('is one command, whatever the request contains [D8]', () => {
    const text = fc.stringMatching(/^[ -~\u00a0-\u00ff→]{0,20}$/);
    fc.assert(
      fc.property(text, text, text, (value, method, body) => {
        const words = curl({ 'x-a': value }, `M${method}`, `${url}?${value}`, body);
        expect(words).toHaveLength(9);
        expect(words[1]).toBe(`M${method}`);
        expect(words[5]).toBe(value.trim() === '' ? 'x-a;' : `x-a: ${value}`);
        expect(words[7]).toBe(body);
        expect(words[8]).toBe(`${url}?${value}`);
      }),
      { numRuns: 40 },
    );
  });
});
