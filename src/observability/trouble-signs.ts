import type { Exchange } from '../types.ts';

/**
 * Returns whether the exchange may show that the application and the proxy are not set up for one another. Cheap: nearly
 * every request has none of the signs, and only for the others the rest is loaded.
 */
export function mayShowTrouble({ backendReport, lostCookieDomain }: Exchange): boolean {
  const status = backendReport?.statusCode ?? 0;
  if (status < 300) return lostCookieDomain !== undefined;
  return (status < 400 && status !== 304) || status === 401 || status === 403 || lostCookieDomain !== undefined;
}
