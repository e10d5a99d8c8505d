import { afterEach, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { type Backend, rawBackend } from '../helpers/backends.ts';
import { failureLine, handlerFor, invoke } from '../helpers/failures.ts';
import { faults } from '../helpers/faults.ts';
import { lambdaContext } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';
import { scriptedBackend, send, silence } from '../helpers/scripted-backend.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';

let backend: Backend | undefined;
afterEach(() => backend?.close());

/** Sentences of libraries. What is in parentheses is a fact: an address, a code. */
const librarySpeech =
  /awaiting|hang up|Parse Error|\bconnect E|getaddrinfo|read E|write E|aborted|socket|ClientRequest|\bgot\b|undefined|null|Error:/i;

describe('the log line of a failure says what happened and what to do, in the words of the proxy', () => {
  const named = Object.entries(faults).filter(([, { documented }]) => documented !== undefined);

  test.each(named)('for %s [E35]', async (_, { script }) => {
    backend = await scriptedBackend(script);
    const line = failureLine(await invoke(handlerFor(backend.url, { REQUEST_TIMEOUT: '0.3' }), { method: 'POST' }));
    expect(String(line['reason'])).toMatch(/^[a-z].* .*[^.]$/i);
    expect(line['reason']).not.toMatch(librarySpeech);
    expect(line['remedy']).toMatch(/ /);
  });

  test.each([
    ['an unknown name', 'http://no-such-host.invalid', {}],
    ['a port on which nothing listens', undefined, {}],
    ['a port that speaks no TLS', 'https', {}],
    ['a timeout', 'silent', {}],
  ])('for %s [E35]', async (_, url, env) => {
    backend = await rawBackend(
      (socket) => void socket.on('data', () => url === 'https' && socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
    );
    const urls: Record<string, string> = { https: `https://127.0.0.1:${backend.port}`, silent: backend.url };
    const remoteUrl = url === undefined ? await refusedUrl() : (urls[url] ?? url);
    const line = failureLine(await invoke(handlerFor(remoteUrl, { REQUEST_TIMEOUT: '0.3', ...env })));
    expect(line['reason']).not.toMatch(librarySpeech);
    expect(line['remedy']).toMatch(/ /);
  });
});

test('a request that was refused says that it did not arrive and may be sent again, a POST too [E35]', async () => {
  const outcome = await invoke(handlerFor(await refusedUrl()), { method: 'POST', body: 'x' });
  expect(failureLine(outcome)['reason']).toMatch(
    /^nothing listens on the port of the backend \(.*\); the POST did not arrive and may be sent again$/,
  );
});

describe('a timeout names its limit', () => {
  test('REQUEST_TIMEOUT, with what long polling needs [E35 E12]', async () => {
    backend = await scriptedBackend(silence);
    const line = failureLine(await invoke(handlerFor(backend.url, { REQUEST_TIMEOUT: '0.3' })));
    expect(line['reason']).toMatch(/^the backend sent no response in time \(\d+ ms\); the limit is REQUEST_TIMEOUT$/);
    expect(line['remedy']).toMatch(/long polling, REQUEST_TIMEOUT must be longer/);
  });

  test('REQUEST_TIMEOUT for a body too, with what a stream needs [E35 E11]', async () => {
    backend = await scriptedBackend(send('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'));
    const line = failureLine(await invoke(handlerFor(backend.url, { REQUEST_TIMEOUT: '0.3' })));
    expect(line['reason']).toMatch(/; the limit is REQUEST_TIMEOUT$/);
    expect(line['remedy']).toMatch(/index\.streamHandler/);
  });

  test("the invocation's time, when the function's timeout is shorter [E35 E12]", async () => {
    backend = await scriptedBackend(silence);
    const handler = handlerFor(backend.url, { REQUEST_TIMEOUT: '800' });
    const line = failureLine(await invoke(handler, {}, lambdaContext(800)));
    expect(line['reason']).toMatch(/; the limit is the time that the invocation has left$/);
    expect(line['remedy']).toMatch(/^raise the function's timeout/);
  });

  test('REQUEST_TIMEOUT for a pause of a streamed body [E35]', async () => {
    backend = await scriptedBackend(send('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhalf'));
    const uninstall = installAwsLambda();
    const env = { REMOTE_URL: backend.url, REQUEST_TIMEOUT: '0.3' };
    const { lines } = await logsOf(() => startStream(streamHandlerWith(env)).over);
    uninstall();
    expect(lines.find(({ message }) => message === 'response broke off')).toMatchObject({
      reason: expect.stringMatching(/; the limit is REQUEST_TIMEOUT$/),
      remedy: expect.stringContaining('a byte within each REQUEST_TIMEOUT'),
    });
  });

  test('none of its own, when the operating system gave up before [E35]', async () => {
    const { explain } = await import('../../src/observability/failure-words.ts');
    const { ProxyError } = await import('../../src/failures.ts');
    const now = Date.now();
    const exchange = {
      ...{ startedAt: now - 50, requestId: 'id', traced: false },
      config: { requestTimeoutMs: 11_000 } as never,
      outsideLimit: { due: now + 20_000, of: 'endpoint' as const },
    };
    const failure = new ProxyError('connection_timeout');
    expect(explain(failure, exchange, now)).toEqual({ reason: failure.reason, remedy: failure.remedy });
    const late = { ...exchange, outsideLimit: { due: now, of: 'endpoint' as const } };
    expect(explain(failure, late, now)).toEqual({
      reason: `${failure.reason}; the limit is the time that the front door waits`,
      remedy: expect.stringContaining('a Function URL waits for 15 minutes'),
    });
  });
});
