import type { Socket } from 'node:net';
import type { Certificate, PeerCertificate, TLSSocket } from 'node:tls';
import type { TlsConnection } from '../types.ts';

const connections = new WeakMap<Socket, TlsConnection>();

/** The share of its lifetime in which a certificate should have been renewed. */
const lastShare = 0.1;

/**
 * Says whether a certificate is in the last tenth of its lifetime, or has ended. A share and no number of days, because
 * some certificates are valid for years and others for 160 hours.
 *
 * @param validFrom start of its validity, in milliseconds since the epoch
 * @param validTo end of its validity, in milliseconds since the epoch
 * @param now milliseconds since the epoch
 * @example endsSoon(0, 100, 91) // true
 */
export const endsSoon = (validFrom: number, validTo: number, now: number): boolean =>
  validTo - now < lastShare * (validTo - validFrom);

/**
 * Returns a distinguished name as text, for example `C=US, O=Example, CN=R1`.
 *
 * @param name subject or issuer, as Node reads it
 */
export const distinguishedName = (name: Certificate | undefined): string =>
  Object.entries(name ?? {})
    .map(([part, value]) => `${part}=${[value].flat().join('+')}`)
    .join(', ') || '(no name)';

/**
 * Keeps what the trace shows of a connection. Read while the connection is opened, because a closed one has lost it.
 *
 * @param certificate that the backend presented; without fields on a resumed session
 */
export function noteTlsConnection(socket: TLSSocket, { issuer, valid_to: end }: Partial<PeerCertificate>): void {
  connections.set(socket, {
    version: socket.getProtocol()?.replace(/^TLSv/, ''),
    cipher: socket.getCipher()?.standardName,
    issuer: issuer && distinguishedName(issuer),
    validTo: end === undefined ? undefined : Date.parse(end),
  });
}

/** Returns what was noted of a connection; undefined without TLS, and before the end of the handshake. */
export const tlsConnectionOf = (socket: Socket | undefined): TlsConnection | undefined =>
  socket && connections.get(socket);
