import type { ProxyRequest } from '../../types.ts';

/**
 * What stands in every path that `maskUrl` changes: userinfo and parameters, as they are or percent-encoded, the session
 * of ASP.NET, or a dozen characters that are no lower-case word.
 */
const secretInPath = /[@=:]|%(?:25|3[ABDabd]|40)|\([A-Z]\(|(?=[a-z]{0,11}[A-Z\d_])\w{12}/;

/** The same for a user agent, which has colons in the addresses of robots. */
const secretInUserAgent = /[@=]|\b(?:bearer|basic|token)\s|\w:\s|(?=[a-z]{0,15}[A-Z\d_])\w{16}/i;

/** True for a path that may hold a credential, as in `/page;jsessionid=…`; most paths do not. */
export const pathMayHoldSecret = (rawPath: string): boolean => secretInPath.test(rawPath);

/** Parts of a request as the access line shows them. */
export interface AccessValues {
  readonly path: string | undefined;
  readonly userAgent: string | undefined;
}

/** Kept: an import() of a module that is loaded costs more than what the rules do. */
let loading: Promise<typeof import('./redaction.ts')> | undefined;

/**
 * Path and user agent with their secrets masked. The rules are loaded with the first request that they may apply to, so
 * that other requests pay for two short tests.
 *
 * @param request undefined when the request could not be read
 */
export async function accessValues(request: ProxyRequest | undefined): Promise<AccessValues> {
  const path = request?.rawPath;
  const userAgent = [request?.headers['user-agent'] ?? []].flat()[0];
  const isPathPlain = path === undefined || !pathMayHoldSecret(path);
  const isAgentPlain = userAgent === undefined || !secretInUserAgent.test(userAgent);
  if (isPathPlain && isAgentPlain) return { path, userAgent };
  loading ??= import('./redaction.ts');
  const { maskHarmlessText, maskUrl } = await loading;
  return {
    path: isPathPlain ? path : maskUrl(path),
    userAgent: isAgentPlain ? userAgent : maskHarmlessText(userAgent),
  };
}
