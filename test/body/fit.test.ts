import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { fitResponse } from '../../src/body/fit.ts';
import type { Capacity, HeaderFields, ProxyResponse } from '../../src/types.ts';

interface Settings {
  readonly capacity?: Partial<Capacity>;
  readonly payloadQuota?: number;
  readonly declaredLength?: number;
  readonly accepted?: string;
  readonly headers?: HeaderFields;
}

/** A step in front of an endpoint that carries 1000 bytes of body. */
const stepWith = (body: Readable | Buffer, { capacity, accepted, headers, ...settings }: Settings = {}) => ({
  event: { headers: { 'accept-encoding': accepted ?? 'gzip' } },
  response: { statusCode: 200, headers: { 'content-type': 'text/plain', ...headers }, body } as ProxyResponse,
  context: {
    capacity: { limit: 1000, measure: ({ body: { length } }: { body: Buffer }) => length, streams: false, ...capacity },
    config: { payloadQuota: settings.payloadQuota },
    exchange: { backendReport: { declaredLength: settings.declaredLength } } as { responseBytes?: number },
  },
});

const run = async (step: ReturnType<typeof stepWith>) => {
  step.response = await fitResponse(step.response, step.event.headers['accept-encoding'], step.context as never);
  return step;
};

const bytes = (size: number) => Buffer.alloc(size, 'x');
/** A body that has not ended, so that what is left of it can be seen to be closed. */
const open = (size: number) => {
  const body = new PassThrough();
  body.write(bytes(size));
  return body;
};

describe('a text that the endpoint cannot carry as it is', () => {
  test('goes in a coding that the client accepts, and its coded bytes are counted', async () => {
    const { response, context } = await run(stepWith(Readable.from([bytes(900), bytes(900)])));
    const coded = response.body as Buffer;
    expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'text/plain' });
    expect(gunzipSync(coded)).toEqual(bytes(1800));
    expect([response.contentLength, context.exchange.responseBytes]).toEqual([coded.length, coded.length]);
  });

  test('goes in one too when only serialising it makes it too large, and not when that just fits', async () => {
    const measure = (result: { headers: HeaderFields; body: string | Buffer | Readable }) =>
      (result.body as Buffer).length + (result.headers['content-encoding'] === undefined ? 500 : 0);
    const codingOf = async (size: number) =>
      (await run(stepWith(Readable.from([bytes(size)]), { capacity: { measure } }))).response.headers[
        'content-encoding'
      ];
    expect([await codingOf(500), await codingOf(501)]).toEqual([undefined, 'gzip']);
  });

  test('goes as bytes and in no coding where that makes it fit, to the byte', async () => {
    const measure = (result: ProxyResponse) => (result.asBytes ? (result.body as Buffer).length + 500 : 2000);
    const formOf = async (size: number) => {
      const { response } = await run(
        stepWith(Readable.from([bytes(size)]), {
          capacity: { measure: (result) => (result.headers['content-encoding'] ? 1 : measure(result)) },
        }),
      );
      return [response.asBytes, response.headers['content-encoding'], (response.body as Buffer).length === size];
    };
    expect(await formOf(500)).toEqual([true, undefined, true]);
    expect(await formOf(501)).toEqual([undefined, 'gzip', false]);
  });

  test('is not marked as bytes where it fits as text', async () => {
    const { response } = await run(stepWith(Readable.from([bytes(1000)])));
    expect(response.asBytes).toBeUndefined();
  });

  test('is refused when the client accepts none, and its stream is closed', async () => {
    const body = open(1001);
    await expect(run(stepWith(body, { accepted: 'identity' }))).rejects.toMatchObject({
      code: 'response_too_large',
      reason: 'the body has more than 1000 bytes',
    });
    expect(body.destroyed).toBe(true);
    const measure = () => 1234;
    const whole = Readable.from([bytes(1000)]);
    await expect(run(stepWith(whole, { accepted: 'identity', capacity: { measure } }))).rejects.toMatchObject({
      code: 'response_too_large',
      reason: 'the response has 1234 bytes once serialised, and the endpoint carries 1000',
    });
  });

  test('is refused when it is too large in the coding as well', async () => {
    const measure = () => 1001;
    const step = stepWith(Readable.from([bytes(2000)]), { capacity: { measure } });
    await expect(run(step)).rejects.toMatchObject({
      code: 'response_too_large',
      reason: 'the response has 1001 bytes once serialised in content coding gzip, and the endpoint carries 1000',
    });
    const fits = { measure: () => 1000 };
    expect((await run(stepWith(Readable.from([bytes(2000)]), { capacity: fits }))).response.statusCode).toBe(200);
  });

  test('is refused when it passes PAYLOAD_QUOTA, whatever it would shrink to', async () => {
    const body = open(401);
    await expect(run(stepWith(body, { payloadQuota: 400 }))).rejects.toMatchObject({
      reason: 'the body has more than 400 bytes',
    });
    expect(body.destroyed).toBe(true);
  });

  test('of exactly PAYLOAD_QUOTA may go in a coding', async () => {
    const measure = (result: { headers: HeaderFields }) =>
      result.headers['content-encoding'] === undefined ? 1001 : 1000;
    const step = stepWith(Readable.from([bytes(400)]), { payloadQuota: 400, capacity: { measure } });
    expect((await run(step)).response.headers).toMatchObject({ 'content-encoding': 'gzip' });
  });
});

describe('a body that is compressed', () => {
  test('is read up to 16 bytes for each byte that the endpoint carries, and refused with one more', async () => {
    const { response } = await run(stepWith(Readable.from([bytes(16_000)])));
    expect(gunzipSync(response.body as Buffer)).toEqual(bytes(16_000));
    const body = open(16_000);
    body.write('x');
    await expect(run(stepWith(body))).rejects.toMatchObject({
      code: 'response_too_large',
      reason: 'the body has more than 16000 bytes',
    });
    expect(body.destroyed).toBe(true);
  });

  test('is refused before it is read when its declared length is larger than that', async () => {
    expect((await run(stepWith(Readable.from([bytes(1001)]), { declaredLength: 16_000 }))).response.statusCode).toBe(
      200,
    );
    const body = open(10);
    await expect(run(stepWith(body, { declaredLength: 16_001 }))).rejects.toMatchObject({
      reason: 'the backend declares 16001 bytes, and the limit is 1000',
    });
    expect([body.destroyed, body.readableLength]).toEqual([true, 10]);
  });
});

describe('a declared length', () => {
  const refused = { code: 'response_too_large', reason: 'the backend declares 1001 bytes, and the limit is 1000' };

  test('over the limit is refused when no coding can help, and the stream is closed', async () => {
    for (const settings of [{ accepted: 'identity' }, { capacity: { streams: true } }, { payloadQuota: 1000 }]) {
      const body = open(10);
      await expect(run(stepWith(body, { declaredLength: 1001, ...settings }))).rejects.toMatchObject(refused);
      expect(body.destroyed).toBe(true);
    }
  });

  test('over the limit is no reason to refuse what a coding may help', async () => {
    const { response } = await run(stepWith(Readable.from([bytes(1001)]), { declaredLength: 1001 }));
    expect(response.headers).toMatchObject({ 'content-encoding': 'gzip' });
  });

  test.each([{ accepted: 'identity' }, { capacity: { streams: true } }, { payloadQuota: 1000 }])(
    'of exactly the limit passes with %o',
    async (settings) => {
      const step = stepWith(Readable.from([bytes(1000)]), { declaredLength: 1000, ...settings });
      expect((await run(step)).response.statusCode).toBe(200);
    },
  );
});

describe('status and fields', () => {
  const tooLarge = {
    code: 'response_headers_too_large',
    reason: 'status and fields have 101 bytes as JSON, and the endpoint carries 100',
  };
  const sized = (size: number) => ({ maxPreludeBytes: 100, measure: () => size });

  test('are refused when the endpoint could not take them, whatever the body is', async () => {
    for (const body of [Readable.from([bytes(1)]), bytes(1)]) {
      await expect(run(stepWith(body, { capacity: sized(101) }))).rejects.toMatchObject(tooLarge);
      expect((await run(stepWith(body, { capacity: sized(100) }))).response.statusCode).toBe(200);
    }
  });

  test('are measured without the body', async () => {
    const measured: unknown[] = [];
    const measure = (result: ProxyResponse) => {
      measured.push(result.body);
      return 0;
    };
    await run(stepWith(bytes(1), { capacity: { maxPreludeBytes: 100, measure } }));
    expect(measured).toEqual(['']);
  });
});

test('a body that is there already is counted and stays as it is', async () => {
  const step = stepWith(bytes(7));
  const { response, context } = await run(step);
  expect([response, context.exchange.responseBytes]).toEqual([step.response, 7]);
});

describe('a body that is read whole', () => {
  const stepWith = (response: object) => {
    const capacity = { limit: 1000, measure: () => 0 };
    const context = { capacity, config: {}, exchange: {} as { responseBytes?: number } };
    return { event: { headers: {} }, response, context };
  };
  const run = async (request: ReturnType<typeof stepWith>) => {
    request.response = await fitResponse(request.response as never, undefined, request.context as never);
  };
  const responseOf = (body: unknown) => ({ statusCode: 200, headers: {}, body });

  test('reads a body of several chunks whole, in order', async () => {
    const request = stepWith(responseOf(Readable.from([Buffer.from('one '), Buffer.from('two')])));
    await run(request);
    expect(request.response).toMatchObject({ body: Buffer.from('one two') });
    expect(request.context.exchange.responseBytes).toBe(7);
  });

  test('has a type when it came without one, unless it is empty', async () => {
    const headersOf = async (...chunks: Buffer[]) => {
      const request = stepWith(responseOf(Readable.from(chunks)));
      await run(request);
      return (request.response as unknown as ProxyResponse).headers;
    };
    expect(await headersOf(Buffer.from('x'))).toEqual({ 'content-type': 'text/plain' });
    expect(await headersOf(Buffer.from('<ht'), Buffer.from('ml>'))).toEqual({ 'content-type': 'text/html' });
    expect(await headersOf()).toEqual({});
  });

  test('leaves a page of the proxy alone', async () => {
    const response = responseOf('a page');
    const request = stepWith(response);
    await run(request);
    expect(request.response).toBe(response);
    expect(request.context.exchange).toEqual({});
  });

  test('tells of a body that had failed before it was read by its own error', async () => {
    const body = new PassThrough();
    const failure = new Error('reset');
    body.destroy(failure);
    await once(body, 'error');
    await expect(run(stepWith(responseOf(body)))).rejects.toBe(failure);
  });

  const closedEarly = { code: 'response_incomplete', reason: 'the body was closed before its end' };

  test('tells of a body that had been closed before it was read', async () => {
    const body = new PassThrough();
    body.destroy();
    await once(body, 'close');
    await expect(run(stepWith(responseOf(body)))).rejects.toMatchObject(closedEarly);
  });

  test('tells of a body that is closed halfway without a word', async () => {
    const body = new PassThrough();
    body.write('half');
    const reading = run(stepWith(responseOf(body)));
    body.once('data', () => body.destroy());
    await expect(reading).rejects.toMatchObject(closedEarly);
  });

  test('closes a body that is too large, and keeps nothing of it', async () => {
    const body = new PassThrough();
    body.write(Buffer.alloc(1001));
    const request = stepWith(responseOf(body));
    await expect(run(request)).rejects.toMatchObject({ code: 'response_too_large' });
    expect(body.destroyed).toBe(true);
    expect(request.context.exchange.responseBytes).toBeUndefined();
  });
});

describe('a body that is passed on as a stream', () => {
  const stepWith = (
    body: Readable,
    { declaredLength, payloadQuota: quota }: Record<string, number> = {},
    needsType = true,
  ) => ({
    response: { statusCode: 200, headers: {}, body },
    context: {
      capacity: { limit: 10_000_000, measure: () => Number.POSITIVE_INFINITY, streams: true, needsType },
      config: { payloadQuota: quota },
      exchange: { backendReport: { declaredLength } } as { backendReport: object; responseBytes?: number },
    },
  });
  const run = async (request: ReturnType<typeof stepWith>) => {
    request.response = (await fitResponse(request.response, undefined, request.context as never)) as never;
    return request;
  };
  const chunks = (...sizes: number[]) => Readable.from(sizes.map((size) => Buffer.alloc(size, 'x')));

  test('hands the body on as it comes, names its type and counts its bytes', async () => {
    const body = new PassThrough();
    body.write('one ');
    const { response, context } = await run(stepWith(body));
    expect(response.headers).toEqual({ 'content-type': 'text/plain' });
    const [first] = await once(response.body, 'data');
    expect([String(first), context.exchange.responseBytes]).toEqual(['one ', 4]);
    body.end('two');
    expect([await text(response.body), context.exchange.responseBytes]).toEqual(['two', 7]);
  });

  test('names no type where the front door names none either', async () => {
    const { response } = await run(stepWith(chunks(1), {}, false));
    expect(response.headers).toEqual({});
  });

  test('needs no report of the backend where there was no exchange with it', async () => {
    const step = stepWith(chunks(1));
    const { response } = await run({ ...step, context: { ...step.context, exchange: {} } } as typeof step);
    expect(await text(response.body)).toBe('x');
  });

  test('names no type for a body that is declared empty, and counts no byte of it', async () => {
    const { response, context } = await run(stepWith(chunks(), { declaredLength: 0 }));
    expect(await text(response.body)).toBe('');
    expect(response.headers).toEqual({});
    expect(context.exchange.responseBytes).toBe(0);
  });

  test.each([
    ['what the endpoint carries', {}, 10_000_000],
    ['PAYLOAD_QUOTA, the smaller one', { payloadQuota: 1000 }, 1000],
  ])('lets exactly as many bytes pass as %s', async (_, settings, limit) => {
    const { response, context } = await run(stepWith(chunks(limit - 1, 1), settings));
    expect(await text(response.body)).toHaveLength(limit);
    expect(context.exchange.responseBytes).toBe(limit);
  });

  test('ends the body with an error as soon as it passes the limit, and counts what went out before', async () => {
    const source = chunks(600, 400, 1, 1);
    const { response, context } = await run(stepWith(source, { payloadQuota: 1000 }));
    await expect(text(response.body)).rejects.toMatchObject({
      code: 'response_too_large',
      reason: 'the body has more than 1000 bytes',
    });
    expect(context.exchange.responseBytes).toBe(1000);
    expect(source.destroyed).toBe(true);
  });

  test('refuses a declared length over the limit before a byte goes out', async () => {
    const source = chunks(1001);
    await expect(run(stepWith(source, { payloadQuota: 1000, declaredLength: 1001 }))).rejects.toMatchObject({
      code: 'response_too_large',
    });
    expect(source.destroyed).toBe(true);
  });

  test('ends with the error with which the body ends, even when that comes before anybody reads', async () => {
    const source = new PassThrough();
    source.write('x');
    const { response } = await run(stepWith(source));
    const failure = new Error('reset');
    const closed = new Promise((resolve) => source.once('close', resolve));
    source.destroy(failure);
    await closed;
    await expect(text(response.body)).rejects.toBe(failure);
  });

  test('takes no more from the backend than the client takes from it', async () => {
    let taken = 0;
    async function* endless() {
      for (;;) {
        taken += 1;
        yield Buffer.alloc(1000);
      }
    }
    const { response } = await run(stepWith(Readable.from(endless(), { objectMode: false })));
    await setImmediate();
    const before = taken;
    await setImmediate();
    expect([taken, before]).toEqual([before, before]);
    expect(taken).toBeLessThan(1000);
    response.body.destroy();
  });
});
