import { afterEach, expect, test } from '@jest/globals';
import { buffered } from '../../src/delivery/buffered.ts';
import { streaming } from '../../src/delivery/streaming.ts';
import { fronts } from '../../src/local/fronts.ts';
import { emulateLambdaStreaming, localInvokeStreaming } from '../../src/local/lambda-stream.ts';
import { type LocalServer, startServer } from '../../src/local/server.ts';
import { createProxy } from '../../src/proxy.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { lambdaContext } from '../helpers/lambda.ts';
import { exchangeBytes } from '../helpers/web-server.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function fieldsThrough(start: (backend: Backend) => Promise<LocalServer>, path = '/'): Promise<string> {
  const backend = await httpBackend((_request, response) => {
    const fields = 'X-Utf8: filename="\u00c3\u00a4.pdf"\r\nX-Latin1: filename="\u00e4.pdf"\r\n';
    response.socket?.end(`HTTP/1.1 200 OK\r\n${fields}Content-Length: 4\r\nConnection: close\r\n\r\nfine`, 'latin1');
  });
  cleanUps.push(() => backend.close());
  const server = await start(backend);
  cleanUps.push(() => server.close());
  const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
  return exchangeBytes(Number(new URL(server.url).port), request);
}

const expectSameBytes = (response: string) => {
  expect(response).toContain('filename="\u00c3\u00a4.pdf"\r\n');
  expect(response).toContain('filename="\u00e4.pdf"\r\n');
};

test.each(fronts)('$title keeps every byte of a response field beyond ASCII [R46]', async (front) => {
  const response = await fieldsThrough(
    (backend) => {
      const handler = buffered(createProxy({ REMOTE_URL: backend.url }));
      return startServer({ front, invoke: (event) => handler(event, lambdaContext()) });
    },
    `${front.stage?.path ?? ''}/`,
  );
  expectSameBytes(response);
});

test('a streaming Function URL keeps every byte of a response field beyond ASCII [R46]', async () => {
  emulateLambdaStreaming();
  const response = await fieldsThrough(async (backend) => {
    const handler = streaming(createProxy({ REMOTE_URL: backend.url }));
    return startServer({ invokeStreaming: await localInvokeStreaming(handler as never) });
  });
  expectSameBytes(response);
});
