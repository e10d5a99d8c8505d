import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buffered, bufferedCapacity, withBytes } from '../../src/delivery/buffered.ts';
import { functionUrl } from '../../src/events/function-url.ts';
import type { ProxyChain } from '../../src/types.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { eventFor, fronts, sourceFor } from '../helpers/events.ts';
import { bodyBytes, lambdaContext, type Result, rawHandlerWith, resultOf } from '../helpers/lambda.ts';

let backend: Backend;
let body: Buffer = Buffer.alloc(0);
let padding = '';

beforeAll(async () => {
  backend = await httpBackend((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x', 'x-padding': padding }).end(body);
  });
});
afterAll(() => backend.close());

/** A response in one shape, with its size on the way. */
interface Measured extends Result {
  readonly serialised: number;
}

describe.each(fronts.map((front) => [front.source, front] as const))('Behind a %s', (_, front) => {
  const limit = sourceFor(front).maxResponseBytes;

  const ask = async (bytes: Buffer, pad = ''): Promise<Measured> => {
    body = bytes;
    padding = pad;
    const result = await rawHandlerWith({ REMOTE_URL: backend.url })(eventFor({}, front));
    return { ...resultOf(result), serialised: Buffer.byteLength(JSON.stringify(result)) };
  };

  /** Bytes left for the body's part of the JSON when everything else is in it. */
  const room = async (sample: Buffer, pad = '') => {
    const result = await ask(sample, pad);
    return limit - result.serialised + Buffer.byteLength(JSON.stringify(result.body)) - 2;
  };

  const expectTooLarge = (result: Measured) => {
    expect(result.statusCode).toBe(413);
    expect(result.headers['proxy-status']).toBe('lambda-rproxy; error=http_response_body_size');
    expect(bodyBytes(result).toString()).toMatch(/Payload Too Large/);
    expect(result.serialised).toBeLessThan(10_000);
  };

  test('the largest text that fits passes, and one byte more is the 413 page [L1 L2 R37 A6]', async () => {
    const size = await room(Buffer.from('x'));
    const fits = await ask(Buffer.alloc(size, 'x'));
    expect(fits.statusCode).toBe(200);
    expect(fits.serialised).toBe(limit);
    expect(fits.body).toHaveLength(size);
    expectTooLarge(await ask(Buffer.alloc(size + 1, 'x')));
  });

  test('text full of quotes and line breaks is measured as JSON holds it, and past that goes as base64 [L2 R37]', async () => {
    const size = await room(Buffer.from('"'));
    const escaped = Buffer.from(`${'"\n'.repeat(Math.floor(size / 4))}${'x'.repeat(size % 4)}`);
    const fits = await ask(escaped);
    expect(fits.statusCode).toBe(200);
    expect(fits.serialised).toBe(limit);
    expect([fits.isBase64Encoded, bodyBytes(fits).equals(escaped)]).toEqual([false, true]);
    const longer = Buffer.concat([escaped, Buffer.from('x')]);
    const asBytes = await ask(longer);
    expect([asBytes.statusCode, asBytes.isBase64Encoded, bodyBytes(asBytes).equals(longer)]).toEqual([200, true, true]);
    // Neither way: as base64 it has a third more than it has bytes.
    expectTooLarge(await ask(Buffer.alloc(Math.ceil((limit * 3) / 4), '"\n')));
  });

  test('the largest binary body that fits passes as base64, and one byte more is the 413 page [L1 L2 R37]', async () => {
    const byte = Buffer.from([0xff]);
    const pad = 'p'.repeat((await room(byte)) % 4);
    const size = ((await room(byte, pad)) / 4) * 3;
    const fits = await ask(Buffer.alloc(size, byte), pad);
    expect(fits.statusCode).toBe(200);
    expect(fits.serialised).toBe(limit);
    expect(bodyBytes(fits)).toHaveLength(size);
    expectTooLarge(await ask(Buffer.alloc(size + 1, byte), pad));
  });
});

describe('The buffered handler', () => {
  const handlerOf = (chain: ProxyChain) => buffered(chain) as (...parameters: unknown[]) => Promise<Result>;

  test('takes two parameters: with three, the nodejs24 runtime would take it for a callback handler', () => {
    expect(handlerOf(async () => ({ statusCode: 200, headers: {}, body: '' }))).toHaveLength(2);
  });

  test('hands over a text body, and a missing one as an empty one', async () => {
    const text = handlerOf(async () => ({ statusCode: 200, headers: { 'x-a': '1' }, body: 'é' }));
    expect(bodyBytes(await text(eventFor(), lambdaContext())).toString()).toBe('é');
    const none = handlerOf(async () => ({ statusCode: 204, headers: {} }) as never);
    expect(await none(eventFor(), lambdaContext())).toEqual({
      statusCode: 204,
      headers: { 'x-request-id': expect.any(String) },
      cookies: [],
      body: '',
      isBase64Encoded: false,
    });
  });

  test('tells the chain what the endpoint can carry, measured on the response as Lambda will serialise it [L2]', () => {
    const { limit: capacity, maxDurationMs, measure } = bufferedCapacity(functionUrl);
    expect([capacity, maxDurationMs]).toEqual([6_291_556, 900_000]);
    const response = { statusCode: 200, headers: { 'x-a': '"' }, body: 'é"' };
    expect(measure(response)).toBe(Buffer.byteLength(JSON.stringify(functionUrl.encode(withBytes(response)))));
  });
});
