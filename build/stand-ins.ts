import type { Plugin } from 'esbuild';

/** What stands in for a module that is part of the graph and never runs. */
export interface StandIn {
  /** End of the module's path below node_modules. */
  readonly module: string;
  /** Why it never runs. */
  readonly because: string;
  readonly contents: string;
}

const off = (what: string) => `throw new Error(${JSON.stringify(`${what} is not part of this build`)});`;

/**
 * Parts of got that the proxy's client has switched off (src/backend/attempt.ts), and what else never runs. They would be a
 * quarter of the bundle and load http2, zlib, dns and crypto. Whoever switches one on gets an error that names it, but for the two
 * whose contents say nothing of it, and takes its line out here.
 */
export const standIns: readonly StandIn[] = [
  {
    module: 'got/dist/source/core/utils/http2-client.js',
    because: 'got speaks HTTP/2 only with `http2: true`',
    contents: `export default { auto() { ${off("got's HTTP/2 client")} } };`,
  },
  {
    module: 'got/dist/source/core/utils/dns-cache.js',
    because: 'got keeps addresses only with `dnsCache`; what Node resolves is right at any time',
    contents: `export default class { constructor() { ${off("got's DNS cache")} } }`,
  },
  {
    module: 'got/dist/source/core/utils/decompress-response.js',
    because: '`decompress: false`: a body passes in the coding that it came in',
    contents: `export default () => { ${off("got's decompression")} };`,
  },
  {
    module: 'got/dist/source/as-promise/index.js',
    because: 'the client only streams',
    contents: `export default () => { ${off("got's promise")} };`,
  },
  {
    module: 'got/dist/source/core/calculate-retry-delay.js',
    because: '`retry: { limit: 0 }`: what may be asked again is for the core to decide',
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
      'the URL that the client is given has no user and password, and three times a request got would take them out',
    contents: 'export default String;',
  },
  {
    module: '@aws-lambda-powertools/commons/lib/esm/awsSdkUtils.js',
    because: 'Powertools is given no client of the AWS SDK whose User-Agent it could add its name to',
    contents: [
      'export const isSdkClient = () => false;',
      'export const customUserAgentMiddleware = () => (next) => next;',
      'export const addUserAgentMiddleware = () => {};',
    ].join('\n'),
  },
  {
    module: 'cacheable-request/dist/index.js',
    because: 'got caches only with `cache`; what may be cached is for the client and for CDNs to say',
    contents: `export default class { constructor() { ${off("got's cache")} } }\nexport class CacheError extends Error {}`,
  },
  {
    module: 'got/dist/source/core/diagnostics-channel.js',
    because: 'nobody listens to these channels, and each request would get a random number of WebCrypto for them',
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
