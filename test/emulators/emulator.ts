import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../helpers/free-port.ts';

/** An emulator of AWS under way, with the built bundle as its function. */
export interface Emulator {
  readonly url: string;
  /** What it and the function have printed so far. */
  output(): string;
  stop(): Promise<void>;
}

const program = join(import.meta.dirname, 'node_modules/serverless/bin/serverless.js');

/** Waits until the emulator prints where it listens. */
async function addressIn(child: ChildProcess, output: () => string, printed: RegExp): Promise<string> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const [, address] = printed.exec(output()) ?? [];
    if (address !== undefined) return address;
    if (child.exitCode !== null) throw new Error(`the emulator ended: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the emulator does not listen: ${output()}`);
}

async function start(folder: string, words: readonly string[], remoteUrl: string, printed: RegExp): Promise<Emulator> {
  const child = spawn(process.execPath, [program, ...words], {
    cwd: join(import.meta.dirname, folder),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      REMOTE_URL: remoteUrl,
      BUNDLE: join(import.meta.dirname, '../../dist/index.mjs'),
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      SLS_TELEMETRY_DISABLED: '1',
      SLS_NOTIFICATIONS_MODE: 'off',
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const output = () => text;
  return {
    url: await addressIn(child, output, printed),
    output,
    async stop() {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      process.kill(-(child.pid as number), 'SIGKILL');
      await exit;
    },
  };
}

/**
 * Starts serverless-offline.
 *
 * @param api which API Gateway it plays
 * @param remoteUrl REMOTE_URL of the function
 */
export async function serverlessOffline(api: 'http-api' | 'rest', remoteUrl: string): Promise<Emulator> {
  const [http, lambda, alb] = [await freePort(), await freePort(), await freePort()];
  const ports = ['--httpPort', http, '--lambdaPort', lambda, '--albPort', alb].map(String);
  const words = ['offline', 'start', '--host', '127.0.0.1', '--noPrependStageInUrl', ...ports];
  return start(`serverless-offline-${api}`, words, remoteUrl, /Server ready: (http:\S+)/);
}

/**
 * Starts serverless-aws-lambda, which plays an HTTP API, a load balancer and Function URLs on one port.
 *
 * @param remoteUrl REMOTE_URL of the functions
 */
export const serverlessAwsLambda = (remoteUrl: string): Promise<Emulator> =>
  start('serverless-aws-lambda', ['aws-lambda'], remoteUrl, /listening on (http:\/\/localhost:\d+)/);
