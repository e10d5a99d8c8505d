import type { ClientCertificate } from './client-certificate.ts';
import { pemBlocks, readCertificate } from './pem.ts';

/** Certificates and public keys that REMOTE_TLS names, by their SHA-256 as Node writes it: `AA:BB:…`. */
export interface Pins {
  readonly certificates: ReadonlySet<string>;
  /** SHA-256 of the SubjectPublicKeyInfo (RFC 7469 §2.4): a renewed certificate with the same key has the same. */
  readonly keys: ReadonlySet<string>;
}

/** How the backend's certificate is verified. */
export interface TlsPolicy {
  readonly mode: 'auto' | 'verify' | 'insecure' | 'pin';
  /** With mode `pin`: what is accepted, whoever issued it. */
  readonly pins?: Pins;
  /** PEM of the only authorities to trust, or undefined for the public ones. */
  readonly ca?: string | undefined;
  /** What the proxy shows a backend that verifies its clients. */
  readonly client?: ClientCertificate | undefined;
}

const hexadecimal = /^(?:[\dA-F]{2}:?){31}[\dA-F]{2}$/i;
const base64 = /^[A-Za-z\d+/]{43}=$/;

/** A SHA-256 as Node writes it, from the spellings in use: hexadecimal with or without colons, or base64 as in RFC 7469. */
function fingerprintFrom(text: string): string | undefined {
  const digits = hexadecimal.test(text)
    ? text.replaceAll(':', '')
    : base64.test(text)
      ? Buffer.from(text, 'base64').toString('hex')
      : undefined;
  return digits?.toUpperCase().replace(/..(?!$)/g, '$&:');
}

const pinForm = /^(sha256|spki-sha256):(.*)$/i;

/**
 * Reads REMOTE_TLS.
 *
 * @param value `auto`, `verify`, `insecure`, or pins separated by commas: `sha256:` and the fingerprint of a certificate,
 *   `spki-sha256:` and that of a public key, in hexadecimal with or without colons, or in base64
 * @throws {Error} with a sentence that continues after the setting's name
 * @example tlsPolicy('sha256:9F86…, spki-sha256:D081…').mode // 'pin'
 */
export function tlsPolicy(value: string): TlsPolicy {
  const mode = value.toLowerCase();
  if (mode === 'auto' || mode === 'verify' || mode === 'insecure') return { mode };
  const certificates = new Set<string>();
  const keys = new Set<string>();
  for (const pin of value.split(/ *, */)) {
    const [, kind = '', text = ''] = pinForm.exec(pin) ?? [];
    const fingerprint = fingerprintFrom(text);
    if (fingerprint === undefined) {
      throw new Error(
        'must be auto, verify, insecure, or pins separated by commas: sha256: or spki-sha256: and 64 hexadecimal digits',
      );
    }
    (kind.toLowerCase() === 'sha256' ? certificates : keys).add(fingerprint);
  }
  return { mode: 'pin', pins: { certificates, keys } };
}

/**
 * Reads REMOTE_CA. OpenSSL passes over what it cannot read, and every handshake would then fail; so it is read here.
 *
 * @param value one or more certificates as PEM; line breaks may have become spaces or the two characters `\n`
 * @returns the certificates as OpenSSL wants them
 * @throws {Error} with a sentence that continues after the setting's name
 */
export function certificateAuthorities(value: string): string {
  const blocks = pemBlocks(value);
  if (blocks === undefined || blocks.some(({ label }) => label !== 'CERTIFICATE'))
    throw new Error('must be one or more certificates in PEM form, and nothing else');
  return blocks.map(({ text }, index) => readCertificate(text, index, blocks.length).toString()).join('');
}
