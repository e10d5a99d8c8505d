import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { pemBlocks, readCertificate } from './pem.ts';

/** What the proxy shows a backend that verifies its clients (mutual TLS). */
export interface ClientCertificate {
  /** The certificate, and perhaps its intermediate authorities, as PEM. */
  readonly cert: string;
  /** The private key as PEM. */
  readonly key: string;
  /** Start of its validity, in milliseconds since the epoch. */
  readonly validFrom: number;
  /** End of its validity, in milliseconds since the epoch. */
  readonly validTo: number;
}

/**
 * Reads REMOTE_CERT: the client certificate first, intermediate authorities after it.
 *
 * @param value certificates as PEM
 * @throws {Error} with a sentence that continues after the setting's name
 */
export function parseClientCertificate(value: string): X509Certificate[] {
  const blocks = pemBlocks(value);
  if (blocks === undefined || blocks.some(({ label }) => label !== 'CERTIFICATE')) {
    throw new Error('must be the client certificate in PEM form, and its intermediate authorities after it');
  }
  return blocks.map(({ text }, index) => readCertificate(text, index, blocks.length));
}

/**
 * Reads REMOTE_KEY.
 *
 * @param value one private key as PEM, not encrypted
 * @throws {Error} with a sentence that continues after the setting's name; it never quotes the key
 */
export function parseClientKey(value: string): KeyObject {
  const [block, ...others] = pemBlocks(value)?.filter(({ label }) => label !== 'EC PARAMETERS') ?? [];
  if (block === undefined || others.length > 0 || !block.label.endsWith('PRIVATE KEY')) {
    throw new Error('must be one private key in PEM form');
  }
  if (block.label === 'ENCRYPTED PRIVATE KEY' || block.text.includes('ENCRYPTED')) {
    throw new Error('must not be encrypted; decrypt it with: openssl pkey -in key.pem');
  }
  try {
    return createPrivateKey(block.text);
  } catch {
    throw new Error('must be a private key in PEM form, but cannot be read');
  }
}

const day = (date: Date) => date.toISOString().slice(0, 10);

/**
 * Checks that certificate and key belong together and that the certificate is valid now.
 *
 * @param certificates of REMOTE_CERT, the client's own first
 * @param key of REMOTE_KEY
 * @param now milliseconds since the epoch
 * @throws {Error} with a sentence that continues after `REMOTE_CERT`
 */
export function clientCertificate(
  certificates: readonly X509Certificate[],
  key: KeyObject,
  now: number,
): ClientCertificate {
  const [own] = certificates as [X509Certificate];
  if (!own.checkPrivateKey(key)) {
    const elsewhere = certificates.findIndex((certificate) => certificate.checkPrivateKey(key));
    throw new Error(
      elsewhere === -1
        ? 'must be the certificate of the key in REMOTE_KEY, but belongs to another key'
        : `must have the client certificate first, but has it as number ${elsewhere + 1}`,
    );
  }
  const [from, to] = [new Date(own.validFrom), new Date(own.validTo)];
  if (to.getTime() <= now) throw new Error(`must be a valid certificate, but expired on ${day(to)}`);
  if (from.getTime() > now) throw new Error(`must be a valid certificate, but is valid only from ${day(from)} on`);
  return {
    cert: certificates.map(String).join(''),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    validFrom: from.getTime(),
    validTo: to.getTime(),
  };
}
