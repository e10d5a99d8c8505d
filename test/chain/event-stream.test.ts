import { afterEach, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { expectFailure, expectResponse, failureLine, invoke } from '../helpers/failures.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';

let backend: Backend;
afterEach(() => backend.close());

const patient = (url: string) => handlerWith({ REMOTE_URL: url, REQUEST_TIMEOUT: '600' });

/** A backend that begins a stream of events, and says when its connection was closed. */
async function endless(contentType: string) {
  const closed = Promise.withResolvers<void>();
  backend = await httpBackend((_request, response) => {
    response.once('close', closed.resolve);
    response.writeHead(200, { 'content-type': contentType });
    response.write('data: 1\n\n');
  });
  return { closed: closed.promise };
}

describe('a stream of events, where responses are returned whole,', () => {
  test.each(['text/event-stream', 'text/event-stream; charset=utf-8', 'Text/Event-Stream;charset=utf-8'])(
    'of type %s ends at its header section with the remedy, and its connection is closed [E34]',
    async (contentType) => {
      const { closed } = await endless(contentType);
      const outcome = await invoke(patient(backend.url));
      await closed;
      expectFailure(
        outcome,
        {
          status: 501,
          error: 'proxy_configuration_error',
          code: 'event_stream_buffered',
        },
        backend.port,
      );
      expect(failureLine(outcome)['remedy']).toMatch(/index\.streamHandler.*RESPONSE_STREAM/);
    },
  );

  test('is one that ends, where its length is declared [E34]', async () => {
    backend = await httpBackend((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-length': 9 }).end('data: 1\n\n'),
    );
    expectResponse(await invoke(patient(backend.url)), 200, 'data: 1\n\n');
  });

  test.each([
    ['204', 'GET', 204],
    ['a response to HEAD', 'HEAD', 200],
  ])('is none where the response is %s [E34]', async (_, method, status) => {
    backend = await httpBackend((_request, response) =>
      response.writeHead(status, { 'content-type': 'text/event-stream' }).end(),
    );
    expectResponse(await invoke(patient(backend.url), { method }), status, '');
  });

  test('ends with its work in response to a POST, as of a chat or a tool, and is returned whole [E34]', async () => {
    backend = await httpBackend((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      response.end('data: 2\n\n');
    });
    expectResponse(await invoke(patient(backend.url), { method: 'POST' }), 200, 'data: 1\n\ndata: 2\n\n');
  });
});

test('a stream of events passes where responses are streamed [E34 R36]', async () => {
  let end: (() => void) | undefined;
  backend = await httpBackend((_request, response) => {
    end = () => response.end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  });
  const uninstall = installAwsLambda();
  const streamed = startStream(streamHandlerWith({ REMOTE_URL: backend.url }));
  await streamed.until('data: 1\n\n');
  end?.();
  expect(await streamed.over).toBeUndefined();
  uninstall();
});
