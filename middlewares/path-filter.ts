import type { MiddlewareObj, Request } from '@middy/core';
import type { Config } from '../src/config.ts';
import { ProxyError } from '../src/errors.ts';
import { pathFilter as compile, pathReadings } from '../src/http/path-readings.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/**
 * Refuses filtered paths with 403, whichever way a backend could read them, and paths that climb out of REMOTE_URL's
 * base path with 400. What passes is forwarded as it was received.
 */
export function pathFilter(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const filters = new WeakMap<Config, ReturnType<typeof compile>>();

  const filterFor = (config: Config) => {
    const filter = filters.get(config) ?? compile(config.filteredPaths);
    filters.set(config, filter);
    return filter;
  };

  const pathFilterBefore = ({ event, context }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { filteredPaths, origin } = context.config;
    if (filteredPaths.length === 0 && origin.basePath === '') return;
    const readings = pathReadings(event.rawPath);
    const joined = origin.basePath === '' ? readings : pathReadings(`${origin.basePath}${event.rawPath}`);
    const isFiltered = filterFor(context.config);
    if (isFiltered(readings) || isFiltered(joined)) {
      throw new ProxyError('path_filtered', { reason: 'the path is covered by FILTERED_PATH' });
    }
    if (readings.bottomless) throw new ProxyError('bad_request', { reason: 'the path is encoded too many times over' });
    if (origin.basePath !== '' && readings.climbs) {
      throw new ProxyError('bad_request', { reason: "the path climbs out of REMOTE_URL's base path" });
    }
  };
  return { before: pathFilterBefore };
}
