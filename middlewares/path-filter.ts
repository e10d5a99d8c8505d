import type { MiddlewareObj, Request } from '@middy/core';
import { checkPaths } from '../src/http/path-filter/check-paths.ts';
import { addressedPaths } from '../src/http/request/destination.ts';
import { publicOrigins } from '../src/http/request/public-origin.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/**
 * Refuses filtered paths with 403, in every way that a backend could read them, and paths that climb out of REMOTE_URL's
 * base path with 400. WebDAV's Destination is tested too. Paths that pass are forwarded as received.
 */
export function pathFilter(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const pathFilterBefore = ({ event, context }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { config } = context;
    if (config.filteredPaths.length === 0 && config.remoteUrl.basePath === '') return;
    const prefixes = publicOrigins(event, config).map(({ prefix }) => prefix);
    checkPaths(addressedPaths(event, config.remoteUrl, prefixes), config);
  };
  return { before: pathFilterBefore };
}
