import { networkUrls } from './addresses.ts';
import { checkBackend } from './backend-check.ts';
import { HelpRequest, type Options, parseCommandLine, parsePort, UsageError } from './command-line.ts';
import { type DemoBackend, startDemoBackend } from './demo/demo-backend.ts';
import type { Front } from './front.ts';
import { introduction } from './introduction.ts';
import { localInvoke } from './invoke.ts';
import { emulateLambdaStreaming, localInvokeStreaming } from './lambda-stream.ts';
import { stopWithNpm } from './npm-parent.ts';
import { makeLogReadable } from './readable-log.ts';
import { type LocalServer, startServer } from './server.ts';
import { startLocalWebFunction } from './web-function.ts';

/** Loads the handler, and starts an AWS front door in front of it. */
async function startFunction(front: Front, streams: boolean, host: string, port: number): Promise<LocalServer> {
  if (streams) emulateLambdaStreaming();
  // The handler reads its settings when it is loaded, so it is loaded last.
  const { handler, streamHandler } = await import('../index.ts');
  const entry = streams
    ? { invokeStreaming: await localInvokeStreaming(streamHandler) }
    : { invoke: await localInvoke(handler) };
  return startServer({ ...entry, front, host, port });
}

async function listen({ front, streams }: Options, host: string, port: number): Promise<LocalServer> {
  try {
    return 'overHttp' in front
      ? await startLocalWebFunction(process.env, host, port)
      : await startFunction(front, streams, host, port);
  } catch (error) {
    const { code, message, name } = error as NodeJS.ErrnoException;
    if (name === 'StartError') throw new UsageError(message);
    const another = (port + 1) % 65_536; // the last port is followed by 0, which means any free one
    throw new UsageError(
      code === 'EADDRINUSE'
        ? `Port ${port} on ${host} is taken. Choose another: PORT=${another} npm start`
        : `Cannot listen on ${host}:${port}: ${message}. Set HOST and PORT to an address of this machine.`,
    );
  }
}

/** Starts the demo backend, with the settings that its start page speaks of where they are not set. */
async function startDemo({ front, streams }: Options): Promise<DemoBackend> {
  const filteredPath = '/closed';
  const frontDoor = `${front.title}${streams ? ' that streams' : ''}`;
  // A Web Function streams always.
  const story = { frontDoor, streams: streams || 'overHttp' in front, filteredPath };
  const demo = await startDemoBackend({ story });
  process.env['FILTERED_PATH'] ||= filteredPath;
  process.env['WAKE'] ||= await demo.startWebhook();
  return demo;
}

async function main(): Promise<void> {
  const options = parseCommandLine(process.argv.slice(2));
  const host = process.env['HOST'] || '127.0.0.1';
  const port = parsePort(process.env['PORT'] || '3000');
  process.env['AWS_LAMBDA_MAX_CONCURRENCY'] ??= '64';

  const remoteUrl = options.backend ?? process.env['REMOTE_URL'];
  const demo = remoteUrl ? undefined : await startDemo(options);
  process.env['REMOTE_URL'] = demo?.httpsUrl ?? remoteUrl;

  const server = await listen(options, host, port);
  const stop = async () => {
    await Promise.all([server.close(), demo?.close()]);
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  stopWithNpm(stop);

  makeLogReadable();
  const facts = { url: server.url, demoUrl: demo?.httpsUrl, readable: process.stdout.isTTY, env: process.env };
  const prefix = 'stage' in options.front ? (options.front.stage?.path ?? '') : '';
  const others = networkUrls(host, server.port).map((url) => `${url}${prefix}`);
  console.log(introduction(options, { ...facts, networkUrls: others }));
  if (demo !== undefined) return;
  await checkBackend(server.url).then(
    (result) => console.log(`  Checked   ${result}\n`),
    () => undefined, // the server was stopped during the check
  );
}

try {
  await main();
} catch (error) {
  if (error instanceof HelpRequest) {
    console.log(error.message);
    process.exit(0);
  }
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exit(1);
}
