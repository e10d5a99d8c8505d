import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foreignProxyStatus, ownProxyStatus } from '../../../src/http/response/proxy-status.ts';

describe("a backend's Proxy-Status", () => {
  test.each([
    ownProxyStatus('http_response_timeout'),
    'lambda-rproxy',
    'Lambda-RProxy; error=dns_error',
    '"lambda-rproxy"; error=dns_error',
    '"lambda\\-rproxy"; error=dns_error',
    '\t lambda-rproxy ;error=dns_error',
    'lambda-rproxy-0a1b2c3d; error=x',
    '(lambda-rproxy); error=x',
    'lambda-rproxy; error=a, LAMBDA-RPROXY; error=b',
    'lambda-rproxy; details="a, b; c\\" d"; error=x',
    '"lambda-rproxy; error=x',
    'cdn; details="lambda-rproxy; error=x',
    ', lambda-rproxy; error=x',
  ])('that claims to be this proxy is dropped: %s [R44]', (field) => {
    expect(String(foreignProxyStatus(field) ?? '').replace(/[\s,]/g, '')).toBe('');
  });

  test.each([
    ['cdn; error=x, lambda-rproxy; error=y', 'cdn; error=x'],
    ['lambda-rproxy; error=y, "cdn, inc"; error=x', '"cdn, inc"; error=x'],
    [
      'a; details="x, \\", lambda-rproxy; error=y", "lambda-rproxy", b',
      'a; details="x, \\", lambda-rproxy; error=y", b',
    ],
  ])('keeps the members of others: %s [R44]', (field, kept) => {
    expect(foreignProxyStatus(field)).toBe(kept);
  });

  test.each(['cdn; error=dns_error', '', 'my-lambda; error="rproxy"', 'a,,b', '"open'])(
    'without the name passes byte for byte: %s [R44]',
    (field) => {
      expect(foreignProxyStatus(field)).toBe(field);
    },
  );

  test('of any kind never begins a member with the name of this proxy [R44]', () => {
    const piece = fc.constantFrom(
      'lambda-rproxy',
      'LAMBDA-rproxy',
      ',',
      ';',
      '"',
      '\\',
      ' ',
      'error=x',
      'cdn',
      '(',
      ')',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const members = (foreignProxyStatus(pieces.join('')) ?? '').match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
        for (const member of members) expect(member).not.toMatch(/^[\s"(]*lambda-rproxy/i);
      }),
    );
  });
});
