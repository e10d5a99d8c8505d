import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { examine } from '../../infra/doctor/examine.ts';
import { configFrom } from '../../infra/doctor/settings.ts';
import { authority, certificate, type IssuedCertificate } from '../helpers/certificates.ts';
import { failureLine, handlerFor, invoke, type Outcome } from '../helpers/failures.ts';
import { freePort } from '../helpers/free-port.ts';
import { bodyText } from '../helpers/lambda.ts';
import { start, stop } from './process.ts';

/** A server block of nginx: its own port, and what is special about its TLS. */
interface Site {
  readonly name: string;
  readonly certificate: string;
  readonly lines?: readonly string[];
}

let folder: string;
let port: number;
let ca: IssuedCertificate;
let clientCa: IssuedCertificate;
let client: IssuedCertificate;
let selfSigned: IssuedCertificate;
let renewed: { cert: string; fingerprint: string };
const ports: Record<string, number> = {};
let stopNginx: () => Promise<void>;

const save = (name: string, { key, cert }: { key: string; cert: string }) =>
  Promise.all([writeFile(join(folder, `${name}.key`), key), writeFile(join(folder, `${name}.pem`), cert)]);

const block = (site: Site, at: number, isDefault: boolean) => `
server {
  listen 127.0.0.1:${at} ssl${isDefault ? ' default_server' : ''};
  server_name ${site.name};
  ssl_certificate ${folder}/${site.certificate}.pem;
  ssl_certificate_key ${folder}/${site.certificate}.key;
  ${(site.lines ?? []).join('\n  ')}
  location / { default_type text/plain; return 200 "$server_name $host $ssl_server_name $ssl_client_verify $connection"; }
}`;

/** Several sites on one port, told apart by name; the others each on a port of its own. */
async function startNginx(named: readonly Site[], alone: readonly Site[]): Promise<void> {
  port = await freePort();
  for (const { name } of alone) ports[name] = await freePort();
  const blocks = [
    ...named.map((site, index) => block(site, port, index === 0)),
    ...alone.map((site) => block(site, ports[site.name] as number, true)),
  ];
  const configuration = `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log info;
events { worker_connections 256; }
http {
  access_log off;
  keepalive_timeout 60;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  ${blocks.join('\n')}
}`;
  await writeFile(join(folder, 'nginx.conf'), configuration);
  const child = await start('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'user root;'], port);
  stopNginx = () => stop(child);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-tls-'));
  const day = 86_400_000;
  [ca, clientCa] = [await authority('Backends'), await authority('Clients')];
  client = await certificate({ issuer: clientCa, purpose: 'client' });
  selfSigned = await certificate();
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' }).toString();
  await save('self', selfSigned);
  // The same key in a new certificate, as a renewal that keeps its key makes it.
  openssl('req', '-x509', '-new', '-key', 'self.key', '-subj', '/CN=renewed', '-days', '9', '-out', 'renewed.pem');
  execFileSync('cp', ['self.key', 'renewed.key'], { cwd: folder });
  const fingerprint = openssl('x509', '-in', 'renewed.pem', '-noout', '-fingerprint', '-sha256').split('=')[1] ?? '';
  renewed = { cert: 'renewed', fingerprint: fingerprint.trim() };
  await save('app', await certificate({ names: ['app.example.org'], issuer: ca }));
  await save('other', await certificate({ names: ['other.example.org'], issuer: ca }));
  await save('expired', await certificate({ notBefore: new Date(0), notAfter: new Date(day), issuer: ca }));
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'rsa.key',
    '-out',
    'rsa.pem',
    '-days',
    '9',
    '-subj',
    '/CN=rsa',
  );
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:512',
    '-nodes',
    '-keyout',
    'small.key',
    '-out',
    'small.pem',
    '-days',
    '9',
    '-subj',
    '/CN=small',
  );
  openssl('dhparam', '-dsaparam', '-out', 'dh.pem', '1024');
  await writeFile(join(folder, 'clients.pem'), clientCa.cert);
  await startNginx(
    [
      { name: 'default.example.org', certificate: 'self' },
      { name: 'app.example.org', certificate: 'app' },
      { name: 'other.example.org', certificate: 'other' },
    ],
    [
      { name: 'expired', certificate: 'expired' },
      { name: 'renewed', certificate: 'renewed' },
      {
        name: 'mutual',
        certificate: 'self',
        lines: [`ssl_client_certificate ${folder}/clients.pem;`, 'ssl_verify_client on;'],
      },
      { name: 'tls10', certificate: 'rsa', lines: ['ssl_protocols TLSv1;', 'ssl_ciphers ALL:@SECLEVEL=0;'] },
      {
        name: 'dh1024',
        certificate: 'rsa',
        lines: [`ssl_dhparam ${folder}/dh.pem;`, 'ssl_protocols TLSv1.2;', 'ssl_ciphers DHE:@SECLEVEL=0;'],
      },
    ],
  );
});
afterAll(async () => {
  await stopNginx();
  await rm(folder, { recursive: true, force: true });
});

const send = (url: string, env: Record<string, string> = {}) => invoke(handlerFor(url, env));
/** What nginx says: the site, the Host, the name in SNI, the client's certificate, and the connection's number. */
function textOf({ result }: Outcome): string {
  expect(result.statusCode).toBe(200);
  return bodyText(result);
}

const toNamed = (env: Record<string, string> = {}) =>
  send('https://app.example.org', { REMOTE_ADDRESS: `127.0.0.1:${port}`, HOST_HEADER: 'backend', ...env });

describe('REMOTE_ADDRESS in front of name-based virtual hosts', () => {
  test('reaches the address and names the site in Host, in SNI and to the verification [N10]', async () => {
    const outcome = await toNamed({ REMOTE_CA: ca.cert });
    expect(textOf(outcome)).toMatch(/^app\.example\.org app\.example\.org app\.example\.org /);
    expect(outcome.lines.at(-1)).toMatchObject({
      server: { address: '127.0.0.1', port },
      backend: { host: 'app.example.org' },
    });
  });

  test('refuses a certificate of another site, and names what is wrong', async () => {
    const outcome = await send('https://third.example.org', {
      REMOTE_ADDRESS: `127.0.0.1:${port}`,
      REMOTE_CA: ca.cert,
    });
    expect(outcome.result.statusCode).toBe(502);
    expect(failureLine(outcome)).toMatchObject({ error: { type: 'tls_certificate' } });
  });

  test('verifies the address in REMOTE_URL, and not the one that it connects to [N10]', async () => {
    const verified = (names: string[]) => certificate({ names, issuer: ca });
    for (const [names, status] of [
      [['203.0.113.9'], 200],
      [['127.0.0.1'], 502],
    ] as const) {
      const https = await import('node:https');
      const server = https.createServer(await verified([...names]), (_request, response) => response.end('fine'));
      const at = await freePort();
      await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
      const env = { REMOTE_ADDRESS: `127.0.0.1:${at}`, REMOTE_CA: ca.cert };
      expect((await send('https://203.0.113.9', env)).result.statusCode).toBe(status);
      server.close();
      server.closeAllConnections();
    }
  });

  test('makes one handshake for a connection and none for a request [N16]', async () => {
    const handler = handlerFor('https://app.example.org', {
      REMOTE_ADDRESS: `127.0.0.1:${port}`,
      REMOTE_CA: ca.cert,
    });
    const connections = new Set<string | undefined>();
    for (let count = 0; count < 3; count += 1) {
      connections.add(
        textOf(await invoke(handler))
          .split(' ')
          .at(-1),
      );
      // Node frees a socket some turns of the event loop after the end of the response.
      await sleep(20);
    }
    expect(connections.size).toBe(1);
  });
});

describe('REMOTE_TLS', () => {
  test.each([
    ['the certificate', () => `sha256:${selfSigned.fingerprint}`, 200, 502],
    ['the renewed one as well', () => `sha256:${selfSigned.fingerprint},sha256:${renewed.fingerprint}`, 200, 200],
    ['the public key', () => `spki-sha256:${spki()}`, 200, 200],
    ['another key', () => `spki-sha256:${'00:'.repeat(31)}00`, 502, 502],
  ])(
    'with a pin of %s accepts what it names, before and after a renewal with the same key [N11]',
    async (_, pins, before, after) => {
      const env = { REMOTE_TLS: pins() };
      expect((await send(`https://127.0.0.1:${port}`, env)).result.statusCode).toBe(before);
      expect((await send(`https://127.0.0.1:${ports['renewed']}`, env)).result.statusCode).toBe(after);
    },
  );

  test('auto accepts a self-signed leaf of an address with one warning that prints the pin', async () => {
    const outcome = await send(`https://127.0.0.1:${port}`);
    expect(textOf(outcome)).toMatch(/^default/);
    expect(outcome.lines.find(({ level }) => level === 'WARN')).toMatchObject({
      remedy: expect.stringContaining(`REMOTE_TLS=sha256:${selfSigned.fingerprint}`),
    });
  });

  test('verify refuses an expired certificate of a known authority and says so', async () => {
    const outcome = await send(`https://127.0.0.1:${ports['expired']}`, { REMOTE_CA: ca.cert });
    expect(failureLine(outcome)).toMatchObject({
      error: { type: 'tls_certificate' },
      reason: expect.stringContaining('it has expired'),
    });
  });
});

const spki = () =>
  execFileSync('sh', [
    '-c',
    `openssl x509 -in ${folder}/self.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -hex`,
  ])
    .toString()
    .trim()
    .split(/[= ]+/)
    .at(-1);

describe('A backend with mutual TLS', () => {
  const mutual = () => `https://127.0.0.1:${ports['mutual']}`;

  test('accepts the client certificate of REMOTE_CERT and REMOTE_KEY [N12]', async () => {
    const outcome = await send(mutual(), { REMOTE_CERT: client.cert, REMOTE_KEY: client.key });
    expect(textOf(outcome)).toMatch(/ SUCCESS \d+$/);
  });

  test("without one is nginx's own 400, which passes", async () => {
    expect((await send(mutual())).result.statusCode).toBe(400);
  });
});

describe('An old backend', () => {
  test.each([
    ['tls10', 'the backend offers only TLS 1.0 or 1.1'],
    ['dh1024', "the backend's key is too small"],
  ])('%s is refused with the variable that admits it [N13]', async (name, reason) => {
    const outcome = await send(`https://127.0.0.1:${ports[name]}`);
    expect(outcome.result.statusCode).toBe(502);
    expect(failureLine(outcome)).toMatchObject({
      reason: expect.stringContaining(reason),
      remedy: expect.stringContaining('NODE_OPTIONS="--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0"'),
    });
  });
});

test('The doctor finds the way by REMOTE_ADDRESS, and the pin of a certificate that nobody issued', async () => {
  const named = await examine(
    configFrom({ RemoteUrl: 'https://app.example.org', RemoteAddress: `127.0.0.1:${port}`, RemoteCa: ca.cert }),
  );
  expect([named.exitCode, named.http?.status]).toEqual([0, 200]);
  const bare = await examine(configFrom({ RemoteUrl: `https://127.0.0.1:${port}` }));
  expect(bare.findings.find(({ set }) => set)?.set).toEqual({ RemoteTls: `sha256:${selfSigned.fingerprint}` });
});
