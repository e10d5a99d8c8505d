import type { MiddlewareObj, Request } from '@middy/core';
import type { Config } from '../src/config/config.ts';
import { ProxyError } from '../src/failures.ts';
import { pathFilter as compile } from '../src/http/path-filter/path-filter.ts';
import { pathReadings } from '../src/http/path-filter/path-readings.ts';
import { addressedPaths } from '../src/http/request/destination.ts';
import { publicOrigins } from '../src/http/request/public-origin.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/** Throws when a path is covered by the filter or leaves the base path. */
function checkPath(path: string, { remoteUrl: { basePath } }: Config, isFiltered: ReturnType<typeof compile>): void {
  const readings = pathReadings(path);
  // Stryker disable next-line ConditionalExpression,StringLiteral: without a base path both have the same readings.
  if (isFiltered(readings) || (basePath !== '' && isFiltered(pathReadings(`${basePath}${path}`)))) {
    throw new ProxyError('path_filtered', { reason: 'the path is covered by FILTERED_PATH' });
  }
  if (readings.bottomless) throw new ProxyError('bad_request', { reason: 'the path is encoded too many times over' });
  if (basePath !== '' && readings.climbs) {
    throw new ProxyError('bad_request', { reason: "the path climbs out of REMOTE_URL's base path" });
  }
}

/**
 * Refuses filtered paths with 403, in every way that a backend could read them, and paths that climb out of REMOTE_URL's
 * base path with 400. WebDAV's Destination is tested too. Paths that pass are forwarded as received.
 */
export function pathFilter(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const filters = new WeakMap<Config, ReturnType<typeof compile>>();

  const filterFor = (config: Config) => {
    const filter = filters.get(config) ?? compile(config.filteredPaths);
    // Stryker disable next-line CallExpression: keeping the filter only saves compiling it for every request.
    filters.set(config, filter);
    return filter;
  };

  const pathFilterBefore = ({ event, context }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { config } = context;
    if (config.filteredPaths.length === 0 && config.remoteUrl.basePath === '') return;
    const prefixes = publicOrigins(event, config).map(({ prefix }) => prefix);
    for (const path of addressedPaths(event, config.remoteUrl, prefixes)) checkPath(path, config, filterFor(config));
  };
  return { before: pathFilterBefore };
}
