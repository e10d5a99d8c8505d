import type { Check, Finding, Level } from './catalogue.ts';
import { placeholderHost } from './words.ts';

/** The step that fails first; also the exit code of `npm run doctor`. */
export const exitCodes = {
  healthy: 0,
  usage: 2,
  nameLookup: 3,
  connection: 4,
  tls: 5,
  http: 6,
  size: 7,
  publicUrl: 8,
} as const;

/** Meanings of the exit codes, for the documentation. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  healthy: 'The function can serve this backend; there may be warnings',
  usage: 'The command line or a setting is wrong',
  nameLookup: 'The name lookup fails',
  connection: 'No connection',
  tls: 'No TLS, or a certificate that the settings do not accept',
  http: 'No valid response, none before the timeout, or one that browsers cannot use: an endless redirect, NTLM',
  size: 'The response is too large for the front door',
  publicUrl: 'The public URL of the stack does not respond as it should',
};

const exitCodeOfCheck: Readonly<Record<Check, number>> = {
  'name lookup': exitCodes.nameLookup,
  connection: exitCodes.connection,
  tls: exitCodes.tls,
  http: exitCodes.http,
  'keep-alive': exitCodes.http,
  time: exitCodes.http,
  size: exitCodes.size,
  'public url': exitCodes.publicUrl,
};

/** Returns the exit code for findings: that of the first failure. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const failure = findings.find(({ level }) => level === 'failure');
  return failure === undefined ? exitCodes.healthy : exitCodeOfCheck[failure.check];
}

/** The parts of a certificate that a person compares. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly names: string | undefined;
  /** For example `RSA 2048` or `EC P-256`. */
  readonly key: string | undefined;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  /** Whole days to its end; negative when it has ended. */
  readonly daysLeft: number;
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

/** Facts about the response to a GET, the last one after redirects. Times in milliseconds, sizes in bytes. */
export interface HttpFacts {
  readonly status: number;
  readonly httpVersion: string | undefined;
  readonly contentType: string | undefined;
  /** Where it redirects to, as a browser gets it. */
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

/** One redirect that was followed. */
export interface Redirect {
  readonly path: string;
  readonly status: number;
  /** As the backend sent it. */
  readonly location: string;
}

/** Facts about the public URL of a stack. */
export interface PublicFacts {
  readonly url: string;
  readonly status: number | undefined;
  /** The proxy's failure code, when the response is one of its error pages. */
  readonly failure: string | undefined;
}

/** The results of a check. */
export interface Report {
  /** Protocol, host and port; no password, no path. */
  readonly backend: string;
  readonly addresses?: readonly string[];
  readonly lookupMs?: number;
  readonly connectMs?: number;
  readonly tls?: TlsFacts;
  readonly redirects?: readonly Redirect[];
  readonly http?: HttpFacts;
  readonly public?: PublicFacts;
  readonly findings: readonly Finding[];
  readonly exitCode: number;
}

const marks: Readonly<Record<Level, string>> = { ok: 'ok  ', note: 'note', warning: 'WARN', failure: 'FAIL' };

/** Returns the text lines for a certificate. */
export const certificateLines = ({
  subject,
  issuer,
  names,
  key,
  validFrom,
  validTo,
  fingerprint,
}: CertificateFacts) => [
  `subject   ${subject}`,
  `issuer    ${issuer === subject ? 'itself (self-signed)' : issuer}`,
  ...(names === undefined ? [] : [`names     ${names}`]),
  ...(key === undefined ? [] : [`key       ${key}`]),
  `valid     ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`,
  `sha256    ${fingerprint}`,
];

const indented = (lines: readonly string[]) => lines.map((line) => `                     ${line}`);

/** Returns a finding as text: what was seen, and for a problem what users see and what to do. */
function findingLines({ check, level, text, users, remedy }: Finding): string[] {
  const line = `  ${marks[level]}  ${check.padEnd(11)}  ${text}`;
  if (level === 'ok') return [line];
  const details = [
    ...(users === undefined ? [] : [`users see  ${users}`]),
    ...(remedy === undefined ? [] : [`remedy     ${remedy}`]),
  ];
  return [line, ...indented(details)];
}

/** Returns the report as text. */
export function reportText({ backend, tls, public: publicFacts, findings, exitCode }: Report): string {
  const [certificate] = tls?.chain ?? [];
  const lastOfTls = findings.findLastIndex(({ check }) => check === 'tls');
  const lines = findings.flatMap((each, index) => [
    ...findingLines(each),
    ...(index === lastOfTls && certificate !== undefined ? indented(certificateLines(certificate)) : []),
  ]);
  const advice = Object.entries(Object.assign({}, ...findings.map(({ set }) => set)) as Record<string, string>);
  const set = advice.length === 0 ? [] : ['', '  Set', ...advice.map(([name, value]) => `    ${name}=${value}`)];
  const verdict =
    exitCode === exitCodes.healthy ? 'The function can serve this backend.' : 'Clients would get an error page.';
  const isUnknown = findings.some(({ text, remedy = '' }) => `${text} ${remedy}`.includes(placeholderHost));
  const host = isUnknown ? ['', `  ${placeholderHost} stands for the public host; --public-host NAME gives it.`] : [];
  const url = publicFacts === undefined ? [] : [`  Public   ${publicFacts.url}`];
  return ['', `  Backend  ${backend}`, ...url, '', ...lines, ...set, ...host, '', `  ${verdict}`, ''].join('\n');
}
