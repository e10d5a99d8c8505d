import { connect } from '../../src/backend/connections.ts';
import type { Config } from '../../src/config/config.ts';
import { inspectCertificate } from './certificate.ts';
import { exchangeWith } from './exchange.ts';
import { lookUp, reach } from './reach.ts';
import { exitCodes, type Report } from './report.ts';

/** Timeout in milliseconds for a connection and for a handshake; the requests use REQUEST_TIMEOUT. */
const stepTimeoutMs = 5000;

/**
 * Checks a backend step by step with the function's own code: name, connection, TLS, two requests. It stops
 * at the first step that rules out the next.
 *
 * @param config the settings that the function would have
 * @param path request path below the base path of REMOTE_URL
 */
export async function examine(config: Config, path = '/'): Promise<Report> {
  const { connectTo, remoteUrl } = config;
  let report: Report = {
    backend: `${remoteUrl.protocol}//${remoteUrl.authority}`,
    findings: [],
    exitCode: exitCodes.healthy,
  };
  const add = ({ findings, ...facts }: Partial<Report>) => {
    report = { ...report, ...facts, findings: [...report.findings, ...(findings ?? [])] };
  };
  const timeoutMs = Math.min(stepTimeoutMs, config.requestTimeoutMs);

  const found = await lookUp(connectTo);
  add({ ...found.facts, findings: found.findings });
  if (found.facts === undefined) return { ...report, exitCode: exitCodes.nameLookup };

  const reached = await reach(connectTo, timeoutMs);
  add({ ...reached.facts, findings: reached.findings });
  if (reached.facts === undefined) return { ...report, exitCode: exitCodes.connection };

  const connections = connect(config, { onUntrusted: () => undefined, onEnding: () => undefined });
  try {
    if (remoteUrl.protocol === 'https:') {
      const { servername = '' } = connections.options as { servername?: string };
      const seen = await inspectCertificate(config, servername, timeoutMs);
      add({ ...(seen.facts && { tls: seen.facts }), findings: seen.findings });
      if (seen.facts === undefined) return { ...report, exitCode: exitCodes.tls };
    }
    const answered = await exchangeWith(config, connections, path);
    add({ ...(answered.facts && { http: answered.facts }), findings: answered.findings });
    return { ...report, exitCode: answered.exitCode };
  } finally {
    connections.close();
  }
}
