import { once } from 'node:events';
import tls from 'node:tls';
import { distinguishedName } from '../../src/backend/tls-connection.ts';
import type { Config } from '../../src/config/config.ts';
import { type Finding, finding } from './catalogue.ts';
import { handshakeFailure } from './handshake.ts';
import type { Step } from './reach.ts';
import type { CertificateFacts, TlsFacts } from './report.ts';
import { clientCertificateFindings, datesFindings, trustFindings } from './trust.ts';
import { oldTlsRemedy } from './words.ts';

const dayMs = 86_400_000;

/** Curves by the names that people know them by. */
const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/** Returns kind and size of a certificate's key. */
function keyOf({ bits, modulus, asn1Curve, nistCurve }: tls.PeerCertificate): string | undefined {
  if (modulus !== undefined) return `RSA ${bits}`;
  const curve = nistCurve ?? curves[asn1Curve ?? ''] ?? asn1Curve;
  return curve === undefined ? undefined : `EC ${curve}`;
}

const factsOf = (certificate: tls.DetailedPeerCertificate): CertificateFacts => ({
  subject: distinguishedName(certificate.subject),
  issuer: distinguishedName(certificate.issuer),
  names: certificate.subjectaltname,
  key: keyOf(certificate),
  validFrom: new Date(certificate.valid_from).toISOString(),
  validTo: new Date(certificate.valid_to).toISOString(),
  daysLeft: Math.floor((Date.parse(certificate.valid_to) - Date.now()) / dayMs),
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

/** Returns version, cipher and key. An old version passes only because this process has Node's option for it. */
function negotiated({ protocol, cipher, chain: [leaf] }: TlsFacts): Finding {
  const text = [protocol, cipher, leaf?.key && `key ${leaf.key}`].filter(Boolean).join(', ');
  if (protocol === 'TLSv1.2' || protocol === 'TLSv1.3') return finding('tls_negotiated', text);
  return finding('tls_old', `${text}, which Node.js accepts here because of NODE_OPTIONS`, {
    level: 'warning',
    remedy: `enable TLS 1.2 at the backend, or ${oldTlsRemedy}`,
  });
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
  const options: tls.ConnectionOptions = {
    host,
    port,
    servername,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...(ca === undefined ? {} : { ca }),
    ...(client && { cert: client.cert, key: client.key }),
  };
  const socket = tls.connect(options);
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
    const now = Date.now();
    return {
      facts,
      findings: [
        negotiated(facts),
        ...trustFindings(facts, socket.getPeerCertificate().raw, config),
        ...(leaf ? datesFindings(leaf, now) : []),
        ...clientCertificateFindings(config, now),
      ],
    };
  } catch (error) {
    return { findings: [await handshakeFailure(error as Error, config, options)] };
  } finally {
    socket.destroy();
  }
}
