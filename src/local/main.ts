import { parseArgs } from 'node:util';
import { withoutSecrets } from '../config/remote-url.ts';
import { settings } from '../config/settings.ts';
import { type DemoBackend, startDemoBackend } from './demo/demo-backend.ts';
import type { Front } from './front.ts';
import { fronts } from './fronts.ts';
import { localInvoke } from './invoke.ts';
import { localInvokeStreaming, playLambdaStreaming } from './lambda-stream.ts';
import { type LocalServer, startServer } from './server.ts';

/** Ends with a message and without a stack: what is wrong is in the caller's hands. */
function giveUp(message: string): never {
  console.error(message);
  process.exit(1);
}

function portFrom(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65535) return port;
  return giveUp(`PORT must be a TCP port from 0 to 65535, e.g. 3000, but is ${JSON.stringify(text)}`);
}

const frontNames = fronts.map(({ source }) => source).join(', ');

/** What the command line asks for. */
interface Wish {
  readonly front: Front;
  readonly streams: boolean;
}

const usage = `Usage: npm start -- [--stream] [--front NAME], with one of ${frontNames}`;

function parameters(args: string[]): { front: string; stream: boolean } {
  try {
    const { values } = parseArgs({ args, options: { front: { type: 'string' }, stream: { type: 'boolean' } } });
    return { front: values.front ?? fronts[0].source, stream: values.stream ?? false };
  } catch (error) {
    return giveUp(`${(error as Error).message}\n${usage}`);
  }
}

/** The front door that the command line asks for, the first of all where it asks for none, and how it takes answers. */
function wishFrom(args: string[]): Wish {
  const { front: name, stream } = parameters(args);
  const front = fronts.find(({ source }) => source === name);
  if (front === undefined) return giveUp(`--front must be one of ${frontNames}, but is ${JSON.stringify(name)}`);
  if (stream && front.toStreamedHead === undefined) {
    const able = fronts.filter(({ toStreamedHead }) => toStreamedHead).map(({ source }) => source);
    return giveUp(`--stream needs a front door that streams: ${able.join(' or ')}, but --front is ${name}`);
  }
  return { front, streams: stream };
}

/** Settings that are set, one line each. */
const settingsInForce = () =>
  Object.entries(settings).flatMap(([name, row]) => {
    const value = process.env[name];
    if (!value) return [];
    const secret = 'secret' in row;
    const shown =
      name === 'REMOTE_URL' ? withoutSecrets(value) : secret ? undefined : value.split('\n', 1)[0]?.slice(0, 80);
    return [shown === undefined ? `${name} (set)` : `${name}=${shown}`];
  });

async function listen({ front, streams }: Wish, host: string, port: number): Promise<LocalServer> {
  if (streams) playLambdaStreaming();
  // The handler reads its settings when it is loaded, so it is loaded last.
  const { handler, streamHandler } = await import('../index.ts');
  const entry = streams
    ? { invokeStreaming: await localInvokeStreaming(streamHandler) }
    : { invoke: await localInvoke(handler) };
  try {
    return await startServer({ ...entry, front, host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const another = (port + 1) % 65_536; // behind the last one comes 0, which is any free one
    if (code === 'EADDRINUSE') giveUp(`Port ${port} on ${host} is taken. Choose another: PORT=${another} npm start`);
    return giveUp(`Cannot listen on ${host}:${port}: ${message}. Set HOST and PORT to an address of this machine.`);
  }
}

function introduce({ url }: LocalServer, { front, streams }: Wish, demo: DemoBackend | undefined): void {
  const played = `${front.title}${streams ? ' that streams' : ''}`;
  const backend = demo ? `${demo.httpsUrl} (embedded demo, self-signed certificate)` : 'as REMOTE_URL says';
  console.log(`
  You       ${url}
    |       played here: ${played} in front of the real handler
  Backend   ${backend}

  Settings  ${settingsInForce().join('\n            ')}

  Try       ${url}/
            ${url}/headers?dump_request=y
            ${url}/headers?trace_connection=y   and read the lines below
  Stop      Ctrl-C

  The lines below are the function's own log, one JSON object each.
`);
}

const wish = wishFrom(process.argv.slice(2));
const host = process.env['HOST'] || '127.0.0.1';
const port = portFrom(process.env['PORT'] || '3000');
process.env['AWS_LAMBDA_MAX_CONCURRENCY'] ??= '64';

const demo = process.env['REMOTE_URL'] ? undefined : await startDemoBackend();
if (demo) process.env['REMOTE_URL'] = demo.httpsUrl;

const server = await listen(wish, host, port);
introduce(server, wish, demo);

async function stop(): Promise<void> {
  await Promise.all([server.close(), demo?.close()]);
  process.exit(0);
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
