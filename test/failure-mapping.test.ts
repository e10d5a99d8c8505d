import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { toProxyError } from '../src/failure-mapping.ts';
import { type FailureCode, failureOf, ProxyError } from '../src/failures.ts';
import { refusedUrl } from './helpers/recording-backend.ts';

describe('toProxyError', () => {
  const withCode = (code: string, message = `failed with ${code}`) => Object.assign(new Error(message), { code });

  test.each([
    ['ENOTFOUND', 'dns_not_found'],
    ['ENODATA', 'dns_not_found'],
    ['EAI_FAIL', 'dns_not_found'],
    ['EAI_NONAME', 'dns_not_found'],
    // A resolver that reports "try again later" cannot be had without a network, so this is as getaddrinfo reports it.
    ['EAI_AGAIN', 'dns_timeout'],
    ['ECONNREFUSED', 'connection_refused'],
    ['EHOSTUNREACH', 'destination_unroutable'],
    ['ENETUNREACH', 'destination_unroutable'],
    ['EHOSTDOWN', 'destination_unroutable'],
    ['ENETDOWN', 'destination_unroutable'],
    ['EADDRNOTAVAIL', 'destination_unroutable'],
    ['EAFNOSUPPORT', 'destination_unroutable'],
    ['EACCES', 'destination_unroutable'],
    ['EPERM', 'destination_unroutable'],
    ['EINVAL', 'destination_unroutable'],
    ['ETIMEDOUT', 'connection_timeout'],
    ['ERR_SOCKET_CONNECTION_TIMEOUT', 'connection_timeout'],
    ['ECONNRESET', 'connection_terminated'],
    ['ECONNABORTED', 'connection_terminated'],
    ['EPIPE', 'connection_terminated'],
    ['ERR_STREAM_PREMATURE_CLOSE', 'response_incomplete'],
    ['ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'response_incomplete'],
    ['HPE_HEADER_OVERFLOW', 'response_headers_too_large'],
    ['HPE_INVALID_CONSTANT', 'response_malformed'],
    ['HPE_ANYTHING_ELSE', 'response_malformed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_certificate'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_certificate'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_certificate'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls_certificate'],
    ['CERT_HAS_EXPIRED', 'tls_certificate'],
    ['CERT_REVOKED', 'tls_certificate'],
    ['CRL_HAS_EXPIRED', 'tls_certificate'],
    ['INVALID_CA', 'tls_certificate'],
    ['INVALID_PURPOSE', 'tls_certificate'],
    ['PATH_LENGTH_EXCEEDED', 'tls_certificate'],
    ['HOSTNAME_MISMATCH', 'tls_certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_certificate'],
    ['CERT_PIN_MISMATCH', 'tls_certificate'],
    ['EPROTO', 'tls_protocol'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_protocol'],
    ['ERR_SSL_CERTIFICATE_VERIFY_FAILED', 'tls_protocol'],
    ['ERR_TLS_DH_PARAM_SIZE', 'tls_protocol'],
    ['EMFILE', 'internal_error'],
    ['ERR_INVALID_ARG_TYPE', 'internal_error'],
  ] satisfies [string, FailureCode][])('%s is %s', (code, failure) => {
    const { code: actual, reason, cause } = toProxyError(withCode(code));
    const ours = failureOf(failure);
    const expected = ours.isBug
      ? `failed with ${code}`
      : expect.stringMatching(new RegExp(`^${ours.reason}(?:: its? [\\w ,-]+)? \\(${code}\\)$`));
    expect([actual, reason]).toEqual([failure, expected]);
    expect(cause).toMatchObject({ message: `failed with ${code}` });
  });

  test.each([
    ['ssl3_read_bytes:tlsv1 alert protocol version:SSL alert number 70', /TLS 1\.0 or 1\.1/, /--tls-min-v1\.0/],
    ['tls_process_ske_dhe:dh key too small', /key is too small/, /SECLEVEL=0/],
    ['ssl_cert_add:ee key too small', /key is too small/, /2048 bits/],
    ['ca md too weak', /no longer secure/, /update the backend/],
    ['unsafe legacy renegotiation disabled', /no longer secure/, /update the backend/],
    ['wrong version number', /does not speak TLS/, /http:\/\//],
    ['tlsv13 alert certificate required:SSL alert number 116', /requires a client certificate/, /REMOTE_CERT/],
    ['tlsv1 alert unknown ca:SSL alert number 48', /does not accept the client certificate/, /REMOTE_CERT/],
    ['tlsv1 unrecognized name:SSL alert number 112', /serves no site of that name/, /REMOTE_ADDRESS/],
    ['tlsv1 alert no application protocol:SSL alert number 120', /HTTP\/1\.1/, /ALPN/],
  ])('a handshake that fails with "%s" says why, and what to do [E8]', (words, reason, remedy) => {
    const failure = toProxyError(withCode('EPROTO', `error:0A000000:SSL routines:${words}`));
    expect(failure).toMatchObject({ reason: expect.stringMatching(reason), remedy: expect.stringMatching(remedy) });
  });

  test('an alert of the backend is one under whatever code it comes [E8]', () => {
    const message = 'error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:SSL alert number 40';
    for (const code of ['EPROTO', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE']) {
      expect(toProxyError(withCode(code, message))).toMatchObject({
        code: 'tls_alert',
        reason: `the backend has no TLS parameters in common with the proxy, requires a client certificate, or serves another name (SSL alert number 40, ${code})`,
      });
    }
  });

  test('a name with several addresses, all refused, is refused [E3 N6]', async () => {
    const port = Number(new URL(await refusedUrl()).port);
    const socket = net.connect({
      host: 'two-addresses.invalid',
      port,
      autoSelectFamily: true,
      lookup: (_host, _options, found) =>
        found(null, [
          { address: '127.0.0.1', family: 4 },
          { address: '127.0.0.2', family: 4 },
        ]),
    });
    const error = await once(socket, 'connect').catch((thrown: unknown) => thrown);
    expect((error as AggregateError).errors).toHaveLength(2);
    expect(toProxyError(error).code).toBe('connection_refused');
  });

  test('a ProxyError stays what it is, also inside of what a stream made of it', () => {
    const original = new ProxyError('upgrade_refused', { reason: 'because' });
    expect(toProxyError(original)).toBe(original);
    expect(toProxyError(new Error('wrapped', { cause: original }))).toBe(original);
  });

  test.each([
    [new Error('words'), 'words'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [{ message: 7 }, 'no message'],
    [{}, 'no message'],
  ])('the reason for the log of thrown %p is "%s"', (thrown, reason) => {
    expect(toProxyError(thrown).reason).toBe(reason);
  });

  /** An error as got wraps it: the code is copied, the details stay with the cause. */
  const wrapped = (code: string, details: object) =>
    Object.assign(new Error('in a library’s words', { cause: Object.assign(withCode(code), details) }), { code });

  test.each([
    [
      'ECONNREFUSED',
      { syscall: 'connect', address: '10.0.0.7', port: 8080 },
      'nothing listens on the port of the backend (10.0.0.7:8080, ECONNREFUSED)',
    ],
    [
      'EHOSTUNREACH',
      { syscall: 'connect', address: '2001:db8::1', port: 443 },
      "no route leads to the backend's address ([2001:db8::1]:443, EHOSTUNREACH)",
    ],
    ['ENETUNREACH', { address: '10.0.0.7' }, "no route leads to the backend's address (10.0.0.7, ENETUNREACH)"],
    [
      'ENOTFOUND',
      { syscall: 'getaddrinfo', hostname: 'h.example' },
      "the backend's name does not exist (h.example, ENOTFOUND)",
    ],
    [
      'ECONNREFUSED',
      { errors: [{ address: '10.0.0.7', port: 80 }, 'text', null, { address: '10.0.0.8', port: 80 }] },
      'nothing listens on the port of the backend (10.0.0.7:80, 10.0.0.8:80, ECONNREFUSED)',
    ],
    ['ECONNREFUSED', { errors: 'text' }, 'nothing listens on the port of the backend (ECONNREFUSED)'],
    ['CERT_HAS_EXPIRED', {}, "the backend's certificate is not accepted: it has expired (CERT_HAS_EXPIRED)"],
    ['HPE_INVALID_CONSTANT', { reason: 'Expected HTTP/' }, 'the response is not valid HTTP (HPE_INVALID_CONSTANT)'],
  ])('the reason of %s with %j is "%s"', (code, details, reason) => {
    expect(toProxyError(wrapped(code, details)).reason).toBe(reason);
  });

  const unknownAuthority = 'its authority is unknown, or the backend does not send the whole chain';

  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'it is self-signed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'its chain ends in a self-signed certificate that is not trusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownAuthority],
    ['UNABLE_TO_GET_ISSUER_CERT', unknownAuthority],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownAuthority],
    ['CERT_HAS_EXPIRED', 'it has expired'],
    ['CERT_NOT_YET_VALID', 'it is not valid yet'],
    ['CERT_REVOKED', 'it was revoked'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'it is for another name'],
    ['HOSTNAME_MISMATCH', 'it is for another name'],
    ['CERT_PIN_MISMATCH', 'it is not the one whose fingerprint REMOTE_TLS names'],
  ])('%s says that %s', (code, problem) => {
    expect(toProxyError(withCode(code)).reason).toBe(`the backend's certificate is not accepted: ${problem} (${code})`);
  });

  test.each(['read', 'write'])(
    'an error of a %s on an open connection is never one of a request that did not arrive',
    (syscall) => {
      for (const code of ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETDOWN']) {
        expect(toProxyError(wrapped(code, { syscall })).code).toBe('connection_terminated');
        expect(toProxyError(wrapped(code, { syscall: 'connect' })).code).not.toBe('connection_terminated');
      }
    },
  );

  test('a refused certificate has the setting that accepts it in the remedy, as deep as the fingerprint may be', () => {
    const deep = (levels: number): Error =>
      new Error('wrapped', { cause: levels === 0 ? { fingerprint256: 'AB:CD' } : deep(levels - 1) });
    const refused = (cause: unknown) =>
      Object.assign(new Error('no', { cause }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const { remedy } = failureOf('tls_certificate');
    for (const levels of [0, 1, 2]) {
      expect(toProxyError(refused(deep(levels))).remedy).toBe(
        `REMOTE_TLS=sha256:AB:CD accepts this certificate alone, ${remedy}`,
      );
    }
    for (const cause of [undefined, 'text', { fingerprint256: 7 }])
      expect(toProxyError(refused(cause)).remedy).toBe(remedy);
  });

  test.each([
    ['CERT_HAS_EXPIRED', 'renew the certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'REMOTE_ADDRESS'],
    ['UNSPECIFIED', '2048 bits'],
  ])('a certificate that no authority mends (%s) has a remedy of its own', (code, words) => {
    const { remedy } = toProxyError(Object.assign(new Error('no'), { code, fingerprint256: 'AB:CD' }));
    expect(remedy).toContain(words);
    expect(remedy).toMatch(/; until then REMOTE_TLS=sha256:AB:CD accepts this certificate alone$/);
    expect(toProxyError(Object.assign(new Error('no'), { code })).remedy).not.toMatch(/REMOTE_CA|until then/);
  });

  test('a connection that broke after its certificate was seen offers no pin', () => {
    const { remedy } = failureOf('connection_terminated');
    expect(toProxyError(Object.assign(withCode('ECONNRESET'), { fingerprint256: 'AB:CD' })).remedy).toBe(remedy);
  });

  test('looks no deeper than five causes, and so at no circle without an end', () => {
    const circle = withCode('ECONNREFUSED');
    circle.cause = circle;
    expect(toProxyError(circle).code).toBe('connection_refused');
    const chain = (left: number): object => (left === 0 ? { hostname: 'deep' } : { cause: chain(left - 1) });
    expect(toProxyError({ code: 'ENOTFOUND', cause: chain(3) }).reason).toContain('deep');
    expect(toProxyError({ code: 'ENOTFOUND', cause: chain(4) }).reason).not.toContain('deep');
  });

  test('wrong settings and a secret that cannot be read are told in their own words', () => {
    const settings = Object.assign(new Error('REMOTE_URL is required'), { name: 'ConfigurationError' });
    const { remedy } = failureOf('configuration_error');
    expect(toProxyError(settings)).toMatchObject({
      code: 'configuration_error',
      reason: 'REMOTE_URL is required',
      remedy,
      cause: undefined,
    });
    const denied = new Error('denied');
    const secret = Object.assign(new Error('SECRET_ARN cannot be read', { cause: denied }), {
      name: 'SecretError',
      remedy: 'allow it',
    });
    expect(toProxyError(secret)).toMatchObject({
      code: 'configuration_error',
      reason: 'SECRET_ARN cannot be read',
      remedy: 'allow it',
      cause: denied,
    });
  });

  test.each([
    undefined,
    null,
    0,
    '',
    'text',
    Symbol('symbol'),
    10n,
    () => undefined,
    {},
    [],
    Object.create(null),
    { message: Object.create(null), code: {}, name: 7 },
    new Proxy({}, {}),
    new Error(''),
  ])('anything at all that is thrown is an internal error and never a second one [E27 E32]', (thrown) => {
    const { code, statusCode, reason, cause } = toProxyError(thrown);
    expect({ code, statusCode, reason: typeof reason }).toEqual({
      code: 'internal_error',
      statusCode: 500,
      reason: 'string',
    });
    expect(cause).toBe(thrown);
  });
});

describe('a response that the parser refuses', () => {
  const remedyOf = (code: string) => toProxyError(Object.assign(new Error('Parse Error'), { code })).remedy;

  test.each([
    'HPE_CR_EXPECTED',
    'HPE_INVALID_HEADER_TOKEN',
    'HPE_UNEXPECTED_CONTENT_LENGTH',
    'HPE_INVALID_CONTENT_LENGTH',
    'HPE_INVALID_TRANSFER_ENCODING',
    'HPE_INVALID_CHUNK_SIZE',
    'HPE_INVALID_STATUS',
    'HPE_STRICT',
  ])('with %s may be accepted with LENIENT_BACKEND, and its log line says so [E37]', (code) => {
    expect(remedyOf(code)).toMatch(/^set LENIENT_BACKEND=on, .* or point REMOTE_URL at a port that speaks HTTP/);
  });

  test.each(['HPE_INVALID_CONSTANT', 'HPE_INVALID_VERSION', 'HPE_HEADER_OVERFLOW'])(
    'with %s is not HTTP at all, or too large, and no setting accepts it [E37]',
    (code) => {
      expect(remedyOf(code)).not.toContain('LENIENT_BACKEND');
    },
  );
});
