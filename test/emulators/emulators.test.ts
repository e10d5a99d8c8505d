import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';
import { type Emulator, serverlessAwsLambda, serverlessOffline } from './emulator.ts';

let backend: RecordingBackend;
beforeAll(async () => {
  backend = await recordingBackend((response, { target, headers }) => {
    if (!target.startsWith('/moved')) return void response.setHeader('content-type', 'text/plain').end('fine');
    return void response.writeHead(302, { location: `http://${headers.host}/landing?of=${target}` }).end();
  });
});
afterAll(() => backend.close());

interface Producer {
  readonly name: string;
  readonly start: () => Promise<Emulator>;
  /** Fields that choose among the front doors that one emulator plays. */
  readonly fields?: Record<string, string>;
  /** What stands before each path. */
  readonly prefix?: string;
}

const awsLambda = () => serverlessAwsLambda(backend.url);
const producers: readonly Producer[] = [
  { name: 'serverless-offline as an HTTP API', start: () => serverlessOffline('http-api', backend.url) },
  { name: 'serverless-offline as a REST API', start: () => serverlessOffline('rest', backend.url) },
  { name: 'serverless-aws-lambda as a load balancer', start: awsLambda, fields: { 'x-mock-type': 'alb' } },
  { name: 'serverless-aws-lambda as an HTTP API', start: awsLambda, fields: { 'x-mock-type': 'apg' } },
  { name: 'serverless-aws-lambda as a Function URL', start: awsLambda, prefix: '/@url/proxy' },
];

describe.each(producers)('$name', ({ start, fields = {}, prefix = '' }) => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await start();
  }, 60_000);
  afterAll(() => emulator.stop());

  async function send(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
    const headers = { ...fields, ...init.headers };
    const response = await fetch(`${emulator.url}${prefix}${path}`, { redirect: 'manual', ...init, headers });
    return { response, text: await response.text(), received: backend.requests.at(-1) };
  }

  test('brings a GET to the backend, its query and cookies whole', async () => {
    const before = backend.requests.length;
    const { response, text, received } = await send('/a/b?x=1&y=%C3%A4', { headers: { cookie: 'c=1; d=2' } });
    expect([response.status, text, backend.requests.length]).toEqual([200, 'fine', before + 1]);
    expect([received?.method, received?.target]).toEqual(['GET', '/a/b?x=1&y=%C3%A4']);
    expect(received?.headers.cookie).toBe('c=1; d=2');
  });

  test('brings a form and JSON to the backend to the byte', async () => {
    for (const [type, body] of [
      ['application/x-www-form-urlencoded', 'name=Gr%C3%BC%C3%9Fe&x=+'],
      ['application/json', '{"name":"Grüße"}'],
    ] as const) {
      const { response, received } = await send('/form', { method: 'POST', body, headers: { 'content-type': type } });
      expect([response.status, received?.method, received?.body.toString()]).toEqual([200, 'POST', body]);
    }
  });

  test('brings binary content to the backend to the byte', async () => {
    const body = randomBytes(3000);
    const { response, received } = await send('/file', {
      method: 'PUT',
      body,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(response.status).toBe(200);
    expect(received?.body.equals(body)).toBe(true);
  });

  test('brings a redirect back to its own address, on its own scheme and port', async () => {
    const { response } = await send('/moved?a');
    const { host } = new URL(emulator.url);
    expect(response.status).toBe(302);
    expect(new URL(response.headers.get('location') ?? '', emulator.url)).toMatchObject({ protocol: 'http:', host });
  });
});

test('serverless-aws-lambda gets the JSON of a response from streamHandler: its event is one of an HTTP API, which cannot stream', async () => {
  const emulator = await awsLambda();
  try {
    const response = await fetch(`${emulator.url}/@url/streaming/a`);
    expect(JSON.parse(await response.text())).toMatchObject({ statusCode: 200, body: 'fine' });
  } finally {
    await emulator.stop();
  }
});
