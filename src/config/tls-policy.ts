import { X509Certificate } from 'node:crypto';

/** How the backend's certificate is judged. */
export interface TlsPolicy {
  readonly mode: 'auto' | 'verify' | 'insecure' | 'pin';
  /** With mode `pin`: SHA-256 of the certificate as Node writes it, `AA:BB:…`. */
  readonly fingerprint?: string;
  /** PEM of the only authority to trust, or undefined for the public ones. */
  readonly ca?: string | undefined;
}

const pin = /^sha256:((?:[\dA-F]{2}:?){31}[\dA-F]{2})$/i;

/**
 * Reads REMOTE_TLS.
 *
 * @param value `auto`, `verify`, `insecure` or `sha256:<fingerprint>`, in any case, with or without colons
 * @throws {Error} with a sentence that goes on from the setting's name
 */
export function tlsPolicy(value: string): TlsPolicy {
  const mode = value.toLowerCase();
  if (mode === 'auto' || mode === 'verify' || mode === 'insecure') return { mode };
  const fingerprint = pin.exec(value)?.[1];
  if (fingerprint === undefined)
    throw new Error('must be auto, verify, insecure, or sha256: and 64 hexadecimal digits');
  const digits = fingerprint.replaceAll(':', '').toUpperCase();
  return { mode: 'pin', fingerprint: digits.replace(/..(?!$)/g, '$&:') };
}

const pemContent = /(?<=-----BEGIN CERTIFICATE-----)[A-Za-z\d+/=\s]*(?=-----END CERTIFICATE-----)/g;

/**
 * Reads REMOTE_CA. OpenSSL passes over what it cannot read, and every handshake would then fail; so it is read here.
 *
 * @param value one or more certificates as PEM; line breaks may have become spaces or the two characters `\n`
 * @returns the certificates as OpenSSL wants them
 * @throws {Error} with a sentence that goes on from the setting's name
 */
export function certificateAuthorities(value: string): string {
  // Consoles and env files mangle line breaks in both ways.
  const text = value.replace(/\\[rn]/g, '');
  const blocks = [...text.matchAll(pemContent)].map(([base64]) => base64);
  if (blocks.length === 0 || text.split('-----BEGIN ').length !== blocks.length + 1)
    throw new Error('must be one or more certificates in PEM form, and nothing else');
  const certificates = blocks.map((base64, index) => {
    try {
      return new X509Certificate(Buffer.from(base64, 'base64')).toString();
    } catch {
      throw new Error(`must be certificates in PEM form; number ${index + 1} of ${blocks.length} cannot be read`);
    }
  });
  return certificates.join('');
}
