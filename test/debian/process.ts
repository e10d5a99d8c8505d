import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something listens, or says what the process wrote instead. */
async function listening(port: number, child: ChildProcess, output: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs[0]} ended: ${output()}`);
    const socket = net.connect(port, '127.0.0.1');
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (connected) return;
    await sleep(50);
  }
  throw new Error(`${child.spawnargs[0]} does not listen on ${port}: ${output()}`);
}

/**
 * Starts a program of Debian's and waits until it listens.
 *
 * @throws {Error} with the program's own output when it ends instead
 */
export async function start(
  command: string,
  parameters: string[],
  port: number,
  { env = {}, cwd }: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<ChildProcess> {
  const child = spawn(command, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Apache ends its whole group, and PHP's server leaves its workers behind.
    detached: true,
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  child.once('error', (error) => (output += `${error.message}; install python3-httpbin and nginx from Debian`));
  try {
    await listening(port, child, () => output);
  } catch (error) {
    signalGroup(child, 'SIGKILL');
    throw error;
  }
  return child;
}

/** Signals a program and all that it started, also when the program itself has ended before them. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends a program and waits until it has. */
export async function stop(child: ChildProcess): Promise<void> {
  const ended = child.exitCode !== null || child.signalCode !== null;
  const exit = ended ? undefined : once(child, 'exit');
  signalGroup(child, 'SIGTERM');
  await exit;
}
