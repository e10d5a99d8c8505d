import type { MiddlewareObj, Request } from '@middy/core';
import { addressedPaths } from '../src/http/request/destination.ts';
import { publicOrigins } from '../src/http/request/public-origin.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

type Step = Request<ProxyRequest, ProxyResponse, Error, ProxyContext>;
type CheckPaths = typeof import('../src/http/path-filter/check-paths.ts').checkPaths;

/**
 * Refuses filtered paths with 403, in every way that a backend could read them, and paths that climb out of REMOTE_URL's
 * base path with 400. WebDAV's Destination is tested too. Paths that pass are forwarded as received.
 */
export function pathFilter(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  // Kept: each import() costs as much as all that is checked here, also of a module that is loaded.
  let checkPaths: CheckPaths | undefined;

  const check = (checkLoaded: CheckPaths, { event, context: { config } }: Step) => {
    const prefixes = publicOrigins(event, config).map(({ prefix }) => prefix);
    checkLoaded(addressedPaths(event, config.remoteUrl, prefixes), config);
  };

  const pathFilterBefore = (request: Step) => {
    const { filteredPaths, remoteUrl } = request.context.config;
    if (filteredPaths.length === 0 && remoteUrl.basePath === '') return undefined;
    if (checkPaths !== undefined) return check(checkPaths, request);
    // Loaded with the first path that is checked: without FILTERED_PATH and a base path there is none.
    return import('../src/http/path-filter/check-paths.ts').then((loaded) => {
      checkPaths = loaded.checkPaths;
      check(checkPaths, request);
    });
  };
  return { before: pathFilterBefore };
}
