import type http from 'node:http';
import type { LocalServer } from '../../src/local/server.ts';
import { startWebFunctionFront } from '../../src/local/web-function.ts';
import { type DrainLimits, drainLimits } from '../../src/standalone/half-duplex.ts';
import { type Backend, httpBackend } from './backends.ts';
import { startTestServer, type TestServer } from './web-server.ts';

/** The standalone server as a Web Function, with the emulator of Lambda in front. */
export interface TestWebFunction {
  readonly backend: Backend;
  /** The server itself, as Lambda reaches it. */
  readonly server: TestServer;
  /** Lambda. */
  readonly front: LocalServer;
  /** Targets whose response began before the upload was forwarded. */
  readonly early: string[];
  close(): Promise<void>;
}

/**
 * Starts a Web Function in front of a backend, with limits that a test can wait for.
 *
 * @param listener what responds at the backend
 * @param env settings beside REMOTE_URL
 * @param drain limits on dropped content
 */
export async function startTestWebFunction(
  listener: http.RequestListener,
  env: Record<string, string> = {},
  drain: Omit<DrainLimits, 'silenceMs'> = drainLimits,
): Promise<TestWebFunction> {
  const backend = await httpBackend(listener);
  const limits = { REQUEST_TIMEOUT: '5', DRAIN_TIMEOUT: '1' };
  const own = { REMOTE_URL: backend.url, AWS_LAMBDA_HTTP_ENDPOINT: '127.0.0.1:0', ...limits, ...env };
  const server = await startTestServer(own, drain);
  const early: string[] = [];
  const onEarlyResponse = (target: string) => early.push(target);
  const front = await startWebFunctionFront({ host: '127.0.0.1', port: server.port }, { onEarlyResponse });
  return {
    backend,
    server,
    front,
    early,
    async close() {
      await front.close();
      await server.drain();
      await backend.close();
    },
  };
}
