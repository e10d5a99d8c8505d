import type { CertificateFinding, EndingCertificate } from '../src/backend/certificate-agent.ts';
import { type Connections, connect } from '../src/backend/connections.ts';
import { endsSoon } from '../src/backend/tls-connection.ts';
import type { Config } from '../src/config/config.ts';
import { configLoader as loaderOf } from '../src/config/loader.ts';
import { logger } from '../src/observability/logger.ts';
import type { InvocationContext, ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/** Returns a function that calls the given one the first time and never again. */
function once<Subject>(tell: (subject: Subject) => void): (subject: Subject) => void {
  let told = false;
  return (subject) => {
    if (told) return;
    told = true;
    tell(subject);
  };
}

function warnOfUntrusted({ fingerprint, code }: CertificateFinding): void {
  logger.warn('untrusted backend certificate accepted', {
    reason: `no trusted authority issued the backend's certificate (${code})`,
    remedy: `set REMOTE_TLS=sha256:${fingerprint} to accept this certificate and no other`,
    fingerprint,
  });
}

const renewals: Readonly<Record<EndingCertificate['acceptedBy'], string>> = {
  verification: 'renew the certificate at the backend',
  'certificate pin': 'add the pin of the next certificate to REMOTE_TLS, and then renew it at the backend',
  'key pin':
    'renew the certificate at the backend with the same key, or add the pin of the next key to REMOTE_TLS first',
};

function warnOfEnd({ validTo, acceptedBy }: EndingCertificate): void {
  const verb = validTo <= Date.now() ? 'ended' : 'ends';
  logger.warn('backend certificate ends soon', {
    reason: `the backend's certificate ${verb} at ${new Date(validTo).toISOString()}`,
    remedy: renewals[acceptedBy],
  });
}

/** Warns of a client certificate (REMOTE_CERT) that ends soon. Settings are loaded once per environment. */
function warnOfClientCertificate({ tls: { client } }: Config): void {
  if (client === undefined || !endsSoon(client.validFrom, client.validTo, Date.now())) return;
  logger.warn('client certificate ends soon', {
    reason: `the certificate of REMOTE_CERT ends at ${new Date(client.validTo).toISOString()}`,
    remedy: 'renew it, and set REMOTE_CERT and REMOTE_KEY',
  });
}

/** Connections that warn once of a certificate accepted untrusted, and once of one that ends soon. */
const connectionsFor = (config: Config): Connections =>
  connect(config, { onUntrusted: once(warnOfUntrusted), onEnding: once(warnOfEnd) });

/**
 * Completes the context with `config` and `connections`, made once per cold start, for the chain that needs them. With
 * SECRET_ARN the first request waits for the secret.
 *
 * It is a handler and not a middleware: so the type of the context says which steps have the settings and which do not.
 *
 * @param env the environment variables
 * @param chain the steps behind the settings
 * @returns a handler that throws while a setting is wrong, so that a mistake is a page and a log line and not a
 *   function that cannot start
 */
export function configLoader(
  env: NodeJS.ProcessEnv,
  chain: (request: ProxyRequest, context: ProxyContext) => Promise<ProxyResponse>,
): (request: ProxyRequest, context: InvocationContext) => Promise<ProxyResponse> {
  const load = loaderOf(env, (config) => {
    warnOfClientCertificate(config);
    return { config, connections: connectionsFor(config) };
  });
  return async (request, context) => {
    const loaded = await load();
    context.exchange.config = loaded.config;
    return chain(request, Object.assign(context, loaded));
  };
}
