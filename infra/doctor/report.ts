/** How much a finding matters: nothing wrong, worth knowing, worth mending, or no answer for a client. */
type Level = 'ok' | 'note' | 'warning' | 'failure';

/** What a look at the backend stops at; also the exit code of `npm run doctor`. */
export const exitCodes = { healthy: 0, usage: 2, nameLookup: 3, connection: 4, tls: 5, http: 6, size: 7 } as const;

/** What each means, as the documentation tells it. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  healthy: 'The function can serve this backend; there may be warnings',
  usage: 'The command line or a setting is wrong',
  nameLookup: 'The name cannot be looked up',
  connection: 'No connection',
  tls: 'No TLS, or a certificate that the settings do not accept',
  http: 'No valid response, or none in time',
  size: 'The response is too large to reach a client',
};

/** One sentence on one subject, and the parameters that would help. */
export interface Finding {
  readonly check: 'name lookup' | 'connection' | 'tls' | 'http' | 'keep-alive' | 'size' | 'time';
  readonly level: Level;
  readonly text: string;
  /** Parameters of the stack to set, e.g. `{ RemoteTls: 'sha256:…' }`. */
  readonly set?: Readonly<Record<string, string>>;
}

/** A certificate, as a person compares it. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly names: string | undefined;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  /** SHA-256, as REMOTE_TLS takes it. */
  readonly fingerprint: string;
}

/** What TLS looks like. */
export interface TlsFacts {
  readonly protocol: string | null;
  readonly cipher: string;
  /** The backend's certificate first, its authorities after it. */
  readonly chain: readonly CertificateFacts[];
  /** OpenSSL's or Node's code when no trusted authority vouches for the certificate. */
  readonly problem: string | undefined;
}

/** What the function would get for a GET. Times in milliseconds, sizes in bytes. */
export interface HttpFacts {
  readonly status: number;
  readonly httpVersion: string | undefined;
  readonly contentType: string | undefined;
  readonly location: string | undefined;
  readonly firstByteMs: number | undefined;
  readonly totalMs: number;
  readonly bodyBytes: number;
  /** Of the answer as Lambda would hand it over, as JSON. */
  readonly responseBytes: number;
  readonly limitBytes: number;
  /** Whether a second request travelled on the same connection. */
  readonly keptAlive: boolean;
}

/** All that was found. */
export interface Report {
  /** Protocol, host and port; no password, no path. */
  readonly backend: string;
  readonly addresses?: readonly string[];
  readonly lookupMs?: number;
  readonly connectMs?: number;
  readonly tls?: TlsFacts;
  readonly http?: HttpFacts;
  readonly findings: readonly Finding[];
  readonly exitCode: number;
}

const marks: Readonly<Record<Level, string>> = { ok: 'ok  ', note: 'note', warning: 'WARN', failure: 'FAIL' };

/** A certificate in lines. */
export const certificateLines = ({ subject, issuer, names, validFrom, validTo, fingerprint }: CertificateFacts) => [
  `subject   ${subject}`,
  `issuer    ${issuer === subject ? 'itself (self-signed)' : issuer}`,
  ...(names === undefined ? [] : [`names     ${names}`]),
  `valid     ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`,
  `sha256    ${fingerprint}`,
];

/** The report for a person. */
export function reportText({ backend, tls, findings, exitCode }: Report): string {
  const lines = findings.map(({ check, level, text }) => `  ${marks[level]}  ${check.padEnd(11)}  ${text}`);
  const [certificate] = tls?.chain ?? [];
  if (certificate !== undefined) {
    const after = findings.findLastIndex(({ check }) => check === 'tls') + 1;
    lines.splice(after, 0, ...certificateLines(certificate).map((line) => `                     ${line}`));
  }
  const advice = Object.entries(Object.assign({}, ...findings.map(({ set }) => set)) as Record<string, string>);
  const set = advice.length === 0 ? [] : ['', '  Set', ...advice.map(([name, value]) => `    ${name}=${value}`)];
  const verdict =
    exitCode === exitCodes.healthy ? 'The function can serve this backend.' : 'Clients would get an error page.';
  return ['', `  Backend  ${backend}`, '', ...lines, ...set, '', `  ${verdict}`, ''].join('\n');
}
