import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ConnectProxy, startConnectProxy } from './connect-proxy.ts';
import { certificatePem, type Endpoint, startEndpoint } from './endpoint.ts';

const run = promisify(execFile);

/** What a command-line client needs to get to the public name, as variables that it reads. */
export interface ClientAccess {
  /** A folder of its own, which is its home. */
  readonly folder: string;
  /** File with the certificate of the public name. */
  readonly certificate: string;
  /** The function's log so far. */
  log(): string;
  /** Runs a program in the folder, with its way to the public name in the environment, and returns what it wrote. */
  run(command: string, words: readonly string[], cwd?: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * The built bundle behind a Function URL, and a way to it for programs that know proxies and certificates by the usual
 * variables.
 *
 * @param settings the proxy's settings, REMOTE_URL among them
 */
export async function clientsOf(settings: Readonly<Record<string, string>>): Promise<ClientAccess> {
  const folder = await mkdtemp(join(tmpdir(), 'rproxy-client-'));
  const endpoint: Endpoint = await startEndpoint(settings);
  const proxy: ConnectProxy = await startConnectProxy(endpoint.port);
  const certificate = join(folder, 'certificate.pem');
  await writeFile(certificate, await certificatePem());
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    HTTPS_PROXY: proxy.url,
    https_proxy: proxy.url,
    NODE_EXTRA_CA_CERTS: certificate,
    GIT_SSL_CAINFO: certificate,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
  return {
    folder,
    certificate,
    log: endpoint.log,
    async run(command, words, cwd = folder) {
      try {
        const { stdout, stderr } = await run(command, [...words], { cwd, env, timeout: 60_000 });
        return `${stdout}${stderr}`;
      } catch (error) {
        const { stdout, stderr, message } = error as Error & { stdout: string; stderr: string };
        throw new Error(`${message}\n${stdout}${stderr}\n${endpoint.log()}`);
      }
    },
    async close() {
      await proxy.close();
      await endpoint.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
