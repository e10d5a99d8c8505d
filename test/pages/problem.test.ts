import { STATUS_CODES } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { type FailureCode, failureOf, failures } from '../../src/failures.ts';
import { de } from '../../src/pages/messages/de.ts';
import { en } from '../../src/pages/messages/en.ts';
import { problemDetails } from '../../src/pages/problem.ts';
import { hostileTexts } from '../helpers/markup.ts';

const codes = Object.keys(failures) as FailureCode[];
const requestId = '8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60';
const common = { method: 'GET', requestId, time: new Date(0) } as const;

describe('problem details', () => {
  test.each(codes)('of %s have the values of the failure table, and no others [P8 P10]', (code) => {
    const { status, title, advice, fault, retryable } = failureOf(code);
    const targetLink = 'http://10.0.0.7/';
    expect(problemDetails({ ...common, code, appName: 'a', generalError: 'b', targetLink }, en)).toEqual({
      // RFC 9457 §4.2.1: with this type, the title is that of the status.
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      detail: `${title}. ${advice}`,
      instance: `urn:uuid:${requestId}`,
      code,
      fault,
      retryable,
    });
  });

  test.each(hostileTexts)('of a filtered path have the operator’s text unchanged: %s [P6]', (filteredUrlMessage) => {
    const details = problemDetails({ ...common, code: 'path_filtered', filteredUrlMessage }, en);
    expect(JSON.parse(JSON.stringify(details))).toMatchObject({ detail: filteredUrlMessage });
    expect(problemDetails({ ...common, code: 'bad_request', filteredUrlMessage }, en).detail).toContain(
      failures.bad_request.advice,
    );
  });

  test('are in the preferred language, except the members that programs compare [P8 P13]', () => {
    const [english, german] = [en, de].map((words) => problemDetails({ ...common, code: 'dns_timeout' }, words));
    expect(german).toEqual({ ...english, detail: german?.detail });
    expect(german?.detail).toBe(`${de.failures.dns_timeout.title}. ${de.failures.dns_timeout.advice}`);
  });

  test('name an instance that is a URI [P8]', () => {
    expect(URL.canParse(problemDetails({ ...common, code: 'loop_detected' }, en).instance)).toBe(true);
  });

  test.each(['NF5U6CMIUAWPER24GXDNDEZSVU', 'a.b+c/d=='])(
    'name an instance that is a URI reference where the request id is no UUID: %s [P8]',
    (id) => {
      const { instance } = problemDetails({ ...common, code: 'loop_detected', requestId: id }, en);
      expect(instance).toBe(`#${id}`);
      expect(new URL(instance, 'https://h/a?b').href).toBe(`https://h/a?b#${id}`);
    },
  );
});
