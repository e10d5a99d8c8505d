import { describe, expect, test } from '@jest/globals';
import { certificateAuthorities, tlsPolicy } from '../../src/config/tls-policy.ts';
import { authority } from '../helpers/certificates.ts';

const bytes = Array.from({ length: 32 }, (_, index) => (index * 7).toString(16).padStart(2, '0').toUpperCase());
const fingerprint = bytes.join(':');

describe('REMOTE_TLS', () => {
  test.each(['auto', 'verify', 'insecure', 'AUTO', 'Verify', 'inSecure'])('%s is a mode [S10]', (value) => {
    expect(tlsPolicy(value)).toEqual({ mode: value.toLowerCase() });
  });

  test.each([
    ['with colons', `sha256:${fingerprint}`],
    ['without colons', `sha256:${bytes.join('')}`],
    ['in lower case', `sha256:${fingerprint.toLowerCase()}`],
    ['in lower case without colons', `SHA256:${bytes.join('').toLowerCase()}`],
    ['in base64', `sha256:${Buffer.from(bytes.join(''), 'hex').toString('base64')}`],
    ['as OpenSSL groups them', `Sha256:${bytes.slice(0, 16).join('')}:${bytes.slice(16).join('')}`],
  ])('is a pin %s, as Node writes it [S10]', (_, value) => {
    expect(tlsPolicy(value)).toEqual({ mode: 'pin', pins: { certificates: new Set([fingerprint]), keys: new Set() } });
  });

  test('names several certificates and keys, separated by commas, for a rotation without an outage [S10]', () => {
    const other = fingerprint.replace(/^00/, 'FF');
    expect(tlsPolicy(`sha256:${fingerprint}, SPKI-SHA256:${other},sha256:${other}`)).toEqual({
      mode: 'pin',
      pins: { certificates: new Set([fingerprint, other]), keys: new Set([other]) },
    });
  });

  test.each([
    ...[`sha256:${fingerprint},`, `sha256:${fingerprint},verify`, `,sha256:${fingerprint}`, `sha256:${fingerprint} x`],
    ...['', 'none', 'true', 'verify,insecure', ' auto', 'sha256', 'sha256:', `sha1:${fingerprint}`, fingerprint],
    ...[`sha256:${fingerprint}:`, `sha256:${fingerprint}:00`, `sha256:${bytes.slice(1).join('')}`],
    ...[`sha256::${fingerprint}`, `sha256:${fingerprint.replaceAll(':', '::')}`, `sha256:G${fingerprint.slice(1)}`],
    ...[`sha256:${fingerprint}\n`, `pin-sha256:${fingerprint}`],
  ])('is never %j [S10]', (value) => {
    expect(() => tlsPolicy(value)).toThrow(
      'must be auto, verify, insecure, or pins separated by commas: sha256: or spki-sha256: and 64 hexadecimal digits',
    );
  });
});

describe('REMOTE_CA', () => {
  test('comes back as OpenSSL wants it, in order, whatever stood around it [S10]', async () => {
    const [first, second, third] = await Promise.all([authority('First'), authority('Second'), authority('Third')]);
    const clean = (pem: string) => `${pem.replaceAll('\r', '').trim()}\n`;
    const mangled = `subject=First\n${first.cert.replaceAll('\n', '\r\n')} ${second.cert.replaceAll('\n', '\\n')}`;
    const windows = third.cert.replaceAll('\n', '\\r\\n');
    expect(certificateAuthorities(mangled + windows)).toBe(clean(first.cert) + clean(second.cert) + clean(third.cert));
  });

  test('is never a private key as well, which does not belong in a setting [S10]', async () => {
    const { cert, key } = await authority();
    expect(() => certificateAuthorities(`${cert}${key}`)).toThrow('must be one or more certificates in PEM form');
  });

  test('that cannot be read says which of the certificates it is [L7, S10]', async () => {
    const { cert } = await authority();
    const bad = '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----';
    expect(() => certificateAuthorities(`${cert}\n${bad}`)).toThrow('number 2 of 2 cannot be read');
    expect(() => certificateAuthorities('')).toThrow('must be one or more certificates in PEM form');
  });
});
