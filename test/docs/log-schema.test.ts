import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { kindOfLine, logSchema } from '../../docs/log-schema.ts';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { httpsBackend, rawBackend } from '../helpers/backends.ts';
import { certificate } from '../helpers/certificates.ts';
import { startEnvironment } from '../helpers/environment.ts';
import { eventFor } from '../helpers/events.ts';
import { handlerWith, lambdaContext } from '../helpers/lambda.ts';
import { formOf, logInSettings } from '../helpers/log-in-client.ts';
import { type LogLine, logsOf } from '../helpers/logs.ts';
import { protectedSite } from '../helpers/protected-site.ts';
import { recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';
import { runTraffic } from '../helpers/traffic.ts';

/** A line's fields with the type that JSON gives them; any place in a list is its first. */
function typesOf(value: unknown, path: readonly string[] = []): Record<string, string> {
  if (typeof value !== 'object' || value === null) return { [path.join('.')]: typeof value };
  const parts = Object.entries(value).map(([name, part]) =>
    typesOf(part, [...path, Array.isArray(value) ? '0' : name]),
  );
  return Object.assign({}, ...parts);
}

/** Lines of endings that the day of traffic does not have. */
async function rareLines(): Promise<LogLine[]> {
  const cookies = await recordingBackend((response) =>
    response.setHeader('set-cookie', ['a=1', 'b=2; Domain=other.example']).end('hello'),
  );
  const breaking = await rawBackend((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')),
  );
  const tripping = Object.assign(lambdaContext(), {
    getRemainingTimeInMillis: (): number => {
      throw new Error('a bug');
    },
  });
  const { lines } = await logsOf(async () => {
    const handler = handlerWith({ REMOTE_URL: cookies.url });
    await handler(eventFor({ target: '/?trace_connection=y' }));
    const named = handlerWith({ REMOTE_URL: cookies.url.replace('127.0.0.1', 'localhost') });
    await named(eventFor({ target: '/?trace_connection=y' }));
    await handler(eventFor(), tripping);
    await handler({ Records: [] });
    const uninstall = installAwsLambda();
    await startStream(streamHandlerWith({ REMOTE_URL: breaking.url })).over;
    uninstall();
  });
  await cookies.close();
  await breaking.close();
  const environment = await startEnvironment({ REMOTE_URL: 'http://127.0.0.1:1' }, { AWS_LAMBDA_LOG_LEVEL: 'INFO' });
  await environment.invoke(eventFor({ target: '/?trace_connection=y' }));
  await environment.stop();
  return [...lines, ...environment.lines()];
}

describe('the schema of the log', () => {
  let lines: readonly LogLine[];
  beforeAll(async () => {
    const secure = await httpsBackend((_request, response) => response.end('hello'));
    const day = 86_400_000;
    const ending = await certificate({ notBefore: new Date(Date.now() - 99 * day) });
    const endingServer = https.createServer(ending, (_request, response) => response.end());
    await new Promise<void>((listening) => endingServer.listen(0, '127.0.0.1', listening));
    const { port } = endingServer.address() as AddressInfo;
    const pinning = {
      REMOTE_URL: 'https://app.example.org',
      REMOTE_ADDRESS: `127.0.0.1:${port}`,
      REMOTE_TLS: `sha256:${ending.fingerprint}`,
      REMOTE_CERT: ending.cert,
      REMOTE_KEY: ending.key,
    };
    const { lines: warned } = await logsOf(() => handlerWith(pinning)(eventFor()));
    const closed = await protectedSite({ '/': 'Basic realm="Garden"' });
    const { lines: loggedIn } = await logsOf(() =>
      handlerWith({ REMOTE_URL: closed.url, ...logInSettings })(eventFor(formOf('/'))),
    );
    await closed.close();
    endingServer.close();
    endingServer.closeAllConnections();
    const asleep = { REMOTE_URL: await refusedUrl(), WAKE: 'http://127.0.0.1:9/wake' };
    const check = { 'x-lambda-rproxy-wake': '1', 'sec-fetch-site': 'same-origin' };
    const { lines: waking } = await logsOf(() => handlerWith(asleep)(eventFor({ method: 'HEAD', headers: check })));
    const untrusting = await startEnvironment({ REMOTE_URL: secure.backend.url });
    await untrusting.invoke(eventFor({ target: '/?trace_connection=y' }));
    lines = [
      ...(await runTraffic()).lines,
      ...(await rareLines()),
      ...untrusting.lines(),
      ...warned,
      ...waking,
      ...loggedIn,
    ];
    await untrusting.stop();
    await secure.backend.close();
  }, 60_000);

  /** Fields that were logged in lines of a kind, beside those of every line. */
  const logged = (kind: keyof typeof logSchema) => {
    const common = new Set<string>(logSchema.everyLine.map(({ name }) => name));
    const own = lines.filter(({ message }) => kind === 'everyLine' || kindOfLine(message) === kind);
    const fields = Object.entries(Object.assign({}, ...own.map((line) => typesOf(line))) as Record<string, string>);
    return Object.fromEntries(fields.filter(([name]) => common.has(name) === (kind === 'everyLine')).sort());
  };

  const documented = (kind: keyof typeof logSchema) =>
    Object.fromEntries(logSchema[kind].map(({ name, type }) => [name, type] as const).sort());

  test.each(Object.keys(logSchema) as (keyof typeof logSchema)[])(
    'has every field that lines of the kind %s have, with its type, and no other',
    (kind) => {
      expect(logged(kind)).toEqual(documented(kind));
    },
  );

  test('has been held against every line that there is', () => {
    expect([...new Set(lines.map(({ message }) => message))].sort()).toEqual([
      // Powertools' own, when the query asks for more than Lambda lets through.
      expect.stringMatching(/^Current log level \(DEBUG\) does not match AWS Lambda Advanced Logging Controls/),
      'a cookie for another host',
      'backend certificate ends soon',
      'backend not woken',
      'client certificate ends soon',
      'debug lines are suppressed',
      'request',
      'request failed',
      'request refused',
      'response broke off',
      'trace: backend',
      'trace: request not sent to the backend',
      'trace: request received',
      'trace: request sent to the backend',
      'trace: response returned',
      'untrusted backend certificate accepted',
    ]);
  });

  test('has fewer than 60 fields for a line, of the 200 that CloudWatch discovers', () => {
    for (const kind of Object.keys(logSchema) as (keyof typeof logSchema)[]) {
      expect(logSchema.everyLine.length + logSchema[kind].length).toBeLessThan(60);
    }
    for (const line of lines) expect(Object.keys(typesOf(line)).length).toBeLessThan(60);
  });
});
