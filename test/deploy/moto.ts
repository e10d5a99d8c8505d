import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../helpers/free-port.ts';

/** AWS as moto plays it, on loopback. https://docs.getmoto.org */
export interface Moto {
  /** Environment that leads the AWS CLI and the SDK here, and nowhere else. */
  readonly env: Record<string, string>;
  /** Runs the AWS CLI and parses what it prints. */
  aws<Value>(...words: string[]): Promise<Value>;
  stop(): Promise<void>;
}

/** Starts the emulator, empty. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'moto-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { env, stdio: 'ignore' });
  const exited = once(child, 'exit');
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(env.AWS_ENDPOINT_URL).catch(() => undefined);
    if (response !== undefined) break;
    if (child.exitCode !== null || attempt > 300) throw new Error('moto_server did not start');
    await sleep(100);
  }
  return {
    env,
    async aws(...words) {
      const { stdout } = await promisify(execFile)('aws', [...words, '--output', 'json'], { env });
      return stdout.trim() === '' ? undefined : JSON.parse(stdout);
    },
    async stop() {
      child.kill('SIGKILL');
      await exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
