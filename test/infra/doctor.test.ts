import https from 'node:https';
import type net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { examine } from '../../infra/doctor/examine.ts';
import { certificateLines, type Report, reportText } from '../../infra/doctor/report.ts';
import { configFrom } from '../../infra/doctor/settings.ts';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { type Backend, httpBackend, rawBackend } from '../helpers/backends.ts';
import { authority, certificate, type IssuedCertificate } from '../helpers/certificates.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';
import { command } from './command.ts';

const examined = (RemoteUrl: string, parameters: Record<string, string> = {}, path?: string) =>
  examine(configFrom({ RemoteUrl, ...parameters }), path);

/** Findings as a person sees them: `ok tls`, `failure http`. */
const said = ({ findings }: Report) => findings.map(({ level, check }) => `${level} ${check}`);

const textOf = ({ findings }: Report, level: string) =>
  findings
    .filter((finding) => finding.level === level)
    .map(({ text }) => text)
    .join('\n');

const advice = ({ findings }: Report) => Object.assign({}, ...findings.map(({ set }) => set)) as Record<string, string>;

describe('the doctor', () => {
  let demo: DemoBackend;
  const servers: { close(): unknown }[] = [];
  beforeAll(async () => {
    demo = await startDemoBackend();
  });
  afterAll(async () => {
    await demo.close();
    for (const server of servers) server.close();
  });

  const serving = async (backend: Promise<Backend>) => {
    const started = await backend;
    servers.push(started);
    return started;
  };

  /** A backend with this certificate. */
  async function secured({ key, cert }: IssuedCertificate): Promise<string> {
    const server = https.createServer({ key, cert }, (_request, response) => response.end('fine'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    servers.push({ close: () => server.close() && server.closeAllConnections() });
    return `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  }

  test('finds nothing to mend at a backend that answers', async () => {
    const report = await examined(demo.httpUrl);
    expect(report.exitCode).toBe(0);
    expect(said(report)).toEqual([
      'ok name lookup',
      'note name lookup',
      'ok connection',
      'ok http',
      'ok keep-alive',
      'ok time',
      'ok size',
    ]);
    expect(report.http).toMatchObject({ status: 200, httpVersion: '1.1', keptAlive: true, limitBytes: 6_291_556 });
    expect(advice(report)).toEqual({});
  });

  test('shows the untrusted certificate, and the pin with which the function accepts it alone', async () => {
    const report = await examined(demo.httpsUrl);
    expect(report.exitCode).toBe(0);
    expect(report.tls).toMatchObject({ protocol: 'TLSv1.3', problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(report.tls?.chain[0]?.fingerprint).toBe(demo.fingerprint);
    expect(advice(report)).toEqual({ RemoteTls: `sha256:${demo.fingerprint}` });
    const pinned = await examined(demo.httpsUrl, advice(report));
    expect([pinned.exitCode, advice(pinned)]).toEqual([0, {}]);
    expect(textOf(pinned, 'ok')).toContain('the certificate is the pinned one');
  });

  test.each([
    ['verified against public authorities', { RemoteTls: 'verify' }, /tls_certificate/],
    ['compared with another pin', { RemoteTls: `sha256:${'AB:'.repeat(31)}AB` }, /not the one whose fingerprint/],
  ])('says that a certificate %s is refused, as the function refuses it', async (_, parameters, problem) => {
    const report = await examined(demo.httpsUrl, parameters);
    expect(report.exitCode).toBe(5);
    expect(textOf(report, 'failure')).toMatch(problem);
  });

  test('follows the chain up to an authority of the operator’s own, and then finds nothing to pin', async () => {
    const own = await authority();
    const url = await secured(await certificate({ issuer: own }));
    const report = await examined(url, { RemoteCa: own.cert });
    expect([report.exitCode, advice(report)]).toEqual([0, {}]);
    expect(textOf(report, 'ok')).toContain('a trusted authority signed the certificate');
    expect(report.tls?.chain.length).toBeGreaterThanOrEqual(1);
  });

  test('warns of a certificate that has ended, or ends soon, and does not have one pinned that has ended', async () => {
    const day = 86_400_000;
    const ended = await certificate({
      notBefore: new Date(Date.now() - 9 * day),
      notAfter: new Date(Date.now() - 2 * day),
    });
    const report = await examined(await secured(ended));
    expect(textOf(report, 'warning')).toMatch(/^the certificate expired on \d{4}-\d\d-\d\d$/);
    expect(advice(report)).toEqual({});
    const soon = await certificate({
      notBefore: new Date(Date.now() - 60 * day),
      notAfter: new Date(Date.now() + 5.5 * day),
    });
    expect(textOf(await examined(await secured(soon)), 'warning')).toContain('the certificate expires in 5 days');
  });

  test('tells a name that does not exist, a closed port and a port that speaks no TLS apart', async () => {
    const unknown = await examined('https://backend.invalid');
    expect([unknown.exitCode, said(unknown)]).toEqual([3, ['failure name lookup']]);
    const closed = await examined(await refusedUrl());
    expect([closed.exitCode, said(closed).at(-1)]).toEqual([4, 'failure connection']);
    expect(textOf(closed, 'failure')).toContain('refused: nothing listens there');
    const plain = await examined(demo.httpUrl.replace('http:', 'https:'));
    expect([plain.exitCode, said(plain).at(-1)]).toEqual([5, 'failure tls']);
    expect(textOf(plain, 'failure')).toContain('speaks plain HTTP and no TLS');
    expect(advice(plain)).toEqual({ RemoteUrl: demo.httpUrl });
  });

  test.each([
    ['/broken/malformed', 'response_malformed', 502],
    ['/broken/reset', 'connection_terminated', 502],
    ['/broken/silent', 'response_timeout', 504],
  ])('says which page clients would get for %s', async (path, code, status) => {
    const report = await examined(demo.httpUrl, { RequestTimeout: '0.5' }, path);
    expect(report.exitCode).toBe(6);
    expect(textOf(report, 'failure')).toContain(`clients would get a ${status} page (${code})`);
  });

  test('tries a response that is refused with LENIENT_BACKEND, and advises it only where it helps', async () => {
    const broken = (bytes: string) =>
      serving(rawBackend((socket) => void socket.once('data', () => socket.end(bytes))));
    const { url } = await broken('HTTP/1.1 200 OK\nContent-Length: 2\nContent-Length: 2\n\nok');
    const report = await examined(url);
    expect([report.exitCode, advice(report)]).toEqual([6, { LenientBackend: 'true' }]);
    const lenient = await examined(url, advice(report));
    expect([lenient.exitCode, advice(lenient)]).toEqual([0, {}]);
    const status = await examined((await broken('HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok')).url);
    expect(advice(status)).toEqual({ LenientBackend: 'true' });
    const hopeless = await examined((await broken('SSH-2.0-OpenSSH_9.6\r\n')).url);
    expect([hopeless.exitCode, advice(hopeless)]).toEqual([6, {}]);
  });

  test('measures an answer against what the endpoint carries, and knows what helps', async () => {
    const report = await examined(demo.httpUrl, {}, '/bytes/5000000');
    expect(report.exitCode).toBe(7);
    expect(textOf(report, 'failure')).toContain('clients would get a 413 page (response_too_large)');
    expect(advice(report)).toEqual({ InvokeMode: 'RESPONSE_STREAM' });
    const fits = await examined(demo.httpUrl, {}, '/bytes/4000000');
    expect([fits.exitCode, fits.http?.bodyBytes]).toEqual([0, 4_000_000]);
    expect(textOf(fits, 'warning')).toContain('4.0 MB, of 6.3 MB');
    const quota = await examined(demo.httpUrl, { PayloadQuota: '1000' }, '/bytes/2000');
    expect([quota.exitCode, advice(quota)]).toEqual([7, {}]);
  });

  test('measures the time against the limit', async () => {
    const slow = await serving(httpBackend((_request, response) => void setTimeout(() => response.end('late'), 700)));
    const report = await examined(slow.url, { RequestTimeout: '1.2' });
    expect(textOf(report, 'warning')).toMatch(/the timeout is 1200 ms: slow$/);
    expect(Number(advice(report)['RequestTimeout'])).toBeGreaterThan(1);
  });

  test('notes a backend that closes its connections, one that redirects to another name, and one that fails', async () => {
    const closing = await serving(httpBackend((_request, response) => response.setHeader('connection', 'close').end()));
    expect(textOf(await examined(closing.url), 'note')).toContain('the backend closes its connections');
    const location = 'https://intranet.example/login';
    const leading = await serving(httpBackend((_request, response) => response.writeHead(302, { location }).end()));
    expect(textOf(await examined(leading.url), 'note')).toContain(`it redirects to ${location}`);
    const failing = await serving(httpBackend((_request, response) => response.writeHead(503).end()));
    const report = await examined(failing.url);
    expect([report.exitCode, textOf(report, 'warning')]).toEqual([0, '503, HTTP/1.1']);
  });

  test('asks for the base path and what is behind it, and sends what the settings say', async () => {
    const seen: (string | undefined)[] = [];
    const backend = await serving(
      httpBackend((request, response) => {
        seen.push(`${request.url} ${request.headers.authorization}`);
        response.end();
      }),
    );
    await examined(`${backend.url.replace('//', '//ada:pw@')}/app?k=1`, {}, '/page');
    expect(seen).toEqual(Array(2).fill(`/app/page?k=1 Basic ${Buffer.from('ada:pw').toString('base64')}`));
  });

  test('waits no longer than the limit for a backend that takes a connection and says nothing', async () => {
    const silent = await serving(rawBackend(() => undefined));
    const report = await examined(silent.url.replace('http:', 'https:'), { RequestTimeout: '0.3' });
    expect([report.exitCode, textOf(report, 'failure')]).toEqual([
      5,
      'TLS handshake failed: no handshake within 300 ms',
    ]);
  });

  describe('as a command', () => {
    test('prints a report that a person reads, and ends with 0', async () => {
      const { exitCode, output, errors } = await command('doctor.ts', [demo.httpsUrl]);
      expect([exitCode, errors]).toEqual([0, '']);
      expect(output).toContain('The function can serve this backend.');
      expect(output).toContain(`RemoteTls=sha256:${demo.fingerprint}`);
      expect(output).toMatch(/issuer +itself \(self-signed\)/);
    });

    test('prints JSON for scripts, with the same exit code', async () => {
      const { exitCode, output } = await command('doctor.ts', [await refusedUrl(), '--json']);
      expect([exitCode, JSON.parse(output).exitCode]).toEqual([4, 4]);
    });

    test('never prints a password, in neither form', async () => {
      const url = demo.httpUrl.replace('//', '//ada:s3cret@');
      for (const form of [[], ['--json']])
        expect(JSON.stringify(await command('doctor.ts', [url, ...form]))).not.toMatch(/s3cret|YWRhOnMzY3JldA/);
    });

    test.each([
      [[], 'Name one backend'],
      [['https://a', 'https://b'], 'Name one backend'],
      [['--yaml', 'https://a'], 'There is no option --yaml'],
      [['https://a', 'RemoteTsl=verify'], 'Did you mean'],
      [['https://a:99999'], 'REMOTE_URL is not a valid URL'],
      [['https://a', '--path', 'x'], '--path must begin with /'],
      [['gopher://a'], 'REMOTE_URL must begin with http:// or https://'],
    ])('refuses %j with exit code 2 and without a stack', async (words, message) => {
      const { exitCode, errors } = await command('doctor.ts', words);
      expect([exitCode, errors]).toEqual([2, expect.stringContaining(message)]);
      expect(errors).not.toContain('    at ');
    });
  });
});

test('a report names the issuer of a certificate that did not sign itself', () => {
  const facts = {
    subject: 'CN=a',
    issuer: 'CN=b',
    names: undefined,
    key: 'EC P-256',
    daysLeft: 30,
    validFrom: '2026-01-01T',
    validTo: '2027-01-01T',
    fingerprint: 'AA',
  };
  expect(certificateLines(facts)).toEqual([
    'subject   CN=a',
    'issuer    CN=b',
    'key       EC P-256',
    'valid     2026-01-01 to 2027-01-01',
    'sha256    AA',
  ]);
  const text = reportText({ backend: 'https://h', findings: [], exitCode: 5 });
  expect(text).toContain('Clients would get an error page.');
});
