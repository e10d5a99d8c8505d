import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { logger } from '../../src/observability/logger.ts';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { logsOf } from '../helpers/logs.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';

let uninstall: () => void;
let backend: Backend;
beforeAll(async () => {
  uninstall = installAwsLambda();
  backend = await httpBackend((request, response) => {
    if (request.url === '/empty') response.writeHead(204).end();
    else response.write('x', () => setTimeout(() => response.end('yz'), 50));
  });
});
afterAll(async () => {
  uninstall();
  await backend.close();
});

const traceOf = async (target: string) => {
  const handler = streamHandlerWith({ REMOTE_URL: backend.url });
  const { lines } = await logsOf(() => startStream(handler, { target }).over);
  return { lines, messages: lines.map(({ level, message }) => `${level} ${message}`) };
};

const whole = [
  'DEBUG trace: request received',
  'DEBUG trace: request sent to the backend',
  'DEBUG trace: backend',
  'DEBUG trace: response returned',
  'INFO request',
];

test('the trace of a streamed response is written at its end, with its whole time and size, and the level goes back', async () => {
  const before = logger.getLevelName();
  const { lines, messages } = await traceOf('/?trace_connection=y');
  expect(messages).toEqual(whole);
  const [trace] = lines.filter(({ message }) => message === 'trace: backend');
  expect(trace).toMatchObject({ backend: { status_code: 200, total_ms: expect.any(Number), body_size: 3 } });
  expect(logger.getLevelName()).toBe(before);
});

test('so is that of a response without a body', async () => {
  const before = logger.getLevelName();
  expect((await traceOf('/empty?trace_connection=y')).messages).toEqual(whole);
  expect(logger.getLevelName()).toBe(before);
});

test('nothing is traced of a streamed response that did not ask for it', async () => {
  expect((await traceOf('/')).messages).toEqual(['INFO request']);
});
