import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http2 from 'node:http2';
import type net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { authority, certificate } from '../helpers/certificates.ts';
import { examined, page, problems, rawServing, secured, serving, theProblem } from './examined.ts';

const ownPort = (socket: net.Socket) => `127.0.0.1:${socket.localPort}`;

describe('the doctor follows as a browser does', () => {
  test.each(['0; url=/', "0;URL='/'", '1 ; url="/"'])('a meta refresh of %s that never ends', async (content) => {
    const quoted = content.includes("'") ? `"${content}"` : `'${content}'`;
    const url = await serving((_request, response) => page(response, `<meta http-equiv=Refresh content=${quoted}>`));
    expect((await examined(url)).exitCode).toBe(6);
    theProblem(await examined(url), 'redirect_loop');
  });

  test('a meta refresh to the backend itself, and none of a page that reloads, or without scripts', async () => {
    const url = await serving(({ socket }, response) =>
      page(response, `<meta http-equiv="refresh" content="0; url=http://${ownPort(socket)}/app">`),
    );
    expect(theProblem(await examined(url), 'redirect_to_backend').text).toContain('/app');
    for (const html of [
      '<meta http-equiv="refresh" content="30">',
      '<meta http-equiv="refresh" content="60; url=/">',
      '<noscript><meta http-equiv="refresh" content="0; url=/"></noscript>',
      '<!-- <meta http-equiv="refresh" content="0; url=/"> -->',
    ]) {
      const fine = await serving((_request, response) => page(response, html));
      expect([html, problems(await examined(fine))]).toEqual([html, []]);
    }
  });

  test('a redirect to www. of the public host, and the Host with which it ends', async () => {
    const url = await serving(({ headers }, response) =>
      headers.host?.startsWith('127.0.0.1')
        ? page(response, 'fine')
        : response.writeHead(301, { location: `https://www.${headers.host}/` }).end(),
    );
    for (const facts of [{}, { publicHost: 'abc.lambda-url.eu-central-1.on.aws' }]) {
      const { set, remedy } = theProblem(await examined(url, {}, facts), 'redirect_to_backend');
      expect([set, remedy]).toEqual([{ HostHeader: 'backend' }, expect.stringContaining('canonical host')]);
    }
  });

  test('a redirect to a log-in elsewhere that leads back to the backend', async () => {
    const url = await serving(({ socket }, response) => {
      const back = encodeURIComponent(`http://ada:s3cret@${ownPort(socket)}/cb`);
      response.writeHead(302, { location: `https://id.example.net/auth?client=1&redirect_uri=${back}` }).end();
    });
    const found = theProblem(await examined(url), 'redirect_to_backend');
    expect(found.text).toMatch(/id\.example\.net\/auth with the backend's own address, 127\.0\.0\.1:\d+, in the query/);
    expect(JSON.stringify(found)).not.toContain('s3cret');
  });

  test.each(['/login', '/app2'])('a redirect to %s, outside of the path of RemoteUrl', async (location) => {
    const url = await serving(({ url: path }, response) =>
      path === location ? page(response, 'fine') : response.writeHead(302, { location }).end(),
    );
    const found = theProblem(await examined(`${url}/app`), 'redirect_loop');
    expect([found.set, found.remedy]).toEqual([{ RemoteUrl: url }, expect.stringContaining('the path /app')]);
  });
});

describe('the doctor finds in a page', () => {
  test('that it is not below the path of RemoteUrl', async () => {
    const url = await serving(({ url: path }, response) =>
      path === '/' ? page(response, 'fine') : response.writeHead(404).end(),
    );
    expect(theProblem(await examined(`${url}/index.html`), 'site_unknown').set).toEqual({ RemoteUrl: url });
  });

  test.each([
    ['JSON', 'application/json', (host: string) => `{"self":"http:\\/\\/${host}\\/api"}`],
    ['JSON of an API', 'application/hal+json', (host: string) => `{"href": "http://${host}/api"}`],
    ['a style', 'text/css', (host: string) => `@import url(http://${host}/a.css)`],
    ['XML', 'application/xml', (host: string) => `<loc>http://${host}/a</loc>`],
  ])('links to the backend in %s', async (_, type, text) => {
    const url = await serving(({ socket }, response) =>
      response.setHeader('content-type', type).end(text(ownPort(socket))),
    );
    expect(theProblem(await examined(url), 'links_to_backend').text).toContain('127.0.0.1');
  });

  test.each([
    '<img src="http://192.168.1.7/logo.png">',
    '<a href="http://localhost:8080/x">',
    '<script>location.href = "http://10.0.0.5/app"</script>',
    '<script src="http://wordpress:8080/x.js"></script>',
    '<frame src="http://app01.corp.local/">',
    '<a href="http://[fd00::7]:8080/">',
  ])('links to hosts that only a private network knows: %s', async (html) => {
    const url = await serving((_request, response) => page(response, html));
    expect(theProblem(await examined(url), 'links_private').text).toContain('to a private network: http://');
  });

  test('a private host in its Refresh and Link fields', async () => {
    const url = await serving((_request, response) => {
      response.setHeader('refresh', '5; url=http://10.1.2.3:9000/next');
      page(response.setHeader('link', '<http://10.1.2.3/a.css>; rel=preload'), 'fine');
    });
    expect(theProblem(await examined(url), 'links_private').text).toContain('2 absolute links');
  });

  test('styles and scripts that are not there, that name the backend, and that are outside of the path', async () => {
    const html = '<link rel=stylesheet href="/a.css"><script src="/gone.js"></script><img src=/a.png>';
    const url = await serving(({ url: path, socket }, response) => {
      if (path === '/' || path === '/app/') return page(response, html);
      if (path === '/a.css')
        return response.setHeader('content-type', 'text/css').end(`a{b:url(//${ownPort(socket)}/x)}`);
      return response.writeHead(path === '/a.png' ? 200 : 404).end();
    });
    const report = await examined(url);
    expect(problems(report)).toEqual(['resources_missing', 'links_to_backend']);
    const texts = report.findings.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^1 of 3 .*: \/gone\.js 404$/));
    expect(texts).toContainEqual(expect.stringMatching(/^\/a\.css has 1 absolute link/));
    const outside = await serving(({ url: path }, response) =>
      path === '/app/'
        ? page(response, '<img src="/logo.png">')
        : response.writeHead(path === '/logo.png' ? 200 : 404).end(),
    );
    expect(theProblem(await examined(`${outside}/app`), 'resources_missing').set).toEqual({ RemoteUrl: outside });
  });

  test('compression of a style that Via loses', async () => {
    const text = 'a{b:c}\n'.repeat(2000);
    const url = await serving(({ url: path, headers }, response) => {
      if (path === '/') return page(response, '<link rel="stylesheet" href="a.css">');
      const compresses = headers.via === undefined;
      response.writeHead(200, { 'content-type': 'text/css', ...(compresses ? { 'content-encoding': 'gzip' } : {}) });
      return response.end(compresses ? gzipSync(text) : text);
    });
    expect(theProblem(await examined(url, { Via: 'true' }), 'compression_lost').set).toEqual({ Via: 'false' });
  });

  test('a WebSocket, and a cookie for another host, as notes', async () => {
    const url = await serving((_request, response) => {
      response.setHeader('set-cookie', 'sid=s3cret; Domain=app.internal');
      page(response, '<script>new WebSocket("wss://" + location.host)</script>');
    });
    const report = await examined(url);
    expect([report.exitCode, problems(report)]).toEqual([0, ['websocket_used', 'cookie_domain_lost']]);
    expect(JSON.stringify(report)).not.toContain('s3cret');
  });

  test.each([
    '<title>Caddy works!</title>',
    "<title>Web Server's Default Page</title>",
    '<title>Apache Tomcat/10.1.1</title>',
    '<title>Default Web Site Page</title>',
    '<title>Apache2 Ubuntu Default Page: It works</title>',
    '<title>IIS Windows Server</title>',
  ])('the default page of a server: %s', async (html) => {
    const url = await serving((_request, response) => response.setHeader('content-type', 'text/html').end(html));
    theProblem(await examined(url), 'default_page');
  });

  test('the nothing of a Caddy that does not know the name', async () => {
    const url = await serving((_request, response) => response.setHeader('server', 'Caddy').end());
    theProblem(await examined(url), 'default_page');
  });

  test.each([
    ['nginx', 'The plain HTTP request was sent to HTTPS port'],
    ['Apache', "You're speaking plain HTTP to an SSL-enabled server port."],
    ['Go', 'Client sent an HTTP request to an HTTPS server.'],
    ['Tomcat', 'This combination of host and port requires TLS.'],
  ])('the 400 of %s on a port with TLS', async (_, text) => {
    const url = await serving((_request, response) => response.writeHead(400).end(text));
    const { set } = theProblem(await examined(url), 'port_speaks_tls');
    expect(set).toEqual({ RemoteUrl: url.replace('http:', 'https:') });
  });

  test.each([
    [400, "Invalid HTTP_HOST header: 'x'. You may need to add 'x' to ALLOWED_HOSTS.", 'host_refused', 'ALLOWED_HOSTS'],
    [403, '<h1>Blocked hosts: x</h1>', 'host_refused', 'config.hosts'],
    [403, 'Blocked request. This host ("x") is not allowed.', 'host_refused', 'server.allowedHosts'],
    [400, 'bad', 'request_refused', 'PROXY protocol'],
    [403, 'no', 'request_refused', 'NAT gateway'],
    [407, '', 'request_refused', 'forward proxy'],
    [426, '', 'request_refused', 'WebSocket'],
    [429, '', 'request_refused', 'X-Forwarded-For'],
    [418, '', 'request_refused', '--path'],
  ] as const)('a %i with %j, and what may be behind it', async (status, text, code, words) => {
    const url = await serving((_request, response) => response.writeHead(status).end(text));
    expect(theProblem(await examined(url), code).remedy).toContain(words);
  });

  test('user:password for a backend that wants Digest alone', async () => {
    const url = await serving((_request, response) =>
      response.writeHead(401, { 'www-authenticate': 'Digest realm="x", nonce="n"' }).end(),
    );
    const { remedy } = theProblem(await examined(url.replace('//', '//ada:pw@')), 'credentials_refused');
    expect(remedy).toContain('sent as Basic, and the backend accepts digest alone');
  });
});

describe('the doctor tells another protocol', () => {
  test.each<[string, string | Buffer, boolean]>([
    ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n', true],
    ['SMTP', '220 mail.example.org ESMTP Postfix\r\n', true],
    ['MySQL', Buffer.from('4a0000000a382e302e333600', 'hex'), true],
    ['Redis', "-ERR wrong number of arguments for 'get' command\r\n", false],
    ['HTTP/0.9', '<html>old</html>', false],
    ['IMAP', '* OK ready\r\n', true],
  ])('%s', async (protocol, bytes, isFirst) => {
    const url = await rawServing((socket) =>
      isFirst ? socket.end(bytes) : socket.once('data', () => socket.end(bytes)),
    );
    const report = await examined(url, { RequestTimeout: '2' });
    expect([report.exitCode, theProblem(report, 'port_speaks_other').text]).toEqual([
      6,
      expect.stringContaining(`speaks ${protocol}`),
    ]);
    if (!isFirst) return;
    theProblem(await examined(url.replace('http:', 'https:'), { RequestTimeout: '2' }), 'port_speaks_other');
  });

  test('HTTP/2 without HTTP/1.1', async () => {
    const server = http2.createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const { port } = server.address() as net.AddressInfo;
      const { remedy } = theProblem(await examined(`http://127.0.0.1:${port}`), 'port_speaks_other');
      expect(remedy).toContain('enable HTTP/1.1');
    } finally {
      server.close();
    }
  });

  test('what to do about a port that takes a TLS connection and closes it, or says nothing', async () => {
    for (const listener of [(socket: net.Socket) => socket.destroy(), () => undefined]) {
      const url = (await rawServing(listener)).replace('http:', 'https:');
      const report = await examined(url, { RequestTimeout: '0.3' });
      expect([report.exitCode, theProblem(report, 'tls_failed').remedy]).toEqual([
        5,
        expect.stringContaining('speaks TLS'),
      ]);
    }
  });

  test('plain HTTP of a server that waits for a line break in what is a TLS handshake', async () => {
    const url = await rawServing((socket) => {
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes.toString('latin1');
        if (/^GET .*\n\r?\n/s.test(text)) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
    });
    const report = await examined(url.replace('http:', 'https:'), { RequestTimeout: '0.5' });
    expect(theProblem(report, 'port_speaks_http').set).toEqual({ RemoteUrl: url });
  });
});

describe('the doctor finds in TLS', () => {
  /** A certificate with a small RSA key, which only OpenSSL's command makes. */
  function smallKey() {
    const folder = mkdtempSync(join(tmpdir(), 'rsa-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const words = ['req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-keyout', key, '-out', cert];
    execFileSync('openssl', [...words, '-subj', '/CN=old', '-days', '30'], { stdio: 'ignore' });
    const pair = { key: readFileSync(key), cert: readFileSync(cert), ciphers: 'DEFAULT@SECLEVEL=0' };
    rmSync(folder, { recursive: true });
    return pair;
  }

  test('an RSA key that is too small, with the pin', async () => {
    const issued = smallKey();
    const url = await secured(issued, (_request, response) => page(response, 'fine'));
    const RemoteTls = `sha256:${new X509Certificate(issued.cert).fingerprint256}`;
    const found = theProblem(await examined(url), 'certificate_weak');
    expect([found.set, found.text]).toEqual([{ RemoteTls }, expect.stringContaining('RSA 1024')]);
    expect((await examined(url, { RemoteTls })).exitCode).toBe(0);
    const verified = await examined(url, { RemoteTls: 'verify' });
    expect([verified.exitCode, problems(verified)]).toEqual([5, ['certificate_weak', 'certificate_refused']]);
  });

  test('an expired certificate that is verified, once, with what admits it until it is renewed', async () => {
    const own = await authority();
    const day = 86_400_000;
    const dates = { notBefore: new Date(Date.now() - 9 * day), notAfter: new Date(Date.now() - 2 * day) };
    const issued = await certificate({ issuer: own, ...dates });
    const url = await secured(issued, (_request, response) => page(response, 'fine'));
    const report = await examined(url, { RemoteCa: own.cert });
    expect(problems(report)).toEqual(['certificate_expired', 'certificate_refused']);
    for (const { remedy = '' } of report.findings.filter(({ level }) => level === 'warning' || level === 'failure')) {
      expect(remedy).toContain(`RemoteTls=sha256:${issued.fingerprint}`);
      expect(remedy).not.toContain('REMOTE_CA');
    }
  });

  test('a client certificate that the backend refuses by closing the connection', async () => {
    const { key, cert, fingerprint } = await certificate();
    const [own, another] = [await authority(), await authority('Another')];
    const options = { key, cert, ca: own.cert, requestCert: true, rejectUnauthorized: true };
    const url = await secured(options, (_request, response) => page(response, 'fine'));
    const client = await certificate({ issuer: another, purpose: 'client' });
    const parameters = { RemoteTls: `sha256:${fingerprint}`, RemoteCert: client.cert, RemoteKey: client.key };
    expect(problems(await examined(url, parameters))).toEqual(['client_certificate_refused']);
    const without = await examined(url, { RemoteTls: `sha256:${fingerprint}` });
    expect(theProblem(without, 'client_certificate_required').text).not.toMatch(/openssl|\n/);
  });
});
