import { describe, expect, test } from '@jest/globals';
import { readableLine } from '../../src/local/readable-log.ts';

const timestamp = '2026-11-22T19:21:54.358Z';
const time = new Date(timestamp).toTimeString().slice(0, 8);
const line = (fields: object) =>
  readableLine(`${JSON.stringify({ level: 'INFO', message: 'request', timestamp, ...fields })}\n`);
const request = {
  http: { request: { method: 'GET' }, response: { status_code: 502 } },
  url: { path: '/a' },
  duration_ms: 7,
};

describe('A readable log line', () => {
  test('of a request has its status, method, path, duration and failure code', () => {
    expect(line({ ...request, error: { type: 'dns_error' } })).toBe(`${time}  502  GET     /a  7 ms  dns_error\n`);
  });

  test('of a request that could not be read says so with dashes', () => {
    expect(line({})).toBe(`${time}  ---  -       -  ? ms\n`);
  });

  test('of an error has its reason and its remedy', () => {
    const fields = { level: 'ERROR', message: 'request failed', reason: 'refused', remedy: 'start it', service: 'x' };
    expect(line(fields)).toBe(`${time}  ERROR  request failed: refused\n          -> start it\n`);
  });

  test('of a debug line has its fields', () => {
    const fields = { level: 'DEBUG', message: 'sent', function_name: 'x', backend: { total_ms: 3 } };
    expect(line(fields)).toBe(`${time}  DEBUG  sent\n          backend={"total_ms":3}\n`);
  });

  test.each(['\u001b[2J', '\u001b]0;title\u0007', '\r', '\b', '\u009b31m', '\n'])(
    'passes no control sequence %j to the terminal',
    (sequence) => {
      const text = line({ ...request, url: { path: `/a${sequence}b` } });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be absent
      expect(text.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      expect(text).toMatch(/ {2}\/a.*b {2}7 ms\n$/);
    },
  );

  test.each(['', 'plain\n', '{"level":', '{"a":1}\n', '  You  http://127.0.0.1\n'])('leaves %j as it is', (text) => {
    expect(readableLine(text)).toBe(text);
  });
});
