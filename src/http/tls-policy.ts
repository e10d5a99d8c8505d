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
  return { mode: 'pin', fingerprint: (digits.match(/../g) ?? []).join(':') };
}
