import { PassThrough, type Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { payloadQuota } from '../../middlewares/payload-quota.ts';
import { toProxyError } from '../../src/failure-mapping.ts';

/** Has the payload quota read a body; returns the bytes, or what it threw. */
async function read(body: Readable, limit = 100) {
  const request = {
    event: { headers: {} },
    response: { statusCode: 200, headers: {}, body: body as unknown },
    context: { capacity: { limit, measure: () => 0 }, config: {}, exchange: {} },
  };
  try {
    await payloadQuota().after?.(request as never);
    return String(request.response.body);
  } catch (error) {
    return toProxyError(error).code;
  }
}

describe('reading a body', () => {
  test('puts its pieces together', async () => {
    const body = new PassThrough();
    body.write('one, ');
    setImmediate(() => body.end('two'));
    expect(await read(body)).toBe('one, two');
  });

  test('of no bytes is an empty body', async () => {
    expect(await read(new PassThrough().end())).toBe('');
  });

  test('stops one piece past the limit and closes the body [R38]', async () => {
    const body = new PassThrough();
    const pieces = setInterval(() => body.write('x'.repeat(60)), 1);
    expect(await read(body)).toBe('response_too_large');
    clearInterval(pieces);
    expect(body.destroyed).toBe(true);
  });

  test('takes exactly the limit [R37]', async () => {
    expect(await read(new PassThrough().end('x'.repeat(100)))).toBe('x'.repeat(100));
    expect(await read(new PassThrough().end('x'.repeat(101)))).toBe('response_too_large');
  });

  test.each([
    ['fails while it is read', (body: PassThrough) => void setImmediate(() => body.destroy(new Error('later')))],
    ['had failed before', (body: PassThrough) => void body.destroy(new Error('earlier'))],
  ])('that %s fails [E13]', async (_when, spoil) => {
    const body = new PassThrough().on('error', () => undefined);
    body.write('half');
    spoil(body);
    await new Promise((resolve) => process.nextTick(resolve));
    expect(await read(body)).toBe('internal_error');
  });

  test.each([
    ['is closed while it is read', (body: PassThrough) => void setImmediate(() => body.destroy())],
    ['had been closed before', (body: PassThrough) => void body.destroy()],
  ])('that %s never hangs, and is no whole body [E13 R11]', async (_when, spoil) => {
    const body = new PassThrough();
    body.write('half');
    spoil(body);
    await new Promise((resolve) => process.nextTick(resolve));
    expect(await read(body)).toBe('response_incomplete');
  });
});
