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
      type: `urn:lambda-rproxy:error:${code}`,
      title,
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

  test('have title and detail in the preferred language, and the members that programs compare the same in all [P8 P13]', () => {
    const [english, german] = [en, de].map((words) => problemDetails({ ...common, code: 'dns_timeout' }, words));
    expect(german).toEqual({ ...english, title: de.failures.dns_timeout.title, detail: german?.detail });
    expect(german?.detail).toBe(`${de.failures.dns_timeout.title}. ${de.failures.dns_timeout.advice}`);
  });

  test('name a type and an instance that are URIs [P8]', () => {
    const { type, instance } = problemDetails({ ...common, code: 'loop_detected' }, en);
    expect([type, instance].map((uri) => URL.canParse(uri))).toEqual([true, true]);
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
