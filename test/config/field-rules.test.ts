import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ConfigurationError, readConfig } from '../../src/config/config.ts';
import { requestRules, responseRules } from '../../src/config/field-rules.ts';
import * as optional from '../../src/config/optional.ts';
import { hopByHop } from '../../src/http/hop-by-hop.ts';

const both = [
  ['REQUEST_HEADERS', requestRules],
  ['RESPONSE_HEADERS', responseRules],
] as const;

const problemsOf = (env: Record<string, string>) => {
  try {
    readConfig({ REMOTE_URL: 'http://10.0.0.7', ...env }, {}, optional);
  } catch (error) {
    return (error as ConfigurationError).problems.map(({ setting, problem }) => `${setting} ${problem}`);
  }
  return [];
};

describe.each(both)('%s', (setting, rules) => {
  test('sets, adds and removes fields, one a line [O1]', () => {
    expect(rules('X-A: 1, 2\n+X-B:  b:c \n\n-X-C')).toEqual([
      { name: 'x-a', action: 'set', value: '1, 2' },
      { name: 'x-b', action: 'add', value: 'b:c' },
      { name: 'x-c', action: 'remove', value: '' },
    ]);
  });

  test.each(['X-A: 1\r\n-X-B', 'X-A: 1\\n-X-B', ' \tX-A: 1 \n  -X-B\t\n'])(
    'takes the line breaks of every editor and console: %j [O1]',
    (text) => {
      expect(rules(text).map(({ name }) => name)).toEqual(['x-a', 'x-b']);
    },
  );

  test.each([
    ['a bare carriage return', 'X-A: 1\rX-B: 2', /control character \(line 1\)/],
    ['a NUL', 'X-A: 1\n\u0000X-B: 2', /control character \(line 2\)/],
    ['a NUL in a value', 'X-A: \u0000', /control character/],
    ['a form feed', 'X-A: a\fb', /control character/],
    ['DEL', 'X-A: a\u007f', /control character/],
    ['text beyond ASCII', 'X-A: café', /ASCII \(line 1\)/],
    ['a line separator of Unicode', 'X-A: a\u2028X-B: b', /ASCII/],
    ['no colon', 'X-A 1', /line 1 is none/],
    ['a space before the colon', 'X-A : 1', /line 1 is none/],
    ['a name that is no token', 'X(A): 1', /line 1 is none/],
    ['no name', ': 1', /line 1 is none/],
    ['a lone sign', '-', /line 1 is none/],
    ['a value for a field that is removed', '-X-A: 1', /line 1 is none/],
    ['an addition without a value', '+X-A', /line 1 is none/],
    ['an empty value', 'X-A:', /empty value.*\(line 1\)/],
    ['a field that is set twice', 'X-A: 1\nx-a: 2', /twice/],
    ['an alias of a field that is set', 'X-A: 1\nX_A: 2', /twice/],
    ['a field that is removed and added to', '-X-A\n+X-A: 2', /both remove/],
    ['a second value for a field of one', '+Strict-Transport-Security: max-age=1', /holds one value/],
  ])('refuses %s [O2]', (_, text, problem) => {
    expect(() => rules(text)).toThrow(problem);
  });

  test.each([...hopByHop, 'Content-Length', 'CONTENT-ENCODING', 'Content-Range', 'Expect'])(
    'refuses what frames the message or concerns one connection: %s [O2]',
    (name) => {
      for (const line of [`${name}: 1`, `+${name}: 1`, `-${name}`, `${name.replaceAll('-', '_')}: 1`])
        expect(() => rules(`X-A: 1\n${line}`)).toThrow(/must not change .*\(line 2\)/);
    },
  );

  test.each([
    'Host',
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'x_forwarded_host',
    'X-Forwarded-Anything',
    'Forwarded',
    'Via',
    'CDN-Loop',
    'X-Request-Id',
    'Max-Forwards',
    'X-Origin-Verify',
    'Proxy-Status',
    'X-Amzn-Trace-Id',
    'X-Amzn-Remapped-Server',
    'X-Lambda-Rproxy-Wake',
  ])('refuses a field that the proxy or AWS writes: %s [O2]', (name) => {
    for (const line of [`${name}: 1`, `+${name}: 1`, `-${name}`])
      expect(() => rules(line)).toThrow(/is written by the proxy itself or by AWS \(line 1\)/);
  });

  test('reports every wrong line at once [O2]', () => {
    const [problem = ''] = problemsOf({ [setting]: 'Host: a\nX-A: 1\n-Connection\nX-B' });
    for (const line of ['line 1', 'line 3', 'line 4']) expect(problem).toContain(line);
    expect(problem).not.toContain('line 2');
  });

  test('takes any other field, and what it takes is a token and visible ASCII [O2]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        let parsed: ReturnType<typeof rules> = [];
        try {
          parsed = rules(text);
        } catch {
          return;
        }
        for (const { name, value } of parsed) {
          expect(name).toMatch(/^[!#$%&'*+.^_`|~\da-z-]+$/);
          expect(value).toMatch(/^(?:[!-~](?:[\t -~]*[!-~])?)?$/);
        }
      }),
    );
  });
});

describe('REQUEST_HEADERS', () => {
  test('is never quoted, not even where it is wrong [D4 O2]', () => {
    for (const text of ['s3cret-without-a-name', 'X-Key: s3cré', 's3cret : x', 'Host: s3cret'])
      expect(problemsOf({ REQUEST_HEADERS: text }).join()).not.toContain('s3cr');
  });

  test('and user:password in REMOTE_URL do not both log in [O2]', () => {
    const REMOTE_URL = 'http://ada:pw@10.0.0.7';
    expect(problemsOf({ REMOTE_URL, REQUEST_HEADERS: 'Authorization: Bearer x' })).toEqual([
      expect.stringMatching(/^REQUEST_HEADERS sets authorization, and so does/),
    ]);
    expect(problemsOf({ REMOTE_URL, REQUEST_HEADERS: '-Authorization' })).toEqual([]);
  });

  test('may only remove Accept-Encoding, and does not touch Destination [O2]', () => {
    expect(requestRules('-Accept-Encoding')).toHaveLength(1);
    expect(() => requestRules('Accept-Encoding: br')).toThrow(/only be removed/);
    expect(() => requestRules('-Destination')).toThrow(/rewritten/);
  });
});

describe('RESPONSE_HEADERS', () => {
  test.each(['Content-Type: text/html', 'Location: /', '-Location', 'Date: x', 'Set-Cookie: a=b'])(
    'refuses what belongs to one response: %s [O2]',
    (line) => {
      expect(() => responseRules(line)).toThrow(/must not change/);
    },
  );

  test('adds and removes cookies [O1]', () => {
    expect(responseRules('+Set-Cookie: a=b; Secure')).toEqual([
      { name: 'set-cookie', action: 'add', value: 'a=b; Secure' },
    ]);
    expect(responseRules('-Set-Cookie')).toHaveLength(1);
  });
});
