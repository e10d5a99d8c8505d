import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { buffered } from '../../src/delivery/buffered.ts';
import type { InvocationContext, ProxyChain, ProxyRequest, ProxyResponse } from '../../src/types.ts';
import { eventFor, fronts, sourceFor } from '../helpers/events.ts';
import { lambdaContext, type Result } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';

/** The handler around a chain that is given, with its log lines. */
const invoke = (chain: ProxyChain, event: unknown = eventFor()) =>
  logsOf(async () => (await buffered(chain)(event, lambdaContext())) as Result);

const answering =
  (response: unknown): ProxyChain =>
  async () =>
    response as ProxyResponse;
const failingWith =
  (thrown: unknown): ProxyChain =>
  async () => {
    throw thrown;
  };

describe('An invocation', () => {
  test.each(fronts)('hands the decoded request and a fresh exchange to the chain ($source)', async (front) => {
    const { source } = front;
    const seen: { request: ProxyRequest; context: InvocationContext }[] = [];
    const chain: ProxyChain = async (request, context) => {
      seen.push({ request, context });
      return { statusCode: 200, headers: {}, body: '' };
    };
    await invoke(chain, eventFor({ target: '/a?b=c' }, front));
    await invoke(chain, eventFor({ target: '/a?b=c' }, front));
    expect(seen).toHaveLength(2);
    expect(seen[0]?.request).toMatchObject({ source, rawPath: '/a', rawQuery: 'b=c' });
    expect(seen[0]?.context.exchange.request).toBe(seen[0]?.request);
    expect(seen[0]?.context.exchange).not.toBe(seen[1]?.context.exchange);
    expect(seen[0]?.context.capacity.limit).toBe(sourceFor(front).maxResponseBytes);
  });

  test.each([
    ['an error', new TypeError('secret detail')],
    ['a text', 'secret detail'],
    ['nothing', undefined],
    ['null', null],
    ['an object that cannot be read', Object.create(null)],
  ])('whose chain throws %s still answers: a 500 text that says nothing of it [E27 E32]', async (_, thrown) => {
    const { value, lines } = await invoke(failingWith(thrown));
    expect(value.statusCode).toBe(500);
    expect(value.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'proxy-status': 'lambda-rproxy; error=proxy_internal_error',
    });
    expect(value.body).toMatch(/^The proxy itself failed\./);
    expect(value.body).not.toContain('secret');
    expect(lines.filter(({ level }) => level === 'ERROR')).toHaveLength(1);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['no header fields', { statusCode: 200, body: '' }],
    ['a body that was never read', { statusCode: 200, headers: {}, body: Readable.from(['x']) }],
  ])('whose chain returns %s is a 500 text and no failed invocation [E27]', async (_, response) => {
    const { value } = await invoke(answering(response));
    expect(value.statusCode).toBe(500);
    expect(value.body).toMatch(/^The proxy itself failed\./);
  });

  test.each<[string, ProxyChain, unknown, number]>([
    ['succeeds', answering({ statusCode: 201, headers: {}, body: 'x' }), eventFor(), 201],
    ['fails', failingWith(new Error('x')), eventFor(), 500],
    ['is malformed', answering(undefined), { ...eventFor(), rawPath: 1 }, 400],
    ['is of no known source', answering(undefined), { key1: 'value1' }, 400],
  ])('that %s writes one access line with the status that went out', async (_, chain, event, status) => {
    const { value, lines } = await invoke(chain, event);
    expect(value.statusCode).toBe(status);
    const access = lines.filter(({ message }) => message === 'request');
    expect(access).toHaveLength(1);
    expect(access[0]).toMatchObject({ http: { response: { status_code: status } } });
  });

  test.each([
    ['a response', answering({ statusCode: 200, headers: {}, body: '' })],
    ['a failure', failingWith(new Error('x'))],
  ])('undoes what a step asked it to undo, after %s', async (_, end) => {
    let undone = 0;
    await invoke(async (request, context) => {
      context.exchange.cleanUp = () => {
        undone += 1;
      };
      return end(request, context);
    });
    expect(undone).toBe(1);
  });

  test('names the part of a malformed event in the log and not in the response [D6]', async () => {
    const { value, lines } = await invoke(answering(undefined), { ...eventFor(), rawPath: ['/secret'] });
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'WARN', reason: 'event part rawPath must be a string' }),
    );
    expect(value.body).not.toContain('rawPath');
    expect(JSON.stringify(lines)).not.toContain('/secret');
  });
});
