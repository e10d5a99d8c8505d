import type { Plugin } from 'esbuild';

/** Replaces a module that is part of the graph and has nothing to do in it. */
export interface StandIn {
  /** End of the module's path below node_modules. */
  readonly module: string;
  /** Why it is not needed. */
  readonly because: string;
  readonly contents: string;
}

const off = (what: string) => `throw new Error(${JSON.stringify(`${what} is not part of this build`)});`;

/**
 * Parts of got that the options in src/backend/got-client.ts switch off, and that cost a cold start much: they would load
 * http2, zlib and crypto, and be a fifth of the entry. A stand-in that runs throws an error with its name; then take its
 * line out here. The diagnostics channels cannot throw, because they are called.
 */
export const standIns: readonly StandIn[] = [
  {
    module: 'got/dist/source/core/utils/http2-client.js',
    because: 'got speaks HTTP/2 only with `http2: true`',
    contents: `export default { auto() { ${off("got's HTTP/2 client")} } };`,
  },
  {
    module: 'got/dist/source/core/utils/decompress-response.js',
    because: '`decompress: false`: a body passes in the content coding that it has',
    contents: `export default () => { ${off("got's decompression")} };`,
  },
  {
    module: 'cacheable-request/dist/index.js',
    because: 'got caches only with `cache`; caching is left to clients and CDNs',
    contents: `export default class { constructor() { ${off("got's cache")} } }\nexport class CacheError extends Error {}`,
  },
  {
    module: 'got/dist/source/core/diagnostics-channel.js',
    because: 'nobody subscribes to these channels, and each request would need a random number of WebCrypto for them',
    contents: ['Create', 'Start']
      .map((event) => `export const publishRequest${event} = () => {};`)
      .concat(
        ['ResponseStart', 'ResponseEnd', 'Retry', 'Error', 'Redirect'].map(
          (e) => `export const publish${e} = () => {};`,
        ),
      )
      .concat("export const generateRequestId = () => '';")
      .join('\n'),
  },
];

/** Puts {@link standIns} in place; fails when one is not in the graph any more, as after an update of got. */
export const standInsFor = (list: readonly StandIn[]): Plugin => ({
  name: 'stand-ins',
  setup({ onLoad, onEnd, onStart }) {
    const seen = new Set<StandIn>();
    onStart(() => seen.clear());
    onLoad({ filter: /[\\/]node_modules[\\/]/ }, ({ path }) => {
      const found = list.find(({ module }) => path.replaceAll('\\', '/').endsWith(`/node_modules/${module}`));
      if (found === undefined) return undefined;
      seen.add(found);
      return { contents: found.contents };
    });
    onEnd(() => ({
      errors: list
        .filter((standIn) => !seen.has(standIn))
        .map(({ module }) => ({
          text: `${module} is not in the graph any more; take its stand-in out of build/stand-ins.ts`,
        })),
    }));
  },
});
