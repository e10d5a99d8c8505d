import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Certificate, createCertificate } from '../../src/local/demo/certificate.ts';

/** Name under which the public knows every application of this suite. */
export const publicName = 'abcdefghij0123456789.lambda-url.eu-central-1.on.aws';

/** The proxy's bundle behind a Function URL that stands at `https://` + {@link publicName} for a client that maps it. */
export interface Endpoint {
  /** Port of the loopback address that the public name is mapped to. */
  readonly port: number;
  /** What the function has logged so far. */
  log(): string;
  close(): Promise<void>;
}

let certificate: Promise<Certificate> | undefined;

const certificateOfName = () => {
  certificate ??= createCertificate([publicName]);
  return certificate;
};

/** The certificate of the public name, self-signed, as PEM. */
export const certificatePem = async (): Promise<string> => (await certificateOfName()).cert;

/**
 * Starts the built bundle behind a Function URL.
 *
 * @param settings the proxy's settings, REMOTE_URL among them
 */
export async function startEndpoint(settings: Readonly<Record<string, string>>): Promise<Endpoint> {
  const { key, cert } = await certificateOfName();
  const child: ChildProcess = fork(join(import.meta.dirname, 'endpoint-process.ts'), {
    env: { PATH: process.env['PATH'], PUBLIC_NAME: publicName, TLS_KEY: key, TLS_CERT: cert, ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += String(chunk)));
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the endpoint ended: ${log}`)));
  const [port] = (await Promise.race([once(child, 'message'), ended])) as [number];
  ended.catch(() => undefined);
  return {
    port,
    log: () => log,
    async close() {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}
