import type tls from 'node:tls';
import type { Config } from '../../src/config/config.ts';
import { toProxyError } from '../../src/failure-mapping.ts';
import { type Finding, finding } from './catalogue.ts';
import { connectWithOldTls, endAfterHandshake, plainHttpStatus, probeMs } from './probe.ts';
import { greetingMs, protocolAt } from './protocols.ts';
import { keepSecrets, parametersOf, serverName, withScheme } from './variants.ts';
import { alertOf, clientCertificateRemedy, oldTlsRemedy } from './words.ts';

/** Alerts with which a backend says that it wants a client certificate (RFC 8446 §6.2). */
const certificateRequired = /alert certificate required|alert number 116\b/i;

/** What OpenSSL says of a response that is no TLS. A server with TLS responds to plain HTTP as well, with a 400. */
const noTls = /wrong version number|http request|packet length too long|unknown protocol/i;

/** Alerts with which a backend refuses the client certificate that it got. */
const certificateRefused =
  /alert (?:bad certificate|unsupported certificate|certificate revoked|certificate expired|certificate unknown|unknown ca)|alert number 4[2-68]\b/i;

/**
 * Returns the finding on a backend that wants another client certificate.
 *
 * @param error of the handshake or of the first response
 * @param config the settings
 * @returns undefined for any other error
 */
export function clientCertificateFailure(error: Error, { tls: { client } }: Config): Finding | undefined {
  const { message } = error;
  const details = { remedy: clientCertificateRemedy };
  if (certificateRequired.test(message) || (certificateRefused.test(message) && client === undefined))
    return finding(
      'client_certificate_required',
      `the backend requires a client certificate (${alertOf(message)})`,
      details,
    );
  if (!certificateRefused.test(message)) return undefined;
  return finding(
    'client_certificate_refused',
    `the backend refuses the client certificate (${alertOf(message)})`,
    details,
  );
}

/** Returns the finding on a port that speaks another protocol than HTTP/1.1. */
export function speaksOther(port: number, protocol: string): Finding {
  const remedy = protocol.startsWith('HTTP/2')
    ? 'enable HTTP/1.1 at the backend, which the proxy speaks'
    : 'correct the port in RemoteUrl: that of a web server, often 80, 443, 8080 or 8443';
  return finding('port_speaks_other', `port ${port} speaks ${protocol}`, { remedy });
}

/**
 * Returns the finding on a backend that refuses the client certificate, or the lack of one, behind the handshake, as
 * TLS 1.3 does. A request on such a connection may be reset before the reason arrives.
 *
 * @param config the settings
 */
export async function refusedAfterHandshake(config: Config): Promise<Finding | undefined> {
  if (config.remoteUrl.protocol !== 'https:') return undefined;
  const { client } = config.tls;
  const end = await endAfterHandshake(config.connectTo, {
    servername: serverName(config),
    ...(client && { cert: client.cert, key: client.key }),
  });
  if (typeof end === 'object') return clientCertificateFailure(end, config);
  if (end === 'open' || client === undefined) return undefined;
  const text =
    'the backend closes the connection behind the handshake, without a reason: it may refuse the client certificate';
  return finding('client_certificate_refused', text, { remedy: clientCertificateRemedy });
}

/**
 * Returns the finding on a TLS handshake that failed. It tries the port with plain HTTP and with old TLS.
 *
 * @param error of the handshake
 * @param config the settings
 * @param options of the connection
 */
export async function handshakeFailure(
  error: NodeJS.ErrnoException & { reason?: string },
  config: Config,
  options: tls.ConnectionOptions,
): Promise<Finding> {
  const { connectTo, remoteUrl, requestTimeoutMs } = config;
  const { code, message, reason = message } = error;
  const text = `TLS handshake failed: ${reason}${code === undefined ? '' : ` (${code})`}`;
  const ofClient = clientCertificateFailure(error, config);
  if (ofClient !== undefined) return ofClient;
  const failure = toProxyError(error);
  const status =
    failure.code === 'tls_alert'
      ? undefined
      : await plainHttpStatus(connectTo, '/', remoteUrl.authority, Math.min(probeMs, requestTimeoutMs));
  // A server with TLS responds to plain HTTP as well, with a 400.
  if (status !== undefined && (noTls.test(message) || status !== 400)) {
    const remedy = `write http:// in RemoteUrl${keepSecrets(config)}`;
    const set = parametersOf(withScheme(config, 'http:', connectTo.port));
    return finding('port_speaks_http', `port ${connectTo.port} speaks plain HTTP and no TLS`, { remedy, set });
  }
  if (failure.code !== 'tls_alert') {
    const protocol = await protocolAt(connectTo, Math.min(greetingMs, requestTimeoutMs));
    if (protocol !== undefined && protocol !== '') return speaksOther(connectTo.port, protocol);
  }
  if (failure.code !== 'tls_alert' && failure.code !== 'tls_protocol') {
    // A reset may arrive in place of the alert that says why.
    const refused = code === 'ECONNRESET' ? await refusedAfterHandshake(config) : undefined;
    if (refused !== undefined) return refused;
    const remedy = `check that port ${connectTo.port} speaks TLS, and that a firewall lets it through; some servers hang up on a name that they do not know: put the name of the site into RemoteUrl and the address into RemoteAddress`;
    return finding('tls_failed', text, { remedy });
  }
  const old = await connectWithOldTls(connectTo, options);
  if (old !== undefined) {
    const seen = `the backend offers ${old.protocol} with ${old.cipher} (${reason}); ${failure.reason}`;
    const remedy = `enable TLS 1.2 with keys of 2048 bits or more at the backend, or ${oldTlsRemedy}`;
    return finding('tls_old', seen, { remedy });
  }
  return finding('tls_failed', `${text}: ${failure.reason}`, {
    ...(failure.remedy === undefined ? {} : { remedy: failure.remedy }),
  });
}
