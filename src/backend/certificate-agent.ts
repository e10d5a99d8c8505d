import { createHash, X509Certificate } from 'node:crypto';
import https from 'node:https';
import { isIP } from 'node:net';
import tls from 'node:tls';
import type { Config } from '../config/config.ts';
import { isPrivateHost } from '../config/remote-url.ts';
import type { Pins, TlsPolicy } from '../config/tls-policy.ts';
import { endsSoon, noteTlsConnection } from './tls-connection.ts';

/** An untrusted certificate of the backend, accepted or refused. */
export interface CertificateFinding {
  /** SHA-256 of the certificate, as REMOTE_TLS takes it. */
  readonly fingerprint: string;
  /** Why it is not trusted: OpenSSL's or Node's code. */
  readonly code: string;
}

/** The certificate that a backend presented. */
export interface Presented {
  /** SHA-256 of the certificate as Node writes it, `AA:BB:…`. */
  readonly fingerprint: string;
  /** The certificate as it was sent (DER). */
  readonly raw: Buffer | undefined;
}

/** A verified or pinned certificate that ends soon, or has ended. */
export interface EndingCertificate {
  /** End of its validity, in milliseconds since the epoch. */
  readonly validTo: number;
  /** How REMOTE_TLS accepts it: by verification, or by a pin of the certificate or of its public key. */
  readonly acceptedBy: 'verification' | 'certificate pin' | 'key pin';
}

/** What the agent reports of the connections that it opens. */
export interface CertificateObserver {
  /** Called for each new connection whose certificate is untrusted, but accepted. */
  readonly onUntrusted: (finding: CertificateFinding) => void;
  /** Called for each new connection whose certificate is accepted and ends soon. */
  readonly onEnding: (certificate: EndingCertificate) => void;
}

/** Milliseconds since the epoch; NaN on a resumed session, which has no certificate. */
interface Validity {
  readonly validFrom: number;
  readonly validTo: number;
}

/** Not with getPeerX509Certificate, after which Node's own check finds no names in the certificate and refuses it. */
function presentedBy(socket: tls.TLSSocket): Presented & Validity {
  const certificate: Partial<tls.PeerCertificate> = socket.getPeerCertificate();
  noteTlsConnection(socket, certificate);
  const { fingerprint256 = 'none', raw, valid_from: validFrom = '', valid_to: validTo = '' } = certificate;
  return { fingerprint: fingerprint256, raw, validFrom: Date.parse(validFrom), validTo: Date.parse(validTo) };
}

class CertificatePinError extends Error {
  readonly code = 'CERT_PIN_MISMATCH';
  constructor() {
    super('the certificate is none of those that REMOTE_TLS names');
  }
}

/** SHA-256 of a certificate's public key (SubjectPublicKeyInfo, RFC 7469 §2.4), in the spelling of Node's fingerprints. */
function keyFingerprint(raw: Buffer): string {
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256')
    .update(key)
    .digest('hex')
    .toUpperCase()
    .replace(/..(?!$)/g, '$&:');
}

/**
 * Says whether REMOTE_TLS names a certificate or its public key.
 *
 * @param presented the certificate and its fingerprint
 * @param pins of REMOTE_TLS
 */
export const isPinned = ({ fingerprint, raw }: Presented, { certificates, keys }: Pins) =>
  certificates.has(fingerprint) || (keys.size > 0 && raw !== undefined && keys.has(keyFingerprint(raw)));

type CertificateSettings = Pick<Config, 'remoteUrl' | 'connectTo' | 'tls'>;

/** Says whether an untrusted certificate ends the connection. */
const verifies = ({ tls: { mode, ca }, remoteUrl }: CertificateSettings): boolean =>
  mode === 'verify' || (mode === 'auto' && (ca !== undefined || !isPrivateHost(remoteUrl.hostname)));

/** The address in REMOTE_URL where the connection goes to another one. */
const identityOf = ({ remoteUrl: { hostname }, connectTo }: CertificateSettings) =>
  isIP(hostname) !== 0 && connectTo.hostname !== hostname ? hostname : undefined;

/**
 * Says whether Node itself ends a connection whose certificate is untrusted.
 *
 * @param config the settings
 */
export const nodeVerifies = (config: CertificateSettings): boolean =>
  verifies(config) && identityOf(config) === undefined;

/** What decides over a connection. */
interface Verification {
  readonly policy: TlsPolicy;
  /** Whether an untrusted certificate ends the connection. */
  readonly verify: boolean;
  /**
   * The address in REMOTE_URL where the connection goes to another one (REMOTE_ADDRESS). Node verifies the name that it
   * sends as SNI, and an address is none, so it would verify the address that it connects to.
   */
  readonly identity: string | undefined;
  readonly observer: CertificateObserver;
}

const wrongName = 'ERR_TLS_CERT_ALTNAME_INVALID';

/** Why a certificate is not trusted, as Node's code; undefined when it is. */
function problemOf(socket: tls.TLSSocket, identity: string | undefined): string | undefined {
  const found = socket.authorized ? undefined : String(socket.authorizationError);
  if (identity === undefined || (found !== undefined && found !== wrongName)) return found;
  return tls.checkServerIdentity(identity, socket.getPeerCertificate()) === undefined ? undefined : wrongName;
}

const untrusted = (code: string) => Object.assign(new Error('the certificate is not trusted'), { code });

function reportEnd(
  { validFrom, validTo }: Validity,
  acceptedBy: EndingCertificate['acceptedBy'],
  { onEnding }: CertificateObserver,
): void {
  if (endsSoon(validFrom, validTo, Date.now())) onEnding({ validTo, acceptedBy });
}

/** Verifies the certificate of a connection that is being opened. */
function verifyCertificate(
  socket: tls.TLSSocket,
  { policy: { pins }, verify, identity, observer }: Verification,
): void {
  let presented: (Presented & Validity) | undefined;
  // Before Node's own verification, which closes the socket and takes the certificate with it.
  socket.prependOnceListener('secure', () => {
    presented = presentedBy(socket);
  });
  socket.prependOnceListener('error', (error: Error) => {
    // Node's own errors do not have it, and the log names it as the one to pin.
    Object.assign(error, { fingerprint256: presented?.fingerprint });
  });
  // Still inside the handshake's own callback: no byte of the request has been written.
  socket.once('secureConnect', () => {
    const seen = presented ?? { fingerprint: 'none', raw: undefined, validFrom: Number.NaN, validTo: Number.NaN };
    if (pins !== undefined) {
      if (!isPinned(seen, pins)) socket.destroy(new CertificatePinError());
      else reportEnd(seen, pins.certificates.has(seen.fingerprint) ? 'certificate pin' : 'key pin', observer);
      return;
    }
    const problem = problemOf(socket, identity);
    if (problem === undefined) reportEnd(seen, 'verification', observer);
    else if (verify) socket.destroy(untrusted(problem));
    else observer.onUntrusted({ fingerprint: seen.fingerprint, code: problem });
  });
}

/**
 * Makes an https agent that verifies the certificate when a connection is opened. This is not done in
 * `checkServerIdentity`, because Node does not reuse a keep-alive socket when that is any function but its own. It is no
 * subclass, which would load `tls` for every backend.
 *
 * @param options of the agent
 * @param config the remote URL, where connections go, and how certificates are verified
 * @param observer learns of untrusted certificates that are accepted, and of accepted ones that end soon
 */
export function certificateAgent(
  options: https.AgentOptions,
  config: CertificateSettings,
  observer: CertificateObserver,
): https.Agent {
  const { tls: policy } = config;
  const identity = identityOf(config);
  const agent = new https.Agent({
    ...options,
    rejectUnauthorized: nodeVerifies(config),
    // Explicit, so that a backend with nothing but HTTP/2 refuses the handshake instead of sending frames.
    ALPNProtocols: ['http/1.1'],
    ...(policy.ca === undefined ? {} : { ca: policy.ca }),
    ...(policy.client && { cert: policy.client.cert, key: policy.client.key }),
    // A resumed session carries no certificate to look at.
    ...(policy.pins === undefined && identity === undefined ? {} : { maxCachedSessions: 0 }),
  });
  const verification = { policy, verify: verifies(config), identity, observer };
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (...parameters) => {
    const socket = createConnection(...parameters);
    if (socket instanceof tls.TLSSocket) verifyCertificate(socket, verification);
    return socket;
  };
  return agent;
}
