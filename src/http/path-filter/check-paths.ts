import type { Config } from '../../config/config.ts';
import { ProxyError } from '../../failures.ts';
import { pathFilter } from './path-filter.ts';
import { pathReadings } from './path-readings.ts';

type Filter = ReturnType<typeof pathFilter>;

const filters = new WeakMap<Config, Filter>();

function filterFor(config: Config): Filter {
  const filter = filters.get(config) ?? pathFilter(config.filteredPaths);
  // Stryker disable next-line CallExpression: keeping the filter only saves compiling it for every request.
  filters.set(config, filter);
  return filter;
}

function checkPath(path: string, { remoteUrl: { basePath } }: Config, isFiltered: Filter): void {
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
 * Checks paths in every way that a backend could read them.
 *
 * @param paths as the client wrote them, percent-encoding kept
 * @param config with FILTERED_PATH and the base path of REMOTE_URL
 * @throws {ProxyError} `path_filtered` for a path that the filter covers, `bad_request` for one that leaves the base path
 *   or is encoded too many times over
 */
export function checkPaths(paths: Iterable<string>, config: Config): void {
  const isFiltered = filterFor(config);
  for (const path of paths) checkPath(path, config, isFiltered);
}
