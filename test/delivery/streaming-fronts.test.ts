import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { fronts, sourceFor } from '../helpers/events.ts';
import { logsOf } from '../helpers/logs.ts';
import { ways } from '../helpers/ways.ts';

let uninstall: () => void;
let backend: Backend;
let value: string;
beforeAll(async () => {
  uninstall = installAwsLambda();
  backend = await httpBackend((request, response) => {
    response.writeHead(request.url === '/empty' ? 204 : 200, {
      'content-type': 'text/plain',
      'x-large': value,
      date: 'Sun, 22 Nov 2026 00:00:00 GMT',
    });
    response.end(request.url === '/empty' ? undefined : 'x');
  });
});
afterAll(async () => {
  uninstall();
  await backend.close();
});

const streamed = (source: string) => {
  const way = ways.find(({ name }) => name === `${source}, streamHandler`);
  if (way === undefined) throw new Error(`no way ${source}`);
  return way.open({ REMOTE_URL: backend.url });
};

/** Bytes of the prelude's JSON but for the value of the one field. */
const shell = (status: number) =>
  JSON.stringify({
    statusCode: status,
    headers: {
      'content-type': 'text/plain',
      'x-large': '',
      date: 'Sun, 22 Nov 2026 00:00:00 GMT',
      'x-request-id': '00000000-0000-4000-8000-000000000000',
    },
    cookies: [],
  }).length;

describe('A REST API in STREAM mode', () => {
  test.each(['/', '/empty'])(
    'carries status and fields that end within 16 KB, and one byte more is a 502 that says so: %s',
    async (target) => {
      const entry = await streamed('rest-api');
      const room = 16_384 - 8 - shell(target === '/' ? 200 : 204);
      value = 'v'.repeat(room);
      expect((await entry({ target })).statusCode).toBe(target === '/' ? 200 : 204);
      value = 'v'.repeat(room + 1);
      const { statusCode, headers } = await entry({ target, headers: { accept: 'text/html' } });
      expect([statusCode, headers['proxy-status']]).toEqual([
        502,
        'lambda-rproxy; error=http_response_header_section_size',
      ]);
    },
  );

  test('has no such limit for a Function URL', async () => {
    // JSON needs two bytes for each, so that it is the prelude that is large and not the backend's header section.
    value = '"'.repeat(9000);
    expect((await (await streamed('rest-api'))()).statusCode).toBe(502);
    expect((await (await streamed('function-url'))({ headers: { accept: 'text/html' } })).statusCode).toBe(200);
  });
});

test('a streamed response may take 15 minutes, through a REST API too, whose whole ones have 29 seconds', () => {
  const durations = fronts.map((front) => [front.source, sourceFor(front).streaming?.maxDurationMs]);
  expect(Object.fromEntries(durations)).toMatchObject({ 'function-url': 900_000, 'rest-api': 900_000 });
});

describe('The streaming handler behind a front door that takes whole responses', () => {
  test.each(fronts.filter((front) => !sourceFor(front).streaming))(
    '$source: warns once, naming the handler to set, and responds as the other handler does',
    async ({ source }) => {
      value = 'v';
      const entry = await streamed(source);
      const { value: results, lines } = await logsOf(async () => [await entry(), await entry()]);
      for (const result of results) expect([result.statusCode, result.body]).toEqual([200, 'x']);
      const warnings = lines.filter(({ message }) => message === 'front door cannot stream');
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatchObject({ level: 'WARN', remedy: "set the function's Handler to index.handler" });
    },
  );
});
