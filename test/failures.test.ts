import { describe, expect, test } from '@jest/globals';
import { type FailureCode, failureOf, failures, ProxyError } from '../src/failures.ts';
import { failureFields } from '../src/http/response/own-fields.ts';

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
    // What the proxy does not carry is refused with 501, whoever could change that.
    if (fault === 'client') expect(status === 501 || status < 500).toBe(true);
    if (fault === 'proxy') expect([500, 501, 503, 508]).toContain(status);
    // Too large a response is the backend's, and has the status that the original documents.
    if (fault === 'backend') expect([413, 502, 504]).toContain(status);
  });

  test.each(codes)(
    '%s has a Retry-After only where trying again may help, and where the site may be back soon',
    (code) => {
      const { planned, retryAfterSeconds, retryable, status } = failureOf(code);
      const expected = planned ? 300 : retryable && status >= 502 ? 10 : undefined;
      expect([code, retryAfterSeconds]).toEqual([code, expected]);
      expect(failureFields(code, 'text/plain')['retry-after']).toBe(retryAfterSeconds && String(retryAfterSeconds));
    },
  );

  test.each(codes)('%s has a reason in words, and a remedy [E35]', (code) => {
    const { reason, remedy } = failureOf(code);
    expect(reason).toMatch(/^[a-zA-Z_'’]+ [^.]+[^.]$/);
    expect(remedy).toMatch(/ /);
    expect(remedy).not.toMatch(/\.$/);
  });

  test('a refusal has no link to the backend, which would bypass it', () => {
    const linked = codes.filter((code) => failureOf(code).linksToBackend);
    expect(linked).toEqual(codes.filter((code) => failureOf(code).fault !== 'client' && !failureOf(code).planned));
  });

  test('a request may have arrived wherever the failure can follow the first byte that was sent', () => {
    const notArrived = codes.filter((code) => failureOf(code).fault === 'backend' && !failureOf(code).mayHaveArrived);
    expect(notArrived.sort()).toEqual(
      [
        'connection_refused',
        'connection_timeout',
        'destination_unroutable',
        'dns_not_found',
        'dns_timeout',
        'tls_certificate',
        'tls_timeout',
      ].sort(),
    );
  });

  test('a backend that may be starting has not received the request, so waiting for it repeats nothing', () => {
    const starting = codes.filter((code) => failureOf(code).mayBeStarting);
    expect(starting).toEqual(['connection_refused', 'destination_unroutable', 'connection_timeout']);
    for (const code of starting) expect(failureOf(code)).toMatchObject({ mayHaveArrived: false, retryable: true });
  });

  test('too large a response has a remedy that names the quota, streaming and the real limits', () => {
    expect(failureOf('response_too_large').remedy).toBe(
      'raise PAYLOAD_QUOTA if it is set; else stream the response (handler index.streamHandler, InvokeMode ' +
        'RESPONSE_STREAM), which carries 200 MB: a buffered response carries 6 MB of text or 4.7 MB of binary data, ' +
        'behind a load balancer 1 MB or 0.75 MB; or have the backend respond in parts',
    );
  });

  test('every timeout is a 504, and nothing else is', () => {
    const timeouts = codes.filter((code) => failureOf(code).status === 504);
    expect(timeouts.sort()).toEqual(
      ['connection_timeout', 'dns_timeout', 'response_stalled', 'response_timeout', 'tls_timeout'].sort(),
    );
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

  test('has reason and remedy of its row where whatever throws knows no more', () => {
    const { reason, remedy } = failureOf('connection_refused');
    expect(new ProxyError('connection_refused')).toMatchObject({ reason, remedy, cause: undefined });
    expect(new ProxyError('connection_refused', { remedy: 'start it' })).toMatchObject({ reason, remedy: 'start it' });
  });

  test('takes another message and fields for the response', () => {
    const error = new ProxyError('method_not_allowed', { reason: 'r', message: 'No.', headers: { allow: 'GET' } });
    expect(error).toMatchObject({ message: 'No.', statusCode: 405, headers: { allow: 'GET' } });
  });
});
