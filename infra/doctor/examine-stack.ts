import type { Deployed } from './deployed.ts';
import { examine } from './examine.ts';
import { examinePublicUrl } from './public-url.ts';
import { exitCodeOf, type Report } from './report.ts';

/** Steps that this machine may fail although the function does not: it may be in another network. */
const ofTheNetwork = new Set(['name lookup', 'connection']);

/**
 * Checks the backend of a deployed stack from this machine, and the public URL.
 *
 * @param deployed the function, its settings and its URL
 * @param path page to open
 */
export async function examineStack({ config, facts, publicUrl }: Deployed, path: string): Promise<Report> {
  const report = await examine(config, path, facts);
  if (publicUrl === undefined) return report;
  const directly = report.redirects?.[0]?.status ?? report.http?.status;
  const through = await examinePublicUrl(publicUrl, path, directly);
  const isServed = exitCodeOf(through.findings) === 0;
  const direct = report.findings.map((found) =>
    isServed && found.level === 'failure' && ofTheNetwork.has(found.check)
      ? { ...found, level: 'note' as const, text: `from this machine: ${found.text}; the function reaches it` }
      : found,
  );
  const findings = [...direct, ...through.findings];
  return { ...report, public: through.public, findings, exitCode: exitCodeOf(findings) };
}
