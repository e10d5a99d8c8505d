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
 * Parts of got that the options in src/backend/got-client.ts switch off, and other modules that never run. They would be
 * a quarter of the bundle and load http2, zlib, dns and crypto. A stand-in that runs throws an error with its name; then
 * take its line out here. Three cannot throw, because they are called and have no effect: the user and password of the
 * URL, the User-Agent of the AWS SDK, and the diagnostics channels.
 */
export const standIns: readonly StandIn[] = [
  {
    module: 'got/dist/source/core/utils/http2-client.js',
    because: 'got speaks HTTP/2 only with `http2: true`',
    contents: `export default { auto() { ${off("got's HTTP/2 client")} } };`,
  },
  {
    module: 'got/dist/source/core/utils/dns-cache.js',
    because: 'got caches addresses only with `dnsCache`',
    contents: `export default class { constructor() { ${off("got's DNS cache")} } }`,
  },
  {
    module: 'got/dist/source/core/utils/decompress-response.js',
    because: '`decompress: false`: a body passes in the content coding that it has',
    contents: `export default () => { ${off("got's decompression")} };`,
  },
  {
    module: 'got/dist/source/as-promise/index.js',
    because: 'the client only streams',
    contents: `export default () => { ${off("got's promise")} };`,
  },
  {
    module: 'got/dist/source/core/calculate-retry-delay.js',
    because: '`retry: { limit: 0 }`: src/backend/forward.ts decides what may be sent again',
    contents: `export default () => { ${off("got's retry")} };`,
  },
  {
    module: 'got/dist/source/core/parse-link-header.js',
    because: 'got follows pages only with `paginate`',
    contents: `export default () => { ${off("got's pagination")} };`,
  },
  {
    module: 'got/dist/source/core/utils/strip-url-auth.js',
    because:
      'the URL that got is given has no user and password, and got would remove them three times for each request',
    contents: 'export default String;',
  },
  {
    module: '@aws-lambda-powertools/commons/lib/esm/awsSdkUtils.js',
    because: 'Powertools is given no client of the AWS SDK to add its name to',
    contents: [
      'export const isSdkClient = () => false;',
      'export const customUserAgentMiddleware = () => (next) => next;',
      'export const addUserAgentMiddleware = () => {};',
    ].join('\n'),
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
