import type tls from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { httpBackend, httpsBackend, rawBackend, type SecureBackend, secureBackend } from '../helpers/backends.ts';
import { authority, certificate, type IssuedCertificate } from '../helpers/certificates.ts';
import { accessLine, expectFailure, expectResponse, failureLine, handlerFor, invoke } from '../helpers/failures.ts';

const refused = { status: 502, error: 'tls_certificate_error', code: 'tls_certificate' } as const;

let ours: IssuedCertificate;
let selfSigned: IssuedCertificate;
let issued: IssuedCertificate;
beforeAll(async () => {
  ours = await authority();
  selfSigned = await certificate();
  issued = await certificate({ issuer: ours });
});

let backend: { readonly port: number; close(): Promise<void> };
afterEach(() => backend.close());

/** Responds to each request on its connection, and keeps the connection. */
const responding = (socket: tls.TLSSocket) =>
  socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nsafe'));

async function serving(options: tls.TlsOptions, onConnection: (socket: tls.TLSSocket) => unknown = responding) {
  const secure = await secureBackend(options, onConnection);
  backend = secure;
  return secure;
}

const handlerWithTls = ({ port }: { port: number }, env: Record<string, string>, host = '127.0.0.1') =>
  handlerFor(`https://${host}:${port}`, env);

describe('REMOTE_TLS', () => {
  test('auto takes any certificate of an address, and warns once per cold start with the fingerprint to pin', async () => {
    const secure = await serving({ ...selfSigned, maxVersion: 'TLSv1.3' });
    const handler = handlerWithTls(secure, {});
    const first = await invoke(handler);
    expectResponse(first, 200, 'safe');
    const warnings = first.lines.filter(({ level }) => level === 'WARN');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({
      fingerprint: selfSigned.fingerprint,
      remedy: expect.stringContaining(`REMOTE_TLS=sha256:${selfSigned.fingerprint}`),
    });
    // A new connection is a new certificate, and not a new warning.
    const again = await invoke(handler, { headers: { authorization: 'Negotiate x' } });
    expectResponse(again, 200, 'safe');
    expect(secure.handshakes).toBe(2);
    expect(again.lines.filter(({ level }) => level === 'WARN')).toEqual([]);
    // Another cold start warns again.
    const other = await invoke(handlerWithTls(secure, {}));
    expect(other.lines.filter(({ level }) => level === 'WARN')).toHaveLength(1);
  });

  test('auto does the same for a name without a dot', async () => {
    const secure = await serving(await certificate({ names: ['elsewhere.example'] }));
    const outcome = await invoke(handlerWithTls(secure, { REMOTE_TLS: 'auto' }, 'localhost'));
    expectResponse(outcome, 200, 'safe');
    expect(outcome.lines.filter(({ level }) => level === 'WARN')).toHaveLength(1);
  });

  test('insecure takes any certificate: expired, of another name, of an unknown authority', async () => {
    for (const wanted of [
      { notBefore: new Date(0), notAfter: new Date(86_400_000) },
      { names: ['elsewhere.example'] },
      { issuer: ours },
    ]) {
      const secure = await serving(await certificate(wanted));
      expectResponse(await invoke(handlerWithTls(secure, { REMOTE_TLS: 'insecure' })), 200, 'safe');
      await backend.close();
    }
  });

  test('verify takes what REMOTE_CA vouches for, without a warning', async () => {
    const secure = await serving(issued);
    const outcome = await invoke(handlerWithTls(secure, { REMOTE_TLS: 'verify', REMOTE_CA: ours.cert }));
    expectResponse(outcome, 200, 'safe');
    expect(outcome.lines.filter(({ level }) => level === 'WARN')).toEqual([]);
  });

  test('REMOTE_CA alone means verification, of an address too', async () => {
    const trusted = await serving(issued);
    expectResponse(await invoke(handlerWithTls(trusted, { REMOTE_CA: ours.cert })), 200, 'safe');
    await backend.close();
    const stranger = await serving(selfSigned);
    expectFailure(await invoke(handlerWithTls(stranger, { REMOTE_CA: ours.cert })), refused, stranger.port);
  });

  test('REMOTE_CA may hold several authorities, with line breaks written as \\n', async () => {
    const secure = await serving(issued);
    const bundle = `${(await authority('Another test authority')).cert}\n${ours.cert}`.replaceAll('\n', '\\n');
    expectResponse(await invoke(handlerWithTls(secure, { REMOTE_CA: bundle })), 200, 'safe');
  });

  test.each(['as it is written', 'in lower case', 'without colons'])(
    'sha256 takes the one certificate that it names, %s, without a warning',
    async (spelling) => {
      const secure = await serving(selfSigned);
      const { fingerprint } = selfSigned;
      const pin =
        { 'in lower case': fingerprint.toLowerCase(), 'without colons': fingerprint.replaceAll(':', '') }[spelling] ??
        fingerprint;
      const outcome = await invoke(handlerWithTls(secure, { REMOTE_TLS: `sha256:${pin}` }));
      expectResponse(outcome, 200, 'safe');
      expect(outcome.lines.filter(({ level }) => level === 'WARN')).toEqual([]);
    },
  );

  test('sha256 takes a pinned certificate that has expired and is of another name', async () => {
    const old = await certificate({
      names: ['elsewhere.example'],
      notBefore: new Date(0),
      notAfter: new Date(86_400_000),
    });
    const secure = await serving(old);
    expectResponse(await invoke(handlerWithTls(secure, { REMOTE_TLS: `sha256:${old.fingerprint}` })), 200, 'safe');
  });
});

/** The remedy where the certificate is not trusted. */
const trustIt = /REMOTE_CA.*REMOTE_TLS=insecure/;

describe('a certificate that is refused is a 502 with tls_certificate_error, and not a byte is sent', () => {
  const past = { notBefore: new Date(0), notAfter: new Date(86_400_000) };
  const future = { notBefore: new Date(Date.now() + 86_400_000), notAfter: new Date(Date.now() + 172_800_000) };

  test.each([
    ['self-signed', () => selfSigned, {}, /DEPTH_ZERO_SELF_SIGNED_CERT/, trustIt],
    [
      'expired',
      () => certificate({ issuer: ours, ...past }),
      { ca: true },
      /CERT_HAS_EXPIRED/,
      /^renew the certificate/,
    ],
    [
      'not yet valid',
      () => certificate({ issuer: ours, ...future }),
      { ca: true },
      /CERT_NOT_YET_VALID/,
      /^check the clock/,
    ],
    [
      'of another address',
      () => certificate({ issuer: ours, names: ['203.0.113.9'] }),
      { ca: true },
      /ALTNAME_INVALID/,
      /REMOTE_ADDRESS/,
    ],
    [
      'of another name',
      () => certificate({ issuer: ours, names: ['elsewhere.example'] }),
      { ca: true, host: 'localhost' },
      /ALTNAME_INVALID/,
      /REMOTE_ADDRESS/,
    ],
    [
      'not meant for servers',
      () => certificate({ issuer: ours, purpose: 'client' }),
      { ca: true },
      /INVALID_PURPOSE/,
      trustIt,
    ],
    [
      'of an authority that nobody knows',
      () => issued,
      {},
      /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/,
      trustIt,
    ],
    [
      'of an authority that nobody knows and that comes along',
      () => ({ ...issued, cert: `${issued.cert}\n${ours.cert}` }),
      {},
      /SELF_SIGNED_CERT_IN_CHAIN/,
      trustIt,
    ],
    [
      'of another authority of the same name',
      async () => certificate({ issuer: await authority() }),
      { ca: true },
      /CERT_SIGNATURE_FAILURE|UNABLE_TO_VERIFY_LEAF_SIGNATURE|ISSUER/,
      trustIt,
    ],
  ] satisfies [string, () => unknown, { ca?: boolean; host?: string }, RegExp, RegExp][])(
    '%s [E7 S10]',
    async (_name, made, { ca = false, host = '127.0.0.1' }: { ca?: boolean; host?: string }, reason, remedy) => {
      const { key, cert, fingerprint } = (await made()) as IssuedCertificate;
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        const secure = await serving({ key, cert, maxVersion });
        const env = { REMOTE_TLS: 'verify', ...(ca ? { REMOTE_CA: ours.cert } : {}) };
        const outcome = await invoke(handlerWithTls(secure, env, host), { method: 'POST', body: 'secret' });
        expectFailure(outcome, refused, secure.port);
        const line = failureLine(outcome);
        expect(JSON.stringify(line['causes'])).toMatch(reason);
        expect(line['remedy']).toContain(`REMOTE_TLS=sha256:${fingerprint}`);
        expect(line['remedy']).toMatch(remedy);
        expect(secure.received).toBe(0);
        await secure.close();
      }
    },
  );

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('one that is not the pinned one, over %s [E7 S10]', async (maxVersion) => {
    const secure = await serving({ ...selfSigned, maxVersion });
    const handler = handlerWithTls(secure, { REMOTE_TLS: `sha256:${issued.fingerprint}` });
    for (const request of [{}, { method: 'POST', body: 'secret' }, { headers: { authorization: 'Negotiate x' } }]) {
      const outcome = await invoke(handler, request);
      expectFailure(outcome, refused, secure.port);
      expect(failureLine(outcome)['remedy']).toContain(`REMOTE_TLS=sha256:${selfSigned.fingerprint}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(secure.received).toBe(0);
  });

  test('a wrong certificate does not become right with another request, nor by a resumed session [N4 S10]', async () => {
    const secure = await serving(selfSigned);
    const handler = handlerWithTls(secure, { REMOTE_TLS: 'verify' });
    for (const _ of [1, 2, 3]) expectFailure(await invoke(handler), refused, secure.port);
    expect(secure.received).toBe(0);
  });
});

describe('TLS that does not come about', () => {
  const protocol = { status: 502, error: 'tls_protocol_error', code: 'tls_protocol' } as const;
  const alert = { status: 502, error: 'tls_alert_received', code: 'tls_alert' } as const;
  const terminated = { status: 502, error: 'connection_terminated', code: 'connection_terminated' } as const;

  test('https to a backend that speaks http is a 502 with tls_protocol_error [E8]', async () => {
    const plain = await httpBackend((_request, response) => response.end());
    backend = plain;
    expectFailure(await invoke(handlerWithTls(plain, {})), protocol, plain.port);
  });

  test('https to a backend that speaks something else is a 502 with tls_protocol_error [E8]', async () => {
    const other = await rawBackend((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'));
    backend = other;
    expectFailure(await invoke(handlerWithTls(other, {})), protocol, other.port);
  });

  test('http to a backend that speaks https is a 502, too', async () => {
    const secure = await serving(selfSigned);
    const outcome = await invoke(handlerFor(`http://127.0.0.1:${secure.port}`));
    expect(outcome.result.statusCode).toBe(502);
    expect(outcome.result.headers['proxy-status']).toMatch(/error=(?:http_protocol_error|connection_terminated)$/);
  });

  test.each([
    ['wants a certificate of the client', { requestCert: true, maxVersion: 'TLSv1.2' }],
    ['wants a certificate of the client', { requestCert: true, maxVersion: 'TLSv1.3' }],
    ['has no protocol in common', { ALPNProtocols: ['h2'] }],
    ['has no cipher in common', { ciphers: 'ECDHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' }],
    ['has no version in common', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
  ] satisfies [string, tls.TlsOptions][])(
    'a backend that %s is a 502 with tls_alert_received [E8 N7]',
    async (_name, options) => {
      const secure = await serving({ ...selfSigned, ...options });
      const outcome = await invoke(handlerWithTls(secure, {}, 'localhost'));
      expectFailure(outcome, alert, secure.port);
      expect(failureLine(outcome)['reason']).toMatch(/SSL alert number \d+/);
    },
  );

  test('an alert that does not say alert in its name is one all the same [E8]', async () => {
    // Fatal, unrecognized_name (RFC 6066 §3).
    const other = await rawBackend((socket) =>
      socket.once('data', () => socket.write(Buffer.from('15030300020270', 'hex'))),
    );
    backend = other;
    expectFailure(await invoke(handlerWithTls(other, {}, 'localhost')), alert, other.port);
  });

  test.each([
    ['a reset', 'resetAndDestroy'],
    ['an end', 'end'],
  ] as const)('%s in the handshake is a 502 with connection_terminated [E8 E9]', async (_name, how) => {
    const broken = await rawBackend((socket) => socket.once('data', () => socket[how]()));
    backend = broken;
    expectFailure(await invoke(handlerWithTls(broken, {})), terminated, broken.port);
  });

  test('a connection that ends after the handshake without a response is a 502 with connection_terminated [E9]', async () => {
    const secure = await serving(selfSigned, (socket) => socket.once('data', () => socket.end()));
    expectFailure(await invoke(handlerWithTls(secure, {})), terminated, secure.port);
  });

  test('a reused connection that ends without a response is replaced for GET [T1]', async () => {
    let seen = 0;
    const secure = await serving(selfSigned, (socket) =>
      socket.on('data', () => {
        seen += 1;
        if (seen === 2) socket.destroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nsafe');
      }),
    );
    const handler = handlerWithTls(secure, {});
    expectResponse(await invoke(handler), 200, 'safe');
    const outcome = await invoke(handler);
    expectResponse(outcome, 200, 'safe');
    expect(accessLine(outcome)).toMatchObject({ backend: { attempts: 2 } });
    expect(secure.handshakes).toBe(2);
  });

  test('a reused connection that stalls is a 504 with http_response_timeout, not one of the handshake [E10]', async () => {
    let seen = 0;
    const secure = await serving(selfSigned, (socket) =>
      socket.on('data', () => {
        seen += 1;
        if (seen === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nsafe');
      }),
    );
    const handler = handlerWithTls(secure, { REMOTE_TLS: 'insecure', REQUEST_TIMEOUT: '0.4' });
    expectResponse(await invoke(handler), 200, 'safe');
    expectFailure(
      await invoke(handler),
      { status: 504, error: 'http_response_timeout', code: 'response_timeout' },
      secure.port,
    );
  });
});

describe('one handshake serves many requests', () => {
  test.each([
    ['auto', () => ({})],
    ['insecure', () => ({ REMOTE_TLS: 'insecure' })],
    ['verify', () => ({ REMOTE_TLS: 'verify', REMOTE_CA: ours.cert })],
    ['sha256', () => ({ REMOTE_TLS: `sha256:${issued.fingerprint}` })],
    ['auto with HOST_HEADER=client', () => ({ HOST_HEADER: 'client' })],
  ] satisfies [string, () => Record<string, string>][])('with %s [N1 N16]', async (_mode, env) => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const secure: SecureBackend = await serving(issued);
      const handler = handlerWithTls(secure, env(), host);
      for (const method of ['GET', 'POST', 'GET', 'PUT', 'GET']) {
        expectResponse(await invoke(handler, { method, body: method === 'GET' ? '' : 'x' }), 200, 'safe');
      }
      expect({ connections: secure.connections, handshakes: secure.handshakes }).toEqual({
        connections: 1,
        handshakes: 1,
      });
      await secure.close();
    }
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'a backend that closes after each response is trusted as before on every new connection, over %s [N4]',
    async (maxVersion) => {
      for (const env of [{ REMOTE_TLS: `sha256:${issued.fingerprint}` }, { REMOTE_CA: ours.cert }, {}]) {
        const secure = await serving({ ...issued, maxVersion }, (socket) =>
          socket.once('data', () =>
            socket.end(
              'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 4\r\n\r\nsafe',
            ),
          ),
        );
        const handler = handlerWithTls(secure, env);
        for (const _ of [1, 2, 3]) expectResponse(await invoke(handler), 200, 'safe');
        expect(secure.handshakes).toBe(3);
        await secure.close();
      }
    },
  );

  test.each(['GET', 'POST'])(
    'an end that came while the sandbox was frozen does not fail a %s [N2 T3]',
    async (method) => {
      const sockets: tls.TLSSocket[] = [];
      const secure = await serving(selfSigned, (socket) => {
        sockets.push(socket);
        responding(socket);
      });
      const handler = handlerWithTls(secure, {});
      expectResponse(await invoke(handler), 200, 'safe');
      for (const socket of sockets) socket.end();
      expectResponse(await invoke(handler, { method }), 200, 'safe');
      expect(secure.handshakes).toBe(2);
    },
  );

  test('an ordinary https server keeps its connection, too [N1]', async () => {
    const secure = await httpsBackend((_request, response) => response.end('hello'));
    backend = secure.backend;
    const handler = handlerWithTls(secure.backend, {});
    for (const _ of [1, 2]) expect((await invoke(handler)).result.body).toBe('hello');
    expect(secure.backend.connections).toBe(1);
  });
});

describe('SNI', () => {
  test.each([
    ['localhost', 'backend', 'localhost'],
    ['LOCALHOST', 'backend', 'localhost'],
    ['localhost', 'client', 'localhost'],
    ['localhost', 'auto', 'localhost'],
    ['localhost', 'intra.example', 'localhost'],
    ['127.0.0.1', 'backend', false],
    ['127.0.0.1', 'client', false],
    ['127.0.0.1', 'auto', false],
    ['127.0.0.1', 'intra.example', false],
  ])('for %s with HOST_HEADER=%s is %s [S11]', async (host, hostHeader, name) => {
    const secure = await serving(selfSigned);
    expectResponse(await invoke(handlerWithTls(secure, { HOST_HEADER: hostHeader }, host)), 200, 'safe');
    expect(secure.serverNames).toEqual([name]);
  });

  test.each(['auto', 'backend', 'client', 'intra.example'])(
    'HOST_HEADER=%s does not change which name the certificate must have [S11]',
    async (hostHeader) => {
      const secure = await serving(issued);
      const env = { REMOTE_TLS: 'verify', REMOTE_CA: ours.cert, HOST_HEADER: hostHeader };
      expectResponse(await invoke(handlerWithTls(secure, env, 'localhost')), 200, 'safe');
    },
  );
});
