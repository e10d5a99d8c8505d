import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

/** A self-signed certificate with its key, both as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the DER certificate, as `AA:BB:...`. */
  readonly fingerprint: string;
}

/**
 * Makes a new certificate for localhost, 127.0.0.1 and ::1, valid for a year.
 * The key is EC P-256 because an RSA key takes most of a second to generate.
 *
 * @param names further host names that it is for
 */
export async function createCertificate(names: readonly string[] = []): Promise<Certificate> {
  const pem = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
          ...names.map((value) => ({ type: 2, value }) as const),
        ],
      },
    ],
  });
  // selfsigned's own fingerprint is SHA-1.
  return { key: pem.private, cert: pem.cert, fingerprint: new X509Certificate(pem.cert).fingerprint256 };
}
