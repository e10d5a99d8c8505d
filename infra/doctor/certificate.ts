import { once } from 'node:events';
import tls from 'node:tls';
import { isPinned } from '../../src/backend/certificate-agent.ts';
import { distinguishedName, endsSoon } from '../../src/backend/tls-connection.ts';
import type { Config } from '../../src/config/config.ts';
import { toProxyError } from '../../src/failure-mapping.ts';
import type { Step } from './reach.ts';
import type { CertificateFacts, Finding, TlsFacts } from './report.ts';

const hourMs = 3_600_000;

/** Days, or hours when there are few. */
const timeLeft = (milliseconds: number) =>
  milliseconds < 48 * hourMs
    ? `${Math.trunc(milliseconds / hourMs)} hours`
    : `${Math.trunc(milliseconds / (24 * hourMs))} days`;

const factsOf = (certificate: tls.DetailedPeerCertificate): CertificateFacts => ({
  subject: distinguishedName(certificate.subject),
  issuer: distinguishedName(certificate.issuer),
  names: certificate.subjectaltname,
  validFrom: new Date(certificate.valid_from).toISOString(),
  validTo: new Date(certificate.valid_to).toISOString(),
  fingerprint: certificate.fingerprint256,
});

/** Returns the chain from the backend's certificate to the last authority; Node links each to its issuer. */
function chainOf(leaf: tls.DetailedPeerCertificate): CertificateFacts[] {
  const chain: CertificateFacts[] = [];
  for (let next: tls.DetailedPeerCertificate | undefined = leaf; next?.fingerprint256 !== undefined; ) {
    const facts = factsOf(next);
    if (chain.some(({ fingerprint }) => fingerprint === facts.fingerprint)) break;
    chain.push(facts);
    next = next.issuerCertificate;
  }
  return chain;
}

/** Codes of certificates that are valid but not signed by a trusted authority: these may be pinned. */
const pinnable = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

function dates({ validFrom, validTo }: CertificateFacts, now: number): Finding[] {
  const ends = Date.parse(validTo);
  if (Date.parse(validFrom) > now)
    return [{ check: 'tls', level: 'warning', text: `the certificate is not valid before ${validFrom.slice(0, 10)}` }];
  if (Date.parse(validTo) <= now)
    return [{ check: 'tls', level: 'warning', text: `the certificate expired on ${validTo.slice(0, 10)}` }];
  const left = timeLeft(ends - now);
  if (!endsSoon(Date.parse(validFrom), ends, now)) {
    return [{ check: 'tls', level: 'ok', text: `the certificate expires in ${left}` }];
  }
  const text = `the certificate expires in ${left}, in the last tenth of its lifetime; renew it, and if it is pinned, add the pin of its successor first`;
  return [{ check: 'tls', level: 'warning', text }];
}

function trust({ chain: [leaf], problem }: TlsFacts, raw: Buffer, { tls: policy }: Config): Finding[] {
  if (problem === undefined) return [{ check: 'tls', level: 'ok', text: 'a trusted authority signed the certificate' }];
  const fingerprint = leaf?.fingerprint ?? '';
  if (policy.pins !== undefined) {
    const isAccepted = isPinned({ fingerprint, raw }, policy.pins);
    const text = isAccepted ? 'the certificate is the pinned one' : 'the certificate is not the pinned one';
    return [{ check: 'tls', level: isAccepted ? 'ok' : 'warning', text }];
  }
  const text = `the certificate is not trusted (${problem})`;
  if (!pinnable.has(problem)) return [{ check: 'tls', level: 'warning', text }];
  const hint = `${text}; compare its fingerprint on the backend, and pin it`;
  return [{ check: 'tls', level: 'warning', text: hint, set: { RemoteTls: `sha256:${fingerprint}` } }];
}

/**
 * Inspects the backend's certificate without verifying it. Whether the function accepts it shows in the request that
 * follows.
 *
 * @param config the settings, with the trusted authority
 * @param servername name for SNI, empty for an address
 * @param timeoutMs timeout in milliseconds
 */
export async function inspectCertificate(
  config: Config,
  servername: string,
  timeoutMs: number,
): Promise<Step<TlsFacts>> {
  const { hostname: host, port } = config.connectTo;
  const { ca, client } = config.tls;
  const socket = tls.connect({
    host,
    port,
    servername,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...(ca === undefined ? {} : { ca }),
    ...client,
  });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no handshake within ${timeoutMs} ms`)));
  try {
    await once(socket, 'secureConnect');
    // With rejectUnauthorized off Node puts the result here, a code for the chain and an error for the name.
    const found = socket.authorizationError as unknown as string | (Error & { code?: string }) | null;
    const facts: TlsFacts = {
      protocol: socket.getProtocol(),
      cipher: socket.getCipher().standardName,
      chain: chainOf(socket.getPeerCertificate(true)),
      problem: socket.authorized ? undefined : String(typeof found === 'object' ? found?.code : found),
    };
    const [leaf] = facts.chain;
    const spoken: Finding = { check: 'tls', level: 'ok', text: `${facts.protocol}, ${facts.cipher}` };
    return {
      facts,
      findings: [
        spoken,
        ...trust(facts, socket.getPeerCertificate().raw, config),
        ...(leaf ? dates(leaf, Date.now()) : []),
      ],
    };
  } catch (error) {
    const { code, message, reason = message } = error as NodeJS.ErrnoException & { reason?: string };
    const failure = toProxyError(error);
    const isExplained = failure.code === 'tls_alert' || failure.code === 'tls_protocol';
    const advice = isExplained ? `: ${failure.reason}; ${failure.remedy}` : '';
    const text = `TLS handshake failed: ${reason}${code === undefined ? '' : ` (${code})`}${advice}`;
    return { findings: [{ check: 'tls', level: 'failure', text }] };
  } finally {
    socket.destroy();
  }
}
