import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FindingCode } from '../../infra/doctor/catalogue.ts';
import { examine } from '../../infra/doctor/examine.ts';
import type { Report } from '../../infra/doctor/report.ts';
import { configFrom } from '../../infra/doctor/settings.ts';
import { authority, certificate, type IssuedCertificate } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { start, stop } from './process.ts';

/** Server blocks of nginx, each on a port of its own: name, and the lines in which it is special. */
const blocks = {
  healthy: ['default_type text/html;', 'location / { return 200 "<a href=/a>a</a>"; }'],
  redirecting: ['return 301 https://$host:SECURE_PORT$request_uri;'],
  'without-site': ['return 404;'],
  'hanging-up': ['return 444;'],
  stock: ['root /usr/share/nginx/html;', 'location / { index none.html; try_files /index.html =404; }'],
  basic: ['auth_basic "Staff";', 'auth_basic_user_file FOLDER/users;', 'root FOLDER;', 'index page.txt;'],
  compressing: ['root FOLDER;', 'gzip on;', 'gzip_types text/plain;', 'location / { try_files /page.txt =404; }'],
  'port-in-redirect': ['root FOLDER;', 'location / { try_files $uri/ =404; }'],
} as const satisfies Record<string, readonly string[]>;

/** The same with TLS. */
const secure = {
  secure: ['location / { return 200 "fine"; }'],
  named: ['location / { return 200 "fine"; }'],
  mutual: ['ssl_client_certificate FOLDER/clients.pem;', 'ssl_verify_client on;', 'location / { return 200 "fine"; }'],
  tls10: ['ssl_protocols TLSv1;', 'ssl_ciphers ALL:@SECLEVEL=0;'],
  dh1024: ['ssl_dhparam FOLDER/dh.pem;', 'ssl_protocols TLSv1.2;', 'ssl_ciphers DHE:@SECLEVEL=0;'],
  expired: ['location / { return 200 "fine"; }'],
  'own-authority': ['location / { return 200 "fine"; }'],
} as const satisfies Record<string, readonly string[]>;

type Name = keyof typeof blocks | keyof typeof secure;

let folder: string;
let stopNginx: () => Promise<void>;
const ports = {} as Record<Name, number>;
let ca: IssuedCertificate;
let client: IssuedCertificate;
let pins: { readonly [name: string]: string };

const keyPair = (name: string, { key, cert }: IssuedCertificate) =>
  Promise.all([writeFile(join(folder, `${name}.key`), key), writeFile(join(folder, `${name}.pem`), cert)]);

function configuration(): string {
  const filled = (lines: readonly string[]) =>
    lines.join('\n    ').replaceAll('FOLDER', folder).replaceAll('SECURE_PORT', String(ports.secure));
  const plain = Object.entries(blocks).map(
    ([name, lines]) => `server {
    listen 127.0.0.1:${ports[name as Name]};
    ${filled(lines)}
  }`,
  );
  const withTls = Object.entries(secure).map(([name, lines]) => {
    const certificateName = ['tls10', 'dh1024'].includes(name) ? 'rsa' : name;
    return `server {
    listen 127.0.0.1:${ports[name as Name]} ssl;
    ssl_certificate ${folder}/${certificateName}.pem;
    ssl_certificate_key ${folder}/${certificateName}.key;
    ${filled(lines)}
  }`;
  });
  // The site that the certificate of `named` names; the first block of the port has no page.
  const site = `server {
    listen 127.0.0.1:${ports.named} ssl;
    server_name shop.example.net;
    ssl_certificate ${folder}/named.pem;
    ssl_certificate_key ${folder}/named.key;
    location / { return 200 "shop"; }
  }`;
  const all = [...plain, ...withTls, site]
    .join('\n  ')
    .replace(/(named\.key;\s+)location \/ \{ return 200 "fine"; \}/, '$1return 404;');
  return `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log info;
events { worker_connections 256; }
http {
  access_log off;
  types { text/plain txt; text/html html; }
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  ${all}
}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-doctor-'));
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' }).toString();
  ca = await authority('Backends');
  const clients = await authority('Clients');
  client = await certificate({ issuer: clients, purpose: 'client' });
  const issued = {
    secure: await certificate(),
    named: await certificate({ names: ['shop.example.net'] }),
    mutual: await certificate(),
    expired: await certificate({ notBefore: new Date(0), notAfter: new Date(86_400_000) }),
    'own-authority': await certificate({ issuer: ca }),
  };
  pins = Object.fromEntries(Object.entries(issued).map(([name, { fingerprint }]) => [name, `sha256:${fingerprint}`]));
  await Promise.all(Object.entries(issued).map(([name, pair]) => keyPair(name, pair)));
  const rsa = [
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'rsa.key',
    '-out',
    'rsa.pem',
    '-days',
    '99',
    '-subj',
    '/CN=rsa',
  ];
  openssl('req', '-x509', ...rsa);
  openssl('dhparam', '-dsaparam', '-out', 'dh.pem', '1024');
  await writeFile(join(folder, 'clients.pem'), clients.cert);
  await writeFile(join(folder, 'users'), `ada:{PLAIN}pw\n`);
  await writeFile(join(folder, 'page.txt'), 'a line of text\n'.repeat(2000));
  execFileSync('mkdir', ['-p', join(folder, 'docs')]);
  const taken = new Set<number>();
  while (taken.size < Object.keys({ ...blocks, ...secure }).length) taken.add(await freePort());
  Object.keys({ ...blocks, ...secure }).forEach((name, index) => {
    ports[name as Name] = [...taken][index] as number;
  });
  await writeFile(join(folder, 'nginx.conf'), configuration());
  const words = ['-c', join(folder, 'nginx.conf'), '-g', 'user root;'];
  const child = await start('/usr/sbin/nginx', words, ports.healthy);
  stopNginx = () => stop(child);
});
afterAll(async () => {
  await stopNginx();
  await rm(folder, { recursive: true, force: true });
});

const urlOf = (name: Name) => `http${name in secure ? 's' : ''}://127.0.0.1:${ports[name]}`;

const examined = (name: Name, parameters: Record<string, string> = {}, path = '/') =>
  examine(configFrom({ RemoteUrl: urlOf(name), ...(pins[name] && { RemoteTls: pins[name] }), ...parameters }), path);

const problems = ({ findings }: Report): FindingCode[] =>
  findings.filter(({ level, code }) => level !== 'ok' && code !== 'address_loopback').map(({ code }) => code);

const found = ({ findings }: Report, code: FindingCode) => findings.find((each) => each.code === code);

describe('nginx: the doctor finds', () => {
  test.each(['healthy', 'secure', 'own-authority'] as const)('nothing where nothing is wrong: %s', async (name) => {
    const parameters: Record<string, string> = name === 'own-authority' ? { RemoteCa: ca.cert, RemoteTls: 'auto' } : {};
    const report = await examined(name, parameters);
    expect([report.exitCode, problems(report)]).toEqual([0, []]);
  });

  test('a redirect to https on the same host', async () => {
    const report = await examined('redirecting');
    expect([report.exitCode, found(report, 'redirect_to_https')?.set]).toEqual([6, { RemoteUrl: urlOf('secure') }]);
  });

  test('an unknown virtual host that is a 404, one that hangs up, and the default page', async () => {
    expect(found(await examined('without-site'), 'site_unknown')?.remedy).toContain('RemoteAddress=127.0.0.1:');
    const closed = await examined('hanging-up');
    expect([closed.exitCode, problems(closed)]).toEqual([6, ['request_failed']]);
    expect(found(closed, 'request_failed')?.remedy).toContain('RemoteUrl=http://www.example.org RemoteAddress=');
    const stock = await examined('stock');
    expect([problems(stock), found(stock, 'request_failed')]).toEqual([['default_page'], undefined]);
  });

  test('an unknown virtual host whose certificate names the site', async () => {
    const report = await examined('named');
    const set = { RemoteUrl: 'https://shop.example.net', RemoteAddress: `127.0.0.1:${ports.named}` };
    expect(found(report, 'site_unknown')?.set).toEqual(set);
    expect(problems(await examined('named', set))).toEqual([]);
  });

  test('a password dialog that no browser shows', async () => {
    const report = await examined('basic');
    expect(problems(report)).toEqual(['challenge_renamed']);
    const user = { RemoteUrl: urlOf('basic').replace('//', '//ada:no@') };
    expect(problems(await examined('basic', user))).toEqual(['credentials_refused']);
  });

  test('compression that is lost by Via', async () => {
    expect(found(await examined('compressing', { Via: 'on' }), 'compression_lost')?.set).toEqual({ Via: 'false' });
    expect(problems(await examined('compressing'))).toEqual([]);
  });

  test('nothing in a redirect that has the port of nginx', async () => {
    const report = await examined('port-in-redirect', {}, '/docs');
    expect(report.redirects?.[0]?.location).toContain(`:${ports['port-in-redirect']}/docs/`);
    expect(problems(report)).not.toContain('redirect_to_backend');
  });

  test('http:// on a TLS port, and https:// on a port without TLS', async () => {
    const plain = await examine(configFrom({ RemoteUrl: urlOf('secure').replace('https:', 'http:') }));
    expect([plain.exitCode, found(plain, 'port_speaks_tls')?.set]).toEqual([6, { RemoteUrl: urlOf('secure') }]);
    const reverse = await examine(configFrom({ RemoteUrl: urlOf('healthy').replace('http:', 'https:') }));
    expect([reverse.exitCode, found(reverse, 'port_speaks_http')?.set]).toEqual([5, { RemoteUrl: urlOf('healthy') }]);
  });

  test('that a client certificate is missing, wrong and right', async () => {
    const missing = await examined('mutual');
    expect([missing.exitCode, problems(missing)]).toEqual([5, ['client_certificate_required']]);
    expect(found(missing, 'client_certificate_required')?.remedy).toContain('RemoteCert=');
    const other = await certificate({ purpose: 'client' });
    const wrong = await examined('mutual', { RemoteCert: other.cert, RemoteKey: other.key });
    expect([wrong.exitCode, problems(wrong)]).toEqual([5, ['client_certificate_refused']]);
    const right = await examined('mutual', { RemoteCert: client.cert, RemoteKey: client.key });
    expect([right.exitCode, problems(right)]).toEqual([0, []]);
  });

  test.each([
    ['tls10', 'TLSv1 with'],
    ['dh1024', "the backend's key is too small"],
  ] as const)('old TLS: %s', async (name, words) => {
    const report = await examined(name);
    expect([report.exitCode, problems(report)]).toEqual([5, ['tls_old']]);
    expect(found(report, 'tls_old')).toMatchObject({
      text: expect.stringContaining(words),
      remedy: expect.stringContaining('NODE_OPTIONS="--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0"'),
    });
  });

  test('an expired certificate, and an authority of the operator', async () => {
    expect(problems(await examined('expired'))).toEqual(['certificate_expired']);
    const own = await examined('own-authority', { RemoteTls: 'auto' });
    expect(found(own, 'certificate_of_unknown_authority')?.remedy).toContain('RemoteCa=');
  });
});
