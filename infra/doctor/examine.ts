import type { Config } from '../../src/config/config.ts';
import { inspectCertificate } from './certificate.ts';
import { examineHttp } from './http.ts';
import { lookUp, reach } from './reach.ts';
import { exitCodeOf, type Report } from './report.ts';
import type { FunctionFacts } from './site.ts';
import { serverName } from './variants.ts';

/** Timeout in milliseconds for a connection and for a handshake; the requests use REQUEST_TIMEOUT. */
const stepTimeoutMs = 5000;

/**
 * Checks a backend step by step with the function's own code: name, connection, TLS, a page as a browser opens it. It
 * stops at the first step that rules out the next.
 *
 * @param config the settings that the function would have
 * @param path request path below the base path of REMOTE_URL
 * @param facts of the function beside its settings
 */
export async function examine(config: Config, path = '/', facts: FunctionFacts = {}): Promise<Report> {
  const { connectTo, remoteUrl } = config;
  let report: Omit<Report, 'exitCode'> = { backend: `${remoteUrl.protocol}//${remoteUrl.authority}`, findings: [] };
  const add = ({ findings, ...found }: Partial<Report>) => {
    report = { ...report, ...found, findings: [...report.findings, ...(findings ?? [])] };
  };
  const done = (): Report => ({ ...report, exitCode: exitCodeOf(report.findings) });
  const timeoutMs = Math.min(stepTimeoutMs, config.requestTimeoutMs);

  const found = await lookUp(connectTo, facts.inVpc === true);
  add({ ...found.facts, findings: found.findings });
  if (found.facts === undefined) return done();

  const reached = await reach(connectTo, timeoutMs);
  add({ ...reached.facts, findings: reached.findings });
  if (reached.facts === undefined) return done();

  if (remoteUrl.protocol === 'https:') {
    const seen = await inspectCertificate(config, serverName(config), timeoutMs);
    add({ ...(seen.facts && { tls: seen.facts }), findings: seen.findings });
    if (seen.facts === undefined) return done();
  }
  add(await examineHttp(config, path, { addresses: found.facts.addresses, tls: report.tls }, facts));
  return done();
}
