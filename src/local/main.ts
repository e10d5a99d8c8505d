import { settings } from '../config.ts';
import { type DemoBackend, startDemoBackend } from './demo/demo-backend.ts';
import { localInvoke } from './invoke.ts';
import { type LocalServer, startServer } from './server.ts';

/** Ends with a message and without a stack: what is wrong is in the caller's hands. */
function giveUp(message: string): never {
  console.error(message);
  process.exit(1);
}

function portFrom(text: string | undefined): number {
  const port = Number(text || '3000');
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  return giveUp(`PORT must be a TCP port from 0 to 65535, e.g. 3000, but is ${JSON.stringify(text)}`);
}

/** Settings that are set, by name; values of secrets and addresses with a password are not for a screen. */
const settingsInForce = () =>
  Object.entries(settings)
    .filter(([name]) => process.env[name])
    .map(([name, row]) =>
      'secret' in row && name !== 'REMOTE_URL'
        ? `${name} (set)`
        : `${name}=${process.env[name]?.replace(/\/\/[^/@]*@/, '//[redacted]@')}`,
    );

async function listen(host: string, port: number): Promise<LocalServer> {
  // The handler reads its settings when it is loaded, so it is loaded last.
  const { handler } = await import('../index.ts');
  try {
    return await startServer({ invoke: await localInvoke(handler), host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') giveUp(`Port ${port} on ${host} is taken. Choose another: PORT=${port + 1} npm start`);
    return giveUp(`Cannot listen on ${host}:${port}: ${message}. Set HOST and PORT to an address of this machine.`);
  }
}

function introduce({ url }: LocalServer, demo: DemoBackend | undefined): void {
  const backend = demo ? `${demo.httpsUrl} (embedded demo, self-signed certificate)` : 'as REMOTE_URL says';
  console.log(`
  You       ${url}
    |       played here: a Lambda Function URL in front of the real handler
  Backend   ${backend}

  Settings  ${settingsInForce().join('\n            ')}

  Try       ${url}/
            ${url}/headers?dump_request=y
            ${url}/headers?trace_connection=y   and read the lines below
  Stop      Ctrl-C

  The lines below are the function's own log, one JSON object each.
`);
}

const host = process.env['HOST'] || '127.0.0.1';
const port = portFrom(process.env['PORT']);
process.env['AWS_LAMBDA_MAX_CONCURRENCY'] ??= '64';

const demo = process.env['REMOTE_URL'] ? undefined : await startDemoBackend();
if (demo) process.env['REMOTE_URL'] = demo.httpsUrl;

const server = await listen(host, port);
introduce(server, demo);

async function stop(): Promise<void> {
  await Promise.all([server.close(), demo?.close()]);
  process.exit(0);
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
