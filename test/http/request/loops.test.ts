import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pseudonym } from '../../../src/http/request/loops.ts';

const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:rproxy';

describe("a deployment's name", () => {
  test.each([arn, ''])('is the same for every request of one function: "%s" [H17, H18]', (functionArn) => {
    const name = pseudonym(functionArn);
    expect(pseudonym(`${functionArn}2`)).not.toBe(name);
    expect(pseudonym(functionArn)).toBe(name);
  });

  test('differs from that of the same function elsewhere [H18]', () => {
    const arns = [
      arn,
      arn.replace('eu-central-1', 'eu-west-1'),
      arn.replace('123456789012', '123456789013'),
      `${arn}:1`,
    ];
    expect(new Set(arns.map(pseudonym)).size).toBe(arns.length);
  });

  test('is a token, and tells nothing of host, account or region [H17]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (anyArn) => {
        expect(pseudonym(anyArn)).toMatch(/^lambda-rproxy-[\da-f]{8}$/);
      }),
    );
  });

  test('is given even where there is no ARN, as in a local invocation', () => {
    expect(pseudonym('')).toBe('lambda-rproxy-811c9dc5');
  });
});
