import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

/** A certificate with its key, both as PEM. */
export interface IssuedCertificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the certificate, as `AA:BB:…`. */
  readonly fingerprint: string;
}

interface Wanted {
  /** Host names and addresses that it is for. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly purpose?: 'server' | 'client';
  /** Who signs it; itself unless told. */
  readonly issuer?: IssuedCertificate;
}

const keys = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

const withFingerprint = ({ private: key, cert }: { private: string; cert: string }): IssuedCertificate => ({
  key,
  cert,
  fingerprint: new X509Certificate(cert).fingerprint256,
});

/** A certificate authority that nobody knows yet. */
export const authority = async (name = 'A test authority'): Promise<IssuedCertificate> =>
  withFingerprint(
    await generate([{ name: 'commonName', value: name }], {
      ...keys,
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    }),
  );

/** A certificate of any kind; for localhost and 127.0.0.1 and valid now, unless told otherwise. */
export async function certificate({
  names = ['localhost', '127.0.0.1'],
  notBefore = new Date(Date.now() - 86_400_000),
  notAfter = new Date(Date.now() + 86_400_000),
  purpose = 'server',
  issuer,
}: Wanted = {}): Promise<IssuedCertificate> {
  const altNames = names.map((name) =>
    /^[\d.]+$/.test(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const),
  );
  return withFingerprint(
    await generate([{ name: 'commonName', value: 'A test backend' }], {
      ...keys,
      notBeforeDate: notBefore,
      notAfterDate: notAfter,
      ...(issuer === undefined ? {} : { ca: issuer }),
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', ...(purpose === 'server' ? { serverAuth: true } : { clientAuth: true }) },
        { name: 'subjectAltName', altNames },
      ],
    }),
  );
}
