import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { logInCookieOf, namesLogInCookie, withoutLogInCookie } from '../../src/log-in/cookie-field.ts';

const ours = '__Host-rproxy-log-in=v1.abc';

describe('a Cookie field for the backend', () => {
  test.each([
    ['a=1; b=2', 'a=1; b=2'],
    [`a=1; ${ours}; b=2`, 'a=1; b=2'],
    [`${ours}; a=1`, 'a=1'],
    [`a=1;${ours}`, 'a=1'],
    [`a=1; ${ours}; ${ours}x; b=2`, 'a=1; b=2'],
    [ours, undefined],
    [` ${ours} ;`, undefined],
    ['a=1; __host-rproxy-log-in=x', 'a=1'],
    ['a=1; __HOST-RPROXY-LOG-IN=x', 'a=1'],
    ['a=1; %5F%5fHost-rproxy-log-in=x', 'a=1'],
    ['a=1; __%48ost-rproxy-log-in=x', 'a=1'],
    ['a=1; __Host-rproxy-log-in2=x', 'a=1'],
    ['a=1; =__Host-rproxy-log-in=x', 'a=1'],
    ['a=1; \u2000__Host-rproxy-log-in=x', 'a=1'],
    ['a=1; b="__Host-rproxy-log-in=x"', 'a=1'],
    ['a=1, __Host-rproxy-log-in=x; b=2', 'b=2'],
    ['__Host-rproxy=1; rproxy-log-in=2', '__Host-rproxy=1; rproxy-log-in=2'],
  ])('%s', (field, rest) => {
    expect(withoutLogInCookie(field)).toBe(rest);
  });

  test('never has the name of the log-in cookie, and other cookies stay byte for byte [O24]', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom(ours, ours.toUpperCase(), ours.toLowerCase(), ` ${ours}`));
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const field = parts.join(';');
        const rest = withoutLogInCookie(field) ?? '';
        expect(namesLogInCookie(rest)).toBe(false);
        if (!namesLogInCookie(field)) expect(rest).toBe(field);
      }),
    );
  });
});

describe('the log-in cookie in a Cookie field', () => {
  test.each([
    [`a=1; ${ours}; b=2`, 'v1.abc'],
    [`a=1;${ours}`, 'v1.abc'],
    [`__host-rproxy-log-in=v1.evil; ${ours}`, 'v1.abc'],
    [`${ours}; ${ours}`, undefined],
    [`${ours}; a=1; __Host-rproxy-log-in=`, undefined],
    ['__host-rproxy-log-in=v1.abc', undefined],
    ['\u00a0__Host-rproxy-log-in=v1.abc', undefined],
    ['x__Host-rproxy-log-in=v1.abc', undefined],
    ['a="; __Host-rproxy-log-in=v1.abc"', 'v1.abc"'],
    ['a=1', undefined],
    [undefined, undefined],
  ])('%s', (field, value) => {
    expect(logInCookieOf(field)).toBe(value);
  });
});
