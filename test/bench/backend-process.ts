import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The backend in a process of its own, so that its work is nobody's. */
export interface BackendProcess extends AsyncDisposable {
  readonly http: string;
  readonly https: string;
  /** Connections taken so far, over both servers. */
  connections(): Promise<number>;
}

export async function startBackend(): Promise<BackendProcess> {
  const arguments_ = [`${import.meta.dirname}/backend.ts`];
  const child = spawn(process.execPath, arguments_, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout), 'line');
  const urls: { http: string; https: string } = JSON.parse(line);
  return {
    ...urls,
    async connections() {
      const response = await fetch(`${urls.http}/counts`, { headers: { connection: 'close' } });
      const { connections } = (await response.json()) as { connections: number };
      return connections;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
