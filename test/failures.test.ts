import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { type FailureCode, failureOf, failures, ProxyError, toProxyError } from '../src/failures.ts';
import { refusedUrl } from './helpers/recording-backend.ts';

const codes = Object.keys(failures) as FailureCode[];

/** Error types that RFC 9209 §2.3 registers. */
const registered = new Set([
  'dns_timeout',
  'dns_error',
  'destination_not_found',
  'destination_unavailable',
  'destination_ip_prohibited',
  'destination_ip_unroutable',
  'connection_refused',
  'connection_terminated',
  'connection_timeout',
  'connection_read_timeout',
  'connection_write_timeout',
  'connection_limit_reached',
  'tls_protocol_error',
  'tls_certificate_error',
  'tls_alert_received',
  'http_request_error',
  'http_request_denied',
  'http_response_incomplete',
  'http_response_header_section_size',
  'http_response_header_size',
  'http_response_body_size',
  'http_response_trailer_section_size',
  'http_response_trailer_size',
  'http_response_transfer_coding',
  'http_response_content_coding',
  'http_response_timeout',
  'http_upgrade_failed',
  'http_protocol_error',
  'proxy_internal_response',
  'proxy_internal_error',
  'proxy_configuration_error',
  'proxy_loop_detected',
]);

describe('failures', () => {
  test.each(codes)('%s has an error type that RFC 9209 registers, a title and an advice', (code) => {
    const { proxyError, title, advice } = failureOf(code);
    expect(registered).toContain(proxyError);
    expect(title).toMatch(/^[A-Z][^.]+$/);
    expect(advice).toMatch(/^[A-Z].*\.$/);
  });

  test.each(codes)('%s has a status on the side where the fault is', (code) => {
    const { status, fault } = failureOf(code);
    if (fault === 'client') expect(status).toBeLessThan(500);
    if (fault === 'proxy') expect([500, 508]).toContain(status);
    // Too large an answer is the backend's, and has the status that the original documents.
    if (fault === 'backend') expect([413, 502, 504]).toContain(status);
  });

  test('every time-out is a 504, and nothing else is', () => {
    const timeouts = codes.filter((code) => failureOf(code).status === 504);
    expect(timeouts.sort()).toEqual(
      ['connection_timeout', 'dns_timeout', 'response_stalled', 'response_timeout', 'tls_timeout'].sort(),
    );
  });
});

describe('toProxyError', () => {
  const withCode = (code: string, message = `failed with ${code}`) => Object.assign(new Error(message), { code });

  test.each([
    ['ENOTFOUND', 'dns_not_found'],
    ['ENODATA', 'dns_not_found'],
    ['EAI_FAIL', 'dns_not_found'],
    ['EAI_NONAME', 'dns_not_found'],
    // A resolver that answers "try again later" cannot be had without a network, so this is as getaddrinfo reports it.
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
    expect(toProxyError(withCode(code))).toMatchObject({ code: failure, reason: `failed with ${code}` });
  });

  test('an alert of the backend is one under whatever code it comes [E8]', () => {
    const message = 'error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:SSL alert number 40';
    for (const code of ['EPROTO', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE']) {
      expect(toProxyError(withCode(code, message)).code).toBe('tls_alert');
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

describe('ProxyError', () => {
  test('says in a stack trace what it is', () => {
    expect(String(new ProxyError('bad_request', { reason: 'r', message: 'No.' }))).toBe('ProxyError: No.');
  });

  test('shows the title and the advice and keeps the reason to itself [P1]', () => {
    const error = new ProxyError('connection_refused', {
      reason: 'connect ECONNREFUSED 10.0.0.7:80',
      remedy: 'start it',
    });
    expect(error.message).toBe(
      'The site behind this address is not running. ' +
        'Please try again in a few moments. If it keeps happening, tell the people who run this site.',
    );
    expect(error).toMatchObject({
      statusCode: 502,
      expose: true,
      reason: expect.stringContaining('10.0.0.7'),
      headers: {},
    });
  });

  test('takes another message and fields for the answer', () => {
    const error = new ProxyError('method_not_allowed', { reason: 'r', message: 'No.', headers: { allow: 'GET' } });
    expect(error).toMatchObject({ message: 'No.', statusCode: 405, headers: { allow: 'GET' } });
  });
});
