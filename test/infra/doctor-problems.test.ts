import type https from 'node:https';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { configFrom } from '../../infra/doctor/settings.ts';
import { authority, certificate, type IssuedCertificate } from '../helpers/certificates.ts';
import { examined, page, problems, rawServing, secured, serving, theProblem } from './examined.ts';

const portOf = (url: string) => Number(new URL(url).port);

describe('the doctor finds', () => {
  test('nothing at a healthy site with a log-in redirect, cookies, relative links and a link to another site', async () => {
    const url = await serving((request, response) => {
      if (request.url === '/') return response.writeHead(302, { location: '/login', 'set-cookie': 'sid=1' }).end();
      const { host } = request.headers;
      return page(
        response,
        `<link rel="canonical" href="http://${host}/"><meta property="og:url" content="http://127.0.0.1/">
        <!-- <img src="http://127.0.0.1/"> --><script type="application/ld+json">{"url":"http://127.0.0.1/"}</script>
        <a href="/a">a</a><a href="https://example.org/">b</a><p>http://127.0.0.1:8080 in a text`,
      );
    });
    const report = await examined(url);
    expect([report.exitCode, problems(report)]).toEqual([0, []]);
    expect(report.redirects).toEqual([{ path: '/', status: 302, location: '/login' }]);
    expect(report.http).toMatchObject({ status: 200, keptAlive: true });
  });

  test('nothing at a site that sets a cookie, redirects to the same page and serves it with the cookie', async () => {
    const url = await serving(({ headers }, response) =>
      headers.cookie === 'checked=1'
        ? page(response, 'fine')
        : response.writeHead(302, { location: '/', 'set-cookie': 'checked=1; Path=/; Secure' }).end(),
    );
    const report = await examined(url);
    expect([report.exitCode, problems(report)]).toEqual([0, []]);
  });

  test('a redirect to https on the same host, with the https port that serves it', async () => {
    const { key, cert } = await certificate();
    const tlsUrl = await secured({ key, cert }, (_request, response) => page(response, 'fine'));
    const url = await serving(({ headers, url: path }, response) =>
      response.writeHead(301, { location: `https://${headers.host?.split(':')[0]}:${portOf(tlsUrl)}${path}` }).end(),
    );
    for (const HostHeader of ['auto', 'backend']) {
      const report = await examined(url, { HostHeader });
      expect(report.exitCode).toBe(6);
      const { remedy, set, users } = theProblem(report, 'redirect_to_https');
      expect(users).toContain('too many redirects');
      expect(remedy).toContain('write https:// in RemoteUrl');
      expect(set).toEqual({ RemoteUrl: tlsUrl });
    }
  });

  test('a redirect to https on the same host where no https port is, with the setting of the application', async () => {
    const url = await serving(({ headers, url: path }, response) =>
      response.writeHead(301, { location: `https://${headers.host}${path}` }).end(),
    );
    const { remedy, text } = theProblem(await examined(url), 'redirect_to_https');
    expect(text).toContain('the backend wants https, and RemoteUrl has http://');
    expect(remedy).toMatch(/X-Forwarded-Proto.*serve https at the backend and set RemoteUrl=https:\/\/127\.0\.0\.1/);
  });

  test('a redirect to itself, and the Host with which it ends', async () => {
    const url = await serving(({ headers }, response) =>
      headers.host?.startsWith('127.0.0.1')
        ? page(response, 'fine')
        : response.writeHead(302, { location: `http://${headers.host}/` }).end(),
    );
    const report = await examined(url);
    expect([report.exitCode, theProblem(report, 'redirect_loop').set]).toEqual([6, { HostHeader: 'backend' }]);
    expect(problems(await examined(url, { HostHeader: 'backend' }))).toEqual([]);
  });

  test('a redirect that goes round over several pages, and new cookies each time', async () => {
    let count = 0;
    const url = await serving(({ url: path }, response) => {
      count += 1;
      response.writeHead(303, { location: path === '/a' ? '/b' : '/a', 'set-cookie': `sid=${count}` }).end();
    });
    const { remedy, set } = theProblem(await examined(url), 'redirect_loop');
    expect([remedy, set]).toEqual([expect.stringContaining('the application'), undefined]);
  });

  test('a Refresh field that never ends', async () => {
    const url = await serving((_request, response) => response.setHeader('refresh', '0; url=/').end());
    theProblem(await examined(url), 'redirect_loop');
  });

  test('a redirect to the name of the site itself, and the parameters that keep clients on the public host', async () => {
    const url = await serving(({ headers, url: path }, response) =>
      headers.host === 'www.example.net'
        ? page(response, 'fine')
        : response.writeHead(301, { location: `http://www.example.net${path}` }).end(),
    );
    const report = await examined(url);
    expect([report.exitCode, theProblem(report, 'redirect_to_backend').set]).toEqual([
      0,
      { RemoteUrl: 'http://www.example.net', RemoteAddress: new URL(url).host },
    ]);
    const { set = {} } = theProblem(report, 'redirect_to_backend');
    expect(problems(await examined(url, { ...set, HostHeader: 'backend' }))).toEqual([]);
  });

  test('nothing wrong in a redirect to another site, or to an app', async () => {
    for (const location of ['https://login.example.org/authorize?x', 'app.example.org://callback']) {
      const url = await serving((_request, response) => response.writeHead(302, { location }).end());
      const report = await examined(url);
      expect([report.exitCode, problems(report)]).toEqual([0, ['redirect_elsewhere']]);
      expect(report.findings.find(({ code }) => code === 'redirect_elsewhere')?.level).toBe('note');
    }
  });

  test('a redirect to another port of the public host, and one to an address', async () => {
    const port = await serving(({ headers }, response) =>
      response.writeHead(302, { location: `http://${headers.host?.split(':')[0]}:8069/web` }).end(),
    );
    expect(theProblem(await examined(port), 'redirect_to_backend').remedy).toContain('no port 8069');
    const address = await serving((_request, response) =>
      response.writeHead(302, { location: 'http://10.20.30.40/' }).end(),
    );
    expect(theProblem(await examined(address), 'redirect_to_backend').remedy).toContain('10.20.30.40');
  });

  test.each([404, 421])('a %i of an unknown virtual host, whose name only the operator knows', async (status) => {
    const url = await serving(({ headers }, response) =>
      headers.host === 'app.example.net' ? page(response, 'fine') : response.writeHead(status).end(),
    );
    const report = await examined(url);
    const { remedy } = theProblem(report, 'site_unknown');
    expect(remedy).toContain(`RemoteUrl=http://www.example.org RemoteAddress=${new URL(url).host}`);
    expect(remedy).toContain('HostHeader=www.example.org');
    const named = { RemoteAddress: new URL(url).host };
    expect(problems(await examined('http://app.example.net', named))).toEqual([]);
  });

  test.each([404, 421, 403, 503])(
    'a %i of an unknown virtual host whose certificate names the site, with both parameters',
    async (status) => {
      const issued = await certificate({ names: ['app.example.net', '*.example.net'] });
      const url = await secured(issued, ({ headers }, response) =>
        headers.host === 'app.example.net' ? page(response, 'fine') : response.writeHead(status).end(),
      );
      const report = await examined(url, { RemoteTls: `sha256:${issued.fingerprint}` });
      const found = report.findings.find(({ code }) => code === 'site_unknown' || code === 'host_refused');
      const set = { RemoteUrl: 'https://app.example.net', RemoteAddress: new URL(url).host };
      expect([found?.level, found?.set]).toEqual(['warning', set]);
      const mended = await examined(set.RemoteUrl, { ...set, RemoteTls: `sha256:${issued.fingerprint}` });
      expect(problems(mended)).toEqual([]);
    },
  );

  test('a server that hangs up on an unknown virtual host', async () => {
    const issued = await certificate({ names: ['app.example.net'] });
    const url = await secured(issued, ({ headers, socket }, response) =>
      headers.host === 'app.example.net' ? page(response, 'fine') : socket.destroy(),
    );
    const report = await examined(url, { RemoteTls: `sha256:${issued.fingerprint}` });
    expect(report.exitCode).toBe(6);
    expect(theProblem(report, 'host_refused').set).toEqual({
      RemoteUrl: 'https://app.example.net',
      RemoteAddress: new URL(url).host,
    });
  });

  test('an application that accepts its own name alone, and not one that accepts the public host alone', async () => {
    const accepting = (host: string) =>
      serving(({ headers }, response) =>
        headers.host?.startsWith(host) ? page(response, 'fine') : response.writeHead(400).end('Invalid HTTP_HOST'),
      );
    const own = await accepting('127.0.0.1');
    const { set, remedy } = theProblem(await examined(own), 'host_refused');
    expect([set, remedy]).toEqual([{ HostHeader: 'backend' }, expect.stringContaining('ALLOWED_HOSTS')]);
    const known = await accepting('site.example.net');
    expect(problems(await examined(known, {}, { publicHost: 'site.example.net' }))).toEqual([]);
  });

  test('the default page of a server', async () => {
    const url = await serving((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<html><head><title>Welcome to nginx!</title></head></html>'),
    );
    expect(theProblem(await examined(url), 'default_page').remedy).toContain('RemoteAddress=');
  });

  test.each([
    ['in an attribute', (host: string) => `<img src="http://${host}/logo.png">`],
    ['without a scheme', (host: string) => `<script src='//${host}/app.js'></script>`],
    ['in a style', (host: string) => `<style>body{background:url(http://${host}/a.png)}</style>`],
    ['in JSON of a script', (host: string) => `<script>var s={"api":"http:\\/\\/${host}\\/api"}</script>`],
    ['in a form, with encoded slashes', (host: string) => `<form action="http:&#x2F;&#x2F;${host}&#x2F;post">`],
    ['for a WebSocket', (host: string) => `<script>connect("ws://${host}/live")</script>`],
    ['without quotes', (host: string) => `<a href=http://${host}/>`],
  ])('absolute links to the backend %s, which HostHeader=client mends', async (_, html) => {
    const url = await serving(({ headers }, response) => {
      const isPublic = headers.host === 'doctor.invalid';
      return page(response, isPublic ? '<a href="https://doctor.invalid/">' : html(String(headers.host)));
    });
    const { set, text } = theProblem(await examined(url, { HostHeader: 'backend' }), 'links_to_backend');
    expect([set, text]).toEqual([{ HostHeader: 'client' }, expect.stringContaining('1 absolute link')]);
    expect(problems(await examined(url))).toEqual([]);
  });

  test('absolute links to the backend in a compressed page, which only the application can mend', async () => {
    const url = await serving(({ socket }, response) => {
      const html = `<link rel="stylesheet" href="http://127.0.0.1:${socket.localPort}/a.css">`;
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end(gzipSync(html));
    });
    const { set, remedy } = theProblem(await examined(url), 'links_to_backend');
    expect([set, remedy]).toEqual([undefined, expect.stringContaining("application's own settings")]);
  });

  test.each(['http://doctor.invalid/a.css', 'https://doctor.invalid:8080/a.css', 'ws://doctor.invalid/x'])(
    'links to the public host that browsers block: %s',
    async (link) => {
      const url = await serving((_request, response) => page(response, `<link href="${link}">`));
      const { remedy } = theProblem(await examined(url), 'links_insecure');
      expect(remedy).toContain('X-Forwarded-Proto');
      // The policy changes the scheme and keeps the port.
      expect(remedy?.includes('upgrade-insecure-requests')).toBe(!link.includes(':8080'));
    },
  );

  test.each([
    ['Basic realm="a, NTLM"', 'challenge_renamed', /set BasicLogin=true, .*user:password into RemoteUrl/],
    ['Digest realm="a", qop="auth,auth-int"', 'challenge_renamed', /log in with a form/],
    ['Negotiate, Basic realm="x"', 'challenge_renamed', /user:password into RemoteUrl/],
    ['Bearer realm="api"', 'challenge_renamed', /without waiting for the challenge/],
    ['NTLM', 'challenge_of_connection', /enable another log-in/],
    ['Negotiate', 'challenge_of_connection', /enable another log-in/],
  ] as const)('a 401 with %s, and no connection that is not kept', async (challenge, code, remedy) => {
    const url = await serving((_request, response) => response.writeHead(401, { 'www-authenticate': challenge }).end());
    const report = await examined(url);
    expect(theProblem(report, code).remedy).toMatch(remedy);
    expect(report.exitCode).toBe(code === 'challenge_of_connection' ? 6 : 0);
  });

  test('no problem in a Basic challenge where the log-in page is on [O29]', async () => {
    const url = await serving((_request, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
    );
    const { findings } = await examined(url, { BasicLogin: 'true', BasicLoginSecret: 'x'.repeat(32) });
    expect(findings.map(({ code }) => code)).toContain('log_in_page');
    expect(findings.map(({ code }) => code)).not.toContain('challenge_renamed');
  });

  test('two challenges in fields of their own, and a password that the backend refuses', async () => {
    const url = await serving((_request, response) =>
      response.writeHead(401, { 'www-authenticate': ['NTLM', 'Negotiate'] }).end(),
    );
    theProblem(await examined(url), 'challenge_of_connection');
    const basic = await serving((_request, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
    );
    const report = await examined(basic.replace('//', '//ada:s3cret@'));
    expect(JSON.stringify(theProblem(report, 'credentials_refused'))).not.toContain('s3cret');
  });

  test.each([
    ['Via', { Via: 'on' }, { Via: 'false' }],
    ['NoHeaders', { NoHeaders: 'true' }, { NoHeaders: 'false' }],
  ])('compression that is lost by %s', async (_, parameters, set) => {
    const text = 'a line of text\n'.repeat(2000);
    const url = await serving(({ headers }, response) => {
      const compresses = headers.via === undefined && headers['accept-encoding']?.includes('gzip') === true;
      response.writeHead(200, { 'content-type': 'text/plain', ...(compresses ? { 'content-encoding': 'gzip' } : {}) });
      response.end(compresses ? gzipSync(text) : text);
    });
    expect(theProblem(await examined(url, parameters), 'compression_lost').set).toEqual(set);
    expect(problems(await examined(url))).toEqual([]);
  });

  test('http:// on a TLS port, and https:// on a port without TLS; it shows no password', async () => {
    const { key, cert, fingerprint } = await certificate();
    const tlsUrl = await secured({ key, cert }, (_request, response) => page(response, 'fine'));
    const plain = await examined(`${tlsUrl.replace('https:', 'http:').replace('//', '//ada:s3cret@')}/app`);
    expect(theProblem(plain, 'port_speaks_tls')).toMatchObject({
      set: { RemoteUrl: `${tlsUrl}/app` },
      remedy: expect.stringContaining('keep user:password'),
    });
    expect(JSON.stringify(plain)).not.toContain('s3cret');
    expect(problems(await examined(tlsUrl, { RemoteTls: `sha256:${fingerprint}` }))).toEqual([]);
    const url = await serving((_request, response) => page(response, 'fine'));
    const reverse = await examined(url.replace('http:', 'https:'));
    expect([reverse.exitCode, theProblem(reverse, 'port_speaks_http').set]).toEqual([5, { RemoteUrl: url }]);
  });

  test.each([
    ['a 400 over TLS', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'],
    ['an alert', Buffer.from('15030300020246', 'hex')],
  ])('no TLS where a plain server responds with %s', async (_, bytes) => {
    const url = await rawServing((socket) => socket.once('data', () => socket.end(bytes)));
    const codes = problems(await examined(url));
    expect(codes.includes('port_speaks_tls')).toBe(Buffer.isBuffer(bytes));
  });

  test.each([
    ['lines that end in LF alone', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok'],
    ['a folded field', 'HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\nContent-Length: 2\r\n\r\nok'],
    [
      'a length beside chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
    ['a status above 599', 'HTTP/1.1 799 Odd\r\nContent-Length: 2\r\n\r\nok'],
  ])('HTTP that the strict parser refuses: %s', async (_, bytes) => {
    const url = await rawServing((socket) => socket.on('data', () => socket.end(bytes)));
    const report = await examined(url);
    expect([report.exitCode, theProblem(report, 'lenient_parser_needed').set]).toEqual([6, { LenientBackend: 'true' }]);
  });

  test('no lenient parser for a port that does not speak HTTP', async () => {
    const url = await rawServing((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    const { text, remedy } = theProblem(await examined(url), 'port_speaks_other');
    expect([text, remedy]).toEqual([
      expect.stringContaining('speaks SSH'),
      expect.stringContaining('port in RemoteUrl'),
    ]);
  });

  test.each([
    [-3 * 3_600_000, '3 hours behind'],
    [5 * 60_000, '5 minutes ahead of'],
    [-40 * 86_400_000, '40 days behind'],
  ])('a clock that differs by %i ms', async (difference, words) => {
    const url = await serving((_request, response) =>
      response.writeHead(200, { date: new Date(Date.now() + difference).toUTCString() }).end('fine'),
    );
    expect(theProblem(await examined(url), 'clock_wrong').text).toContain(words);
  });

  test('no wrong clock where a cache says how old its response is, or there is no date', async () => {
    const cached = await serving((_request, response) =>
      response.writeHead(200, { date: new Date(0).toUTCString(), age: '99' }).end('fine'),
    );
    expect(problems(await examined(cached))).toEqual([]);
    const dateless = await serving((_request, response) => {
      response.sendDate = false;
      response.end('fine');
    });
    expect(problems(await examined(dateless))).toEqual([]);
  });

  test('connections that the backend closes, with the setting there', async () => {
    const url = await serving((_request, response) => response.setHeader('connection', 'close').end('fine'));
    expect(theProblem(await examined(url), 'connection_closed').remedy).toContain('keep-alive');
  });
});

describe('the doctor finds in a certificate', () => {
  const serve = (options: https.ServerOptions) => secured(options, (_request, response) => page(response, 'fine'));
  const day = 86_400_000;

  test('an authority of the operator, and what trusts it', async () => {
    const own = await authority('Our own authority');
    const issued = await certificate({ issuer: own });
    const url = await serve(issued);
    const found = theProblem(await examined(url), 'certificate_of_unknown_authority');
    expect(found).toMatchObject({
      text: expect.stringContaining('signed by CN=Our own authority'),
      remedy: expect.stringContaining('RemoteCa="$(cat ca.pem)"'),
      set: { RemoteTls: `sha256:${issued.fingerprint}` },
    });
    const trusted = await examined(url, { RemoteCa: own.cert });
    expect(problems(trusted)).toEqual([]);
    const wrong = await examined(url, { RemoteCa: (await authority('Another')).cert });
    expect([wrong.exitCode, problems(wrong)]).toEqual([5, ['certificate_of_unknown_authority', 'certificate_refused']]);
  });

  test('the name of the site where RemoteUrl has an address, with both parameters', async () => {
    const own = await authority();
    const url = await serve(await certificate({ issuer: own, names: ['app.example.net'] }));
    const report = await examined(url, { RemoteCa: own.cert });
    const set = { RemoteUrl: 'https://app.example.net', RemoteAddress: new URL(url).host };
    expect(report.findings.find(({ code }) => code === 'certificate_for_another_name')?.set).toEqual(set);
    const { exitCode, ...mended } = await examined('', { ...set, RemoteCa: own.cert });
    expect([exitCode, problems({ exitCode, ...mended })]).toEqual([0, []]);
  });

  test('an address in RemoteUrl that the certificate does not name, where RemoteAddress is another', async () => {
    const own = await authority();
    const url = await serve(await certificate({ issuer: own, names: ['127.0.0.1'] }));
    const report = await examined('https://203.0.113.9', { RemoteAddress: new URL(url).host, RemoteCa: own.cert });
    expect(problems(report)).toContain('certificate_for_another_name');
  });

  test('its end: expired, not valid yet, in its last tenth; and days left, key, issuer and version of a good one', async () => {
    const valid = (from: number, to: number) =>
      certificate({ notBefore: new Date(Date.now() + from * day), notAfter: new Date(Date.now() + to * day) });
    const kinds = async (issued: IssuedCertificate) =>
      problems(await examined(await serve(issued), { RemoteTls: `sha256:${issued.fingerprint}` }));
    expect(await kinds(await valid(-9, -2))).toEqual(['certificate_expired']);
    expect(await kinds(await valid(2, 9))).toEqual(['certificate_not_yet_valid']);
    expect(await kinds(await valid(-60, 5.5))).toEqual(['certificate_ends_soon']);
    // 160 hours, of which a third has passed: no warning for ever.
    const short = await valid(-53 / 24, 107 / 24);
    const report = await examined(await serve(short), { RemoteTls: `sha256:${short.fingerprint}` });
    expect(problems(report)).toEqual([]);
    expect(report.tls?.chain[0]).toMatchObject({ daysLeft: 4, key: 'EC P-256', issuer: 'CN=A test backend' });
    expect(report.findings.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['TLSv1.3, TLS_AES_256_GCM_SHA384, key EC P-256', 'the certificate expires in 4 days']),
    );
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('that it wants one of the client as well, over %s', async (maxVersion) => {
    const own = await authority();
    const { key, cert, fingerprint } = await certificate();
    const url = await serve({ key, cert, ca: own.cert, requestCert: true, rejectUnauthorized: true, maxVersion });
    const RemoteTls = `sha256:${fingerprint}`;
    const report = await examined(url, { RemoteTls });
    expect(report.exitCode).toBe(5);
    expect(report.findings.at(-1)).toMatchObject({
      level: 'failure',
      remedy: expect.stringMatching(/Remote(?:Cert|_CERT)/i),
    });
    const client = await certificate({ issuer: own, purpose: 'client' });
    const mended = await examined(url, { RemoteTls, RemoteCert: client.cert, RemoteKey: client.key });
    expect([mended.exitCode, problems(mended)]).toEqual([0, []]);
    expect(JSON.stringify([report, mended])).not.toContain('PRIVATE KEY');
  });

  test('that the client certificate ends soon', async () => {
    const client = await certificate({
      purpose: 'client',
      notBefore: new Date(Date.now() - 60 * day),
      notAfter: new Date(Date.now() + 2 * day),
    });
    const { key, cert, fingerprint } = await certificate();
    const url = await serve({ key, cert });
    const parameters = { RemoteTls: `sha256:${fingerprint}`, RemoteCert: client.cert, RemoteKey: client.key };
    expect(theProblem(await examined(url, parameters), 'client_certificate_ends_soon').remedy).toContain('RemoteCert');
  });

  test('old TLS, with the variable that admits it', async () => {
    const { key, cert } = await certificate();
    const url = await serve({ key, cert, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    const report = await examined(url);
    expect([report.exitCode, theProblem(report, 'tls_old')]).toEqual([
      5,
      expect.objectContaining({
        text: expect.stringContaining('TLSv1.1'),
        remedy: expect.stringContaining('NODE_OPTIONS="--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0"'),
      }),
    ]);
  });
});

test.each([
  ['http://10.0.0.7', false, ['address_private']],
  ['http://10.0.0.7', true, []],
  ['http://[fd00::7]', false, ['address_private']],
  ['http://localhost', true, ['address_loopback']],
])('the doctor says what %s needs, in a VPC: %s', async (url, inVpc, codes) => {
  const { lookUp } = await import('../../infra/doctor/reach.ts');
  const { findings } = await lookUp(configFrom({ RemoteUrl: url }).connectTo, inVpc);
  expect(findings.filter(({ level }) => level !== 'ok').map(({ code }) => code)).toEqual(codes);
});
