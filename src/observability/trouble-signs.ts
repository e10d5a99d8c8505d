import type { Exchange } from '../types.ts';

/** Statuses of a log-in that is asked for, and of a form that is refused: 419 is Laravel's, 422 Rails'. */
const refusals = new Set([401, 403, 419, 422]);

/**
 * Returns whether the exchange may show that the application and the proxy are not set up for one another. Cheap: nearly
 * every request has none of the signs, and only for the others the rest is loaded.
 */
export function mayShowTrouble({ backendReport, lostCookieDomain }: Exchange): boolean {
  const status = backendReport?.statusCode ?? 0;
  if (status < 300) return lostCookieDomain !== undefined;
  return (status < 400 && status !== 304) || refusals.has(status) || lostCookieDomain !== undefined;
}
