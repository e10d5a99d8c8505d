import type { Config } from '../../src/config/config.ts';
import { toProxyError } from '../../src/failure-mapping.ts';
import { type FailureCode, failureOf } from '../../src/failures.ts';
import { type Finding, type FindingCode, finding } from './catalogue.ts';
import { clientCertificateFailure, refusedAfterHandshake, speaksOther } from './handshake.ts';
import { hostFindings, namedSite } from './hosts.ts';
import { speaksTls } from './probe.ts';
import { greetingMs, protocolAt } from './protocols.ts';
import type { TlsFacts } from './report.ts';
import { type FunctionFacts, tryWith } from './site.ts';
import { keepSecrets, parametersOf, withScheme } from './variants.ts';

/** The kind of finding for a failure, by its code. */
const codeByFailure: readonly (readonly [pattern: RegExp, code: FindingCode])[] = [
  [/^dns_not_found$|^dns_timeout$/, 'name_unknown'],
  [/^connection_(?:refused|timeout)$|^destination_/, 'connection_failed'],
  [/^tls_certificate$/, 'certificate_refused'],
  [/^tls_/, 'tls_failed'],
  [/^response_too_large$/, 'size_exceeded'],
];

/** Failures behind which a port may speak TLS where HTTP is expected. */
const mayBeTls = new Set<FailureCode>([
  'response_malformed',
  'connection_terminated',
  'response_incomplete',
  'response_timeout',
]);

/** Failures behind which a port may speak something else. */
const mayBeOther = new Set<FailureCode>(['response_malformed', 'connection_terminated', 'response_timeout']);

/** Returns the finding on a port that speaks another protocol. */
async function otherProtocolFinding({ remoteUrl, connectTo, requestTimeoutMs }: Config): Promise<Finding | undefined> {
  if (remoteUrl.protocol !== 'http:') return undefined;
  const protocol = await protocolAt(connectTo, Math.min(greetingMs, requestTimeoutMs));
  return protocol === undefined || protocol === '' ? undefined : speaksOther(connectTo.port, protocol);
}

/** Returns the remedy for a certificate that the settings refuse; the finding on the certificate itself has the details. */
const refusedRemedy = (tls: TlsFacts | undefined) =>
  `correct the certificate as said above; until then RemoteTls=sha256:${tls?.chain[0]?.fingerprint ?? '…'} accepts this one alone, after you have compared its fingerprint on the backend`;

/** Says whether something is an error, of another realm too. */
const isError = (thrown: unknown): thrown is Error & { code?: unknown } =>
  typeof (thrown as Error | undefined)?.message === 'string';

/** Errors and what caused them. */
function causesOf(error: unknown): (Error & { code?: unknown })[] {
  const causes: (Error & { code?: unknown })[] = [];
  for (let each = error; isError(each) && causes.length < 6; each = each.cause) causes.push(each);
  return causes;
}

/** What nginx, Apache, Go and Tomcat say to plain HTTP on a port with TLS. */
const saysTls =
  /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled|sent an HTTP request to an HTTPS server|host and port requires TLS/i;

/**
 * Returns the finding on a port that speaks TLS, with http in RemoteUrl.
 *
 * @param config the settings
 * @param seen what plain HTTP gets
 * @param page the text that it gets
 */
export async function tlsPortFinding(config: Config, seen: string, page = ''): Promise<Finding | undefined> {
  const { remoteUrl, connectTo } = config;
  if (remoteUrl.protocol !== 'http:') return undefined;
  if (!saysTls.test(page) && !(await speaksTls(connectTo, ''))) return undefined;
  const remedy = `write https:// in RemoteUrl${keepSecrets(config)}`;
  const set = parametersOf(withScheme(config, 'https:', connectTo.port));
  return finding('port_speaks_tls', `port ${connectTo.port} speaks TLS, and plain HTTP gets ${seen}`, { remedy, set });
}

/** Returns the finding on a response that the proxy accepts with LENIENT_BACKEND alone. */
async function lenientFinding(config: Config, target: string, text: string, facts: FunctionFacts) {
  const isAccepted = !config.lenientBackend && (await tryWith({ ...config, lenientBackend: true }, facts, target));
  return isAccepted ? lenient(text) : undefined;
}

const lenient = (text: string): Finding =>
  finding('lenient_parser_needed', text, {
    remedy:
      'correct the HTTP of the backend, or set LenientBackend=true (LENIENT_BACKEND=on), which accepts what curl, nginx and Go accept',
    set: { LenientBackend: 'true' },
  });

/**
 * Returns the findings on a request without a valid response.
 *
 * @param error what the proxy threw
 * @param config the settings
 * @param target public path and query
 * @param tls facts about the certificate
 * @param facts of the function
 */
export async function failedRequestFindings(
  error: unknown,
  config: Config,
  target: string,
  tls: TlsFacts | undefined,
  facts: FunctionFacts,
): Promise<Finding[]> {
  const { code, reason, remedy } = toProxyError(error);
  const text = `clients would get a ${failureOf(code).status} page (${code}): ${reason}`;
  const ofClient = causesOf(error).map((cause) => clientCertificateFailure(cause, config));
  const clientFinding = ofClient.find((each) => each !== undefined);
  if (clientFinding !== undefined) return [clientFinding];
  if (mayBeTls.has(code)) {
    const found = await tlsPortFinding(config, code);
    if (found !== undefined) return [found];
  }
  if (code === 'response_malformed') {
    const found = await lenientFinding(config, target, text, facts);
    if (found !== undefined) return [found];
  }
  if (mayBeOther.has(code)) {
    const found = await otherProtocolFinding(config);
    if (found !== undefined) return [found];
  }
  if (code === 'connection_terminated') {
    const found = await refusedAfterHandshake(config);
    if (found !== undefined) return [found];
  }
  if (code === 'connection_terminated') {
    const [found] = await hostFindings(undefined, config, target, tls, facts);
    if (found !== undefined) return [{ ...found, level: 'failure', text: `${text}; ${found.text}` }];
  }
  const kind = codeByFailure.find(([pattern]) => pattern.test(code))?.[1] ?? 'request_failed';
  // Streamed, up to 200 MB pass; PAYLOAD_QUOTA applies there too.
  const mayStream = code === 'response_too_large' && config.payloadQuota === undefined && facts.streams !== true;
  const name =
    code === 'connection_terminated'
      ? `; some servers hang up on a name that they do not know: set ${namedSite(config)}`
      : '';
  return [
    finding(kind, text, {
      ...(kind === 'certificate_refused'
        ? { remedy: refusedRemedy(tls) }
        : remedy === undefined
          ? {}
          : { remedy: `${remedy}${name}` }),
      ...(mayStream ? { set: { InvokeMode: 'RESPONSE_STREAM' } } : {}),
    }),
  ];
}
