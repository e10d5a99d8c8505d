import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { isPinned } from '../../src/backend/certificate-agent.ts';
import { endsSoon } from '../../src/backend/tls-connection.ts';
import type { Config } from '../../src/config/config.ts';
import { type Finding, finding } from './catalogue.ts';
import type { CertificateFacts, TlsFacts } from './report.ts';
import { keepSecrets, parametersOf, withName } from './variants.ts';

const hourMs = 3_600_000;

/** Days, or hours when there are few. */
const timeLeft = (milliseconds: number) =>
  milliseconds < 48 * hourMs
    ? `${Math.trunc(milliseconds / hourMs)} hours`
    : `${Math.trunc(milliseconds / (24 * hourMs))} days`;

/** Codes of a certificate that no known authority signed, though another may have. */
const unknownAuthority = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** Returns the DNS names of a certificate, wildcards included. */
const dnsNames = ({ names = '' }: Pick<CertificateFacts, 'names'>): string[] =>
  Array.from(names.matchAll(/\bDNS:([^,\s"]+)/g), ([, name = '']) => name.toLowerCase());

/** Returns the names that may stand in RemoteUrl for a certificate: those of a public site first. */
export function siteNames(leaf: CertificateFacts | undefined, { remoteUrl }: Config): string[] {
  const names = leaf === undefined ? [] : dnsNames(leaf);
  const usable = names.filter((name) => !name.includes('*') && name !== remoteUrl.hostname && isIP(name) === 0);
  return [...usable.filter((name) => name.includes('.')), ...usable.filter((name) => !name.includes('.'))];
}

/** Returns the findings on the dates of a certificate. */
export function datesFindings({ validFrom, validTo, fingerprint }: CertificateFacts, now: number): Finding[] {
  const ends = Date.parse(validTo);
  const clock = "check the backend's clock and this machine's";
  if (Date.parse(validFrom) > now) {
    const text = `the certificate is not valid before ${validFrom.slice(0, 10)}`;
    return [finding('certificate_not_yet_valid', text, { remedy: `${clock}, or issue the certificate again` })];
  }
  if (ends <= now) {
    const text = `the certificate expired on ${validTo.slice(0, 10)}`;
    const remedy = `renew the certificate at the backend; ${clock}; until then RemoteTls=sha256:${fingerprint} accepts this one alone`;
    return [finding('certificate_expired', text, { remedy })];
  }
  const text = `the certificate expires in ${timeLeft(ends - now)}`;
  if (!endsSoon(Date.parse(validFrom), ends, now)) return [finding('certificate_valid', text)];
  const remedy = 'renew it, and if it is pinned, add the pin of its successor first';
  return [finding('certificate_ends_soon', `${text}, in the last tenth of its lifetime`, { remedy })];
}

/** Returns a finding on the end of REMOTE_CERT, when it is near. An expired one is no valid setting. */
export function clientCertificateFindings({ tls: { client } }: Config, now: number): Finding[] {
  if (client === undefined) return [];
  const { validFrom, validTo } = client;
  if (!endsSoon(validFrom, validTo, now)) return [];
  const text = `the client certificate expires in ${timeLeft(validTo - now)}, in the last tenth of its lifetime`;
  return [finding('client_certificate_ends_soon', text, { remedy: 'renew it, and set RemoteCert and RemoteKey' })];
}

/** Returns the finding on a certificate with another name than RemoteUrl. */
function otherName(leaf: CertificateFacts | undefined, config: Config): Finding {
  const { hostname } = config.remoteUrl;
  const all = leaf === undefined ? [] : dnsNames(leaf);
  const [name] = siteNames(leaf, config);
  const text = `the certificate is trusted, but is for ${leaf?.names ?? 'no name'} and not for ${hostname}`;
  if (name !== undefined) {
    const variant = withName(config, name);
    const remedy = `name the site in RemoteUrl and its address in RemoteAddress${keepSecrets(config)}`;
    return finding('certificate_for_another_name', text, { remedy, set: parametersOf(variant) });
  }
  const remedy =
    all.length > 0
      ? `put a name that ${all[0]} covers into RemoteUrl, and the address into RemoteAddress`
      : `issue a certificate for ${hostname}`;
  return finding('certificate_for_another_name', text, { remedy });
}

/** Returns the finding on a certificate that no trusted authority signed. */
function untrusted(problem: string, leaf: CertificateFacts | undefined, { tls: { ca } }: Config): Finding {
  const pin = { RemoteTls: `sha256:${leaf?.fingerprint ?? ''}` };
  if (problem === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    const text = 'the certificate is self-signed';
    const remedy = 'compare its fingerprint on the backend, and pin it';
    return finding('certificate_self_signed', text, { remedy, set: pin });
  }
  const issuer = leaf?.issuer ?? 'an unknown authority';
  const text = `the certificate is signed by ${issuer}, which is not ${ca === undefined ? 'a public authority' : 'in RemoteCa'} (${problem})`;
  const remedy = `trust your own authority with RemoteCa="$(cat ca.pem)", or pin the certificate after you have compared its fingerprint on the backend; for a public authority, have the backend send its intermediate certificates as well`;
  return finding('certificate_of_unknown_authority', text, { remedy, set: pin });
}

/** Returns the finding on a key that is too small to be verified. */
function weakFindings(leaf: CertificateFacts | undefined, level: 'note' | 'warning'): Finding[] {
  const bits = Number(/^RSA (\d+)$/.exec(leaf?.key ?? '')?.[1] ?? Number.POSITIVE_INFINITY);
  if (bits >= 2048) return [];
  const text = `the key of the certificate is RSA ${bits}, which Node.js does not trust and others can break`;
  const remedy =
    'issue a certificate with RSA 2048 or EC P-256; until then pin it, after you have compared its fingerprint on the backend';
  const set = { RemoteTls: `sha256:${leaf?.fingerprint ?? ''}` };
  return [finding('certificate_weak', text, { level, remedy, ...(level === 'warning' ? { set } : {}) })];
}

/**
 * Returns the findings on the trust in a certificate. Those on its dates are others.
 *
 * @param facts what the backend presented
 * @param raw the certificate (DER)
 * @param config the settings
 */
export function trustFindings({ chain: [leaf], problem }: TlsFacts, raw: Buffer, config: Config): Finding[] {
  const { pins } = config.tls;
  const fingerprint = leaf?.fingerprint ?? '';
  if (pins !== undefined && isPinned({ fingerprint, raw }, pins)) {
    return [finding('certificate_pinned', 'the certificate is the pinned one'), ...weakFindings(leaf, 'note')];
  }
  if (pins !== undefined) {
    const remedy = `if the backend has a new certificate, compare its fingerprint on the backend, and add sha256:${fingerprint} to RemoteTls`;
    return [finding('certificate_not_pinned', 'the certificate is not the pinned one', { remedy })];
  }
  const wrongName = problem ?? (isFor(raw, config) ? undefined : 'ERR_TLS_CERT_ALTNAME_INVALID');
  if (wrongName === undefined) return [finding('certificate_trusted', 'a trusted authority signed the certificate')];
  if (wrongName === 'ERR_TLS_CERT_ALTNAME_INVALID') return [otherName(leaf, config)];
  const weak = weakFindings(leaf, 'warning');
  if (weak.length > 0) return weak;
  if (wrongName === 'CERT_HAS_EXPIRED' || wrongName === 'CERT_NOT_YET_VALID') return [];
  if (wrongName === 'DEPTH_ZERO_SELF_SIGNED_CERT' || unknownAuthority.has(wrongName)) {
    return [untrusted(wrongName, leaf, config)];
  }
  const remedy = 'issue the certificate again, or pin this one after you have compared its fingerprint on the backend';
  const set = { RemoteTls: `sha256:${fingerprint}` };
  return [finding('certificate_not_trusted', `the certificate is not trusted (${wrongName})`, { remedy, set })];
}

/** Says whether a trusted certificate is for the host of RemoteUrl; Node compared it with the name in SNI alone. */
function isFor(raw: Buffer, { remoteUrl: { hostname } }: Config): boolean {
  const certificate = new X509Certificate(raw);
  return (
    tls.checkServerIdentity(hostname, certificate.toLegacyObject() as unknown as tls.PeerCertificate) === undefined
  );
}
