import type http from 'node:http';
import { afterEach } from '@jest/globals';
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

/** Host of the Web Function, as Lambda names it. */
export const webFunctionHost = 'id.abc.lambda-web.eu-central-1.on.aws';

/** Returns a start for the tests of a file, of which each has one Web Function; it is closed after the test. */
export function webFunctionOfTest() {
  let running: TestWebFunction | undefined;
  const stop = async () => {
    await running?.close();
    running = undefined;
  };
  afterEach(stop);
  return {
    stop,
    /** The one of this test; undefined before its start. */
    running: () => running,
    async start(...parameters: Parameters<typeof startTestWebFunction>): Promise<TestWebFunction> {
      running = await startTestWebFunction(...parameters);
      return running;
    },
  };
}
