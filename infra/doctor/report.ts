/** Severity of a finding: fine, worth knowing, worth fixing, or an error page for clients. */
type Level = 'ok' | 'note' | 'warning' | 'failure';

/** The step at which the check stops; also the exit code of `npm run doctor`. */
export const exitCodes = { healthy: 0, usage: 2, nameLookup: 3, connection: 4, tls: 5, http: 6, size: 7 } as const;

/** Meanings of the exit codes, for the documentation. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  healthy: 'The function can serve this backend; there may be warnings',
  usage: 'The command line or a setting is wrong',
  nameLookup: 'The name lookup fails',
  connection: 'No connection',
  tls: 'No TLS, or a certificate that the settings do not accept',
  http: 'No valid response, or none before the timeout',
  size: 'The response is too large for the front door',
};

/** One sentence on one subject, and the parameters that remedy it. */
export interface Finding {
  readonly check: 'name lookup' | 'connection' | 'tls' | 'http' | 'keep-alive' | 'size' | 'time';
  readonly level: Level;
  readonly text: string;
  /** Parameters of the stack to set, e.g. `{ RemoteTls: 'sha256:…' }`. */
  readonly set?: Readonly<Record<string, string>>;
}

/** The parts of a certificate that a person compares. */
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

/** Facts about the TLS connection. */
export interface TlsFacts {
  readonly protocol: string | null;
  readonly cipher: string;
  /** The backend's certificate first, its authorities after it. */
  readonly chain: readonly CertificateFacts[];
  /** OpenSSL's or Node's code when the certificate is not trusted. */
  readonly problem: string | undefined;
}

/** Facts about the response to a GET. Times in milliseconds, sizes in bytes. */
export interface HttpFacts {
  readonly status: number;
  readonly httpVersion: string | undefined;
  readonly contentType: string | undefined;
  readonly location: string | undefined;
  readonly firstByteMs: number | undefined;
  readonly totalMs: number;
  readonly bodyBytes: number;
  /** Size of the response as Lambda serialises it, as JSON. */
  readonly responseBytes: number;
  readonly limitBytes: number;
  /** True when the second request used the same connection. */
  readonly keptAlive: boolean;
}

/** The results of a check. */
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

/** Returns the text lines for a certificate. */
export const certificateLines = ({ subject, issuer, names, validFrom, validTo, fingerprint }: CertificateFacts) => [
  `subject   ${subject}`,
  `issuer    ${issuer === subject ? 'itself (self-signed)' : issuer}`,
  ...(names === undefined ? [] : [`names     ${names}`]),
  `valid     ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`,
  `sha256    ${fingerprint}`,
];

/** Returns the report as text. */
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
