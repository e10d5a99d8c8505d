import { createPrivateKey } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { clientCertificate, parseClientCertificate, parseClientKey } from '../../src/config/client-certificate.ts';
import { authority, certificate, type IssuedCertificate } from '../helpers/certificates.ts';

let issuer: IssuedCertificate;
let client: IssuedCertificate;
let other: IssuedCertificate;
beforeAll(async () => {
  issuer = await authority();
  client = await certificate({ issuer, purpose: 'client' });
  other = await certificate();
});

const read = (cert: string, key: string, now = Date.now()) =>
  clientCertificate(parseClientCertificate(cert), parseClientKey(key), now);

describe('REMOTE_CERT and REMOTE_KEY', () => {
  test.each([
    ['as written', (pem: string) => pem],
    ['with line breaks as the two characters \\n', (pem: string) => pem.replaceAll('\n', '\\n')],
    ['with line breaks as spaces', (pem: string) => pem.replaceAll('\n', ' ')],
    ['with CRLF', (pem: string) => pem.replaceAll('\n', '\r\n')],
  ])('are read %s', (_, mangle) => {
    expect(read(mangle(client.cert), mangle(client.key)).cert).toContain('BEGIN CERTIFICATE');
  });

  test('may have intermediate authorities after the certificate', () => {
    expect(read(`${client.cert}\n${issuer.cert}`, client.key).cert.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  test('must have the client certificate first', () => {
    expect(() => read(`${issuer.cert}\n${client.cert}`, client.key)).toThrow(
      'must have the client certificate first, but has it as number 2',
    );
  });

  test('must belong together [N12]', () => {
    expect(() => read(client.cert, other.key)).toThrow('belongs to another key');
  });

  test.each(['pkcs8', 'pkcs1-or-sec1'] as const)(
    'refuse an encrypted key in the form of %s with the remedy [N12]',
    (form) => {
      const key = createPrivateKey(client.key);
      const options = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
      const pem = key.export({ ...options, type: form === 'pkcs8' ? 'pkcs8' : 'sec1' }).toString();
      expect(() => parseClientKey(pem)).toThrow('must not be encrypted; decrypt it with: openssl pkey');
    },
  );

  test('refuse a certificate that has expired, or that is not valid yet, and say when [N12]', () => {
    expect(() => read(client.cert, client.key, Date.now() + 5 * 86_400_000)).toThrow(/but expired on \d{4}-\d\d-\d\d$/);
    expect(() => read(client.cert, client.key, 0)).toThrow(/but is valid only from \d{4}-\d\d-\d\d on$/);
  });

  test.each([
    ['nothing of PEM', 'hello'],
    ['a certificate', undefined],
    ['a public key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['garbage in a block', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
  ])('refuse as a key: %s', (_, text) => {
    expect(() => parseClientKey(text ?? client.cert)).toThrow(/^must be (?:one|a) private key in PEM form/);
  });

  test('refuse as a certificate: a key, nothing, garbage, and a block that does not end; never quoting it', () => {
    const broken = client.cert.replace('-----END CERTIFICATE-----', '');
    for (const text of [client.key, 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', broken]) {
      expect(() => parseClientCertificate(text)).toThrow(
        /^must be (?:the client certificate|certificates) in PEM form/,
      );
    }
  });
});
