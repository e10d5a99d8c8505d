import { STATUS_CODES } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { type FailureCode, failureOf, failures } from '../../src/errors.ts';
import { problemDetails } from '../../src/pages/problem.ts';
import { hostileTexts } from '../helpers/markup.ts';

const codes = Object.keys(failures) as FailureCode[];
const requestId = '8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60';
const time = new Date(0);

describe('problem details', () => {
  test.each(codes)('of %s are what the failure table says, and no more [P8 P10]', (code) => {
    const { status, title, advice, fault, retryable } = failureOf(code);
    const targetLink = 'http://10.0.0.7/';
    expect(problemDetails({ code, requestId, time, appName: 'a', generalError: 'b', targetLink })).toEqual({
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

  test.each(hostileTexts)('of a filtered path have the operator’s text as it is: %s [P6]', (filteredUrlMessage) => {
    const details = problemDetails({ code: 'path_filtered', requestId, time, filteredUrlMessage });
    expect(JSON.parse(JSON.stringify(details))).toMatchObject({ detail: filteredUrlMessage });
    expect(problemDetails({ code: 'bad_request', requestId, time, filteredUrlMessage }).detail).toContain(
      failures.bad_request.advice,
    );
  });

  test('name an instance that is a URI [P8]', () => {
    expect(URL.canParse(problemDetails({ code: 'loop_detected', requestId, time }).instance)).toBe(true);
  });
});
