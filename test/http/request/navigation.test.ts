import { describe, expect, test } from '@jest/globals';
import { isNavigation } from '../../../src/http/request/navigation.ts';

const accept = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';

describe('a navigation', () => {
  test.each([
    [{ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', accept }, true],
    [{ accept }, true],
    [{ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe', accept }, false],
    [{ 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image', accept }, false],
    [{ 'sec-fetch-mode': 'cors', accept }, false],
    [{ 'sec-fetch-mode': '', accept }, false],
    [{ accept, 'x-requested-with': 'XMLHttpRequest' }, false],
    [{ accept: '*/*' }, false],
    [{ accept: 'application/json, text/html;q=0.5' }, false],
    [{}, false],
  ])('%j: %s [O22]', (headers, expected) => {
    expect(isNavigation({ headers: headers as unknown as Record<string, string> })).toBe(expected);
  });
});
