import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ProxyError } from '../../../src/failures.ts';
import { forwardableRequestHeaders } from '../../../src/http/request/request-headers.ts';
import type { HeaderFields } from '../../../src/types.ts';

const kept = (headers: HeaderFields, trustForwarded = false, only?: ReadonlySet<string>) =>
  Object.entries(forwardableRequestHeaders(headers, { trustForwarded, only }));

/** Names that are forwarded. */
const namesKept = (names: readonly string[], rules: { trustForwarded: boolean; clientIpHeader?: string }) =>
  Object.keys(forwardableRequestHeaders(Object.fromEntries(names.map((name) => [name, '1'])), rules));

/** Kept apart from the code's own lists on purpose: what is missing there must be seen here. */
const hopByHop = ['connection', 'proxy-connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
const proxyOnly = ['proxy-authenticate', 'proxy-authorization', 'proxy-authentication-info', 'http2-settings', 'proxy'];
const paths = ['x-original-url', 'x-original-uri', 'x-rewrite-url', 'x-envoy-original-path', 'x-forwarded-path'];
const parts = ['x-forwarded-prefix', 'x-forwarded-uri', 'x-forwarded-method'];
const ours = ['host', 'content-length', 'expect', ...paths, ...parts];
/** Names that give the public host, the scheme or the client's certificate: a trusted proxy's pass. */
const identity = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-forwarded-scheme',
  'x-forwarded-proto-version',
  'x-forwarded-user',
  'x-forwarded-client-cert',
  'x-forwarded',
  'forwarded-proto',
  'forwarded-host',
  'x-forward-proto',
  'x-host',
  'x-http-host-override',
  'x-host-override',
  'x-original-host',
  'x-original-proto',
  'x-backend-host',
  'disguised-host',
  'front-end-https',
  'https',
  'x-https',
  'x-scheme',
  'x-url-scheme',
  'x-proxied-https',
  'x-proxyhost',
  'x-arr-ssl',
  'cloudfront-forwarded-proto',
  'cf-visitor',
  'wl-proxy-ssl',
  'proxy-host',
  'ssl-client-cert',
  'ssl-offloaded',
  'x-ssl-client-verify',
  'client-cert',
  'client-cert-chain',
  'x-arr-clientcert',
  'x-envoy-internal',
];
/** Names that give the client's address: one passes when it is trusted and CLIENT_IP_HEADER names it. */
const addresses = [
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-pseudo-ipv4',
  'client-ip',
  'proxy-client-ip',
  'wl-proxy-client-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'incap-client-ip',
  'do-connecting-ip',
  'ali-cdn-real-ip',
  'cdn-src-ip',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-appengine-user-ip',
  'x-nf-client-connection-ip',
  'x-envoy-external-address',
  'cloudfront-viewer-address',
  'x-proxyuser-ip',
  'x-remote-ip',
  'x-remote-addr',
  'x-originating-ip',
  'x-original-forwarded-for',
  'x-original-ip',
  'x-vercel-forwarded-for',
  'x-vercel-proxied-for',
  'x-forward-for',
  'x-forwarder-for',
  'forwarded-for',
  'forwarded-for-ip',
  'x-forwarded-client-ip',
  'x-sucuri-clientip',
  'x-ms-forwarded-client-ip',
  'x-true-ip',
  'source-ip',
  'x-custom-ip-authorization',
  'rlnclientipaddr',
];
/** Names that some server, gateway or framework takes for a path, a file or one of its own variables. */
const variables = [
  'script-name',
  'script-filename',
  'script-url',
  'path-info',
  'path-translated',
  'request-uri',
  'request-method',
  'query-string',
  'document-root',
  'document-uri',
  'remote-addr',
  'remote-host',
  'remote-user',
  'remote-ident',
  'auth-type',
  'server-name',
  'server-port',
  'gateway-interface',
  'redirect-status',
  'redirect-url',
  'php-value',
  'wsgi-url-scheme',
  'uwsgi-file',
  'unencoded-url',
  'x-accel-redirect',
  'x-accel-mapping',
  'x-sendfile-type',
  'x-rewrite-uri',
  'x-original-path',
  'x-original-method',
  'x-original-request-uri',
  'x-script-name',
  'x-path-info',
  'x-request-uri',
  'x-override-url',
  'x-http-path-override',
  'x-http-destinationurl',
  'x-replaced-path',
  'x-ingress-path',
  'x-proxycontextpath',
  'x-waws-unencoded-url',
  'x-forwarded-url',
  'x-forwarded-request-uri',
  'x-forwarded-context-path',
  'x-forwarded-script-name',
  'x-envoy-original-dst-host',
  'x-middleware-subrequest',
  'x-middleware-rewrite',
  'x-invoke-path',
  'x-matched-path',
  '$wsra',
  '$wssc',
  '$wsru',
  '!~passenger-client-address',
];
const never = [...hopByHop, ...proxyOnly, ...ours, ...variables];

/** Spellings that a CGI-style server turns into the same variable. */
const aliasesOf = (name: string) =>
  /^\W/.test(name)
    ? []
    : [...`_.!~#%&'*+^\`|$`].map((mark) => name.replaceAll('-', mark)).filter((alias) => alias !== name);

describe('header fields of a request', () => {
  test.each(never)('%s is never forwarded, under an alias neither [H3 H4 H15 H16]', (name) => {
    for (const trustForwarded of [true, false])
      expect(namesKept([name, ...aliasesOf(name), 'x-a'], { trustForwarded, clientIpHeader: name })).toEqual(['x-a']);
  });

  test.each(identity)('%s is forwarded when it is trusted, under an alias never [H13 H15 H16]', (name) => {
    const names = [name, ...aliasesOf(name), `http_${name.replaceAll('-', '_')}`, 'x-a'];
    expect(namesKept(names, { trustForwarded: false })).toEqual(['x-a']);
    expect(namesKept(names, { trustForwarded: true })).toEqual([name, 'x-a']);
  });

  test.each(addresses)(
    '%s is forwarded when CLIENT_IP_HEADER names it, and under an alias never [H13 H15 H16]',
    (name) => {
      const names = [name, ...aliasesOf(name), `HTTP_${name.replaceAll('-', '_')}`.toLowerCase(), 'x-a'];
      for (const clientIpHeader of ['x-forwarded-for', 'x-other-ip', undefined] as const) {
        const others = clientIpHeader === undefined ? {} : { clientIpHeader };
        expect(namesKept(names, { trustForwarded: true, ...others })).toEqual(['x-a']);
      }
      expect(namesKept(names, { trustForwarded: false, clientIpHeader: name })).toEqual(['x-a']);
      expect(namesKept(names, { trustForwarded: true, clientIpHeader: name })).toEqual([name, 'x-a']);
    },
  );

  test('a name of the operator’s own in CLIENT_IP_HEADER is the proxy’s: no alias, and nothing untrusted [H15 H16]', () => {
    const names = ['x-my-cdn', 'x_my_cdn', 'x.my.cdn', 'x-a'];
    expect(namesKept(names, { trustForwarded: true, clientIpHeader: 'x-my-cdn' })).toEqual(['x-my-cdn', 'x-a']);
    expect(namesKept(names, { trustForwarded: false, clientIpHeader: 'x-my-cdn' })).toEqual(['x-a']);
    expect(namesKept(names, { trustForwarded: true })).toEqual(names);
  });

  test('that CLIENT_IP_HEADER names does not go although the client’s Connection names it [H2 C3]', () => {
    const headers = { connection: 'x-real-ip', 'x-real-ip': '1' };
    const rules = { trustForwarded: true, clientIpHeader: 'x-real-ip' };
    expect(forwardableRequestHeaders(headers, rules)).toEqual({ 'x-real-ip': '1' });
  });

  test('of ordinary traffic pass, however near their names come to those of the proxy [H15 H16]', () => {
    const ordinary = [
      'accept',
      'accept-language',
      'cookie',
      'user-agent',
      'referer',
      'origin',
      'authorization',
      'if-none-match',
      'range',
      'x-requested-with',
      'x-csrf-token',
      'x_custom',
      'x.custom',
      '__proto__',
      'constructor',
      'x-api-key',
      'x-zip',
      'x-tooltip',
      'x-user-address',
      'x-device-ip',
      'x-shipping-address',
      'x-amz-date',
      'x-amzn-trace-id',
      'traceparent',
      'sec-fetch-site',
      'x-middleware-prefetch',
      'x-nextjs-data',
      'next-url',
      'x-http-method-override',
      'x-method-override',
      'x-remote-user',
      'x-webauth-user',
      'x-user',
      'http-referer',
      'dnt',
      'via',
      'cdn-loop',
      'x-host-name',
      'x-hostname',
      'x-realm',
      'x-path',
      'x-url',
      'x-schema',
      'x-client-version',
      'x-client-id',
      'x-request-start',
      'depth',
      'overwrite',
      'lock-token',
      'timeout',
      'translate',
      'soapaction',
      'hx-request',
      'x-inertia',
      'x-ip-country',
      'cf-ipcountry',
      'x-source',
      'x-remote',
      'x-origin',
      'x-forwarding',
      'server-timing',
      'content-type',
      'content-language',
    ];
    for (const trustForwarded of [true, false]) expect(namesKept(ordinary, { trustForwarded })).toEqual(ordinary);
  });

  test.each(['X-HTTP-Method', 'X-HTTP-Method-Override', 'X-Method-Override'])(
    '%s is forwarded: whether it changes the method is the backend’s own choice [H15]',
    (name) => {
      expect(namesKept([name.toLowerCase()], { trustForwarded: false })).toEqual([name.toLowerCase()]);
    },
  );

  test('more of them than are remembered are classified alike, and so is a long one [H15]', () => {
    const many = Array.from({ length: 1200 }, (_, index) => `x-a${index}`);
    const long = `x-${'a'.repeat(10_000)}-client-ip`;
    for (let round = 0; round < 2; round += 1) {
      expect(namesKept([...many, 'x.forwarded.for', long, 'te'], { trustForwarded: false })).toEqual(many);
    }
  });

  test.each(['cdn-loop', 'max-forwards', 'x-amzn-trace-id'])('%s is forwarded, under an alias never [H16]', (name) => {
    for (const alias of [...aliasesOf(name), `http-${name}`])
      expect(kept({ [name]: '1', [alias]: '2' })).toEqual([[name, '1']]);
  });

  test('that hold the secret of the proxy in front do not go on, under an alias neither [C5]', () => {
    const headers = { 'x-origin-verify': '1', x_origin_verify: '1', 'x-origin-verify-too': '2' };
    const without = forwardableRequestHeaders(headers, { trustForwarded: false, secret: 'x-origin-verify' });
    expect(Object.keys(without)).toEqual(['x-origin-verify-too']);
    expect(kept(headers)).toHaveLength(3);
  });

  test('that Connection names on any of its lines do not go on [H1]', () => {
    const headers = { connection: ['close, X-A', ' x-b'], 'x-a': '1', 'x-b': '2', 'x-ax-b': '3' };
    expect(kept(headers)).toEqual([['x-ax-b', '3']]);
  });

  test('go on although Connection names them, when the request needs them, and their like do not [H1]', () => {
    const needed = ['cookie', 'authorization', 'content-type', 'via', 'cdn-loop', 'forwarded', 'x-forwarded-proto'];
    const alike = ['x-cookie', 'cookie2', 'x-content-type', 'via-x', 'hosts', 'x-host', 'my-x-forwarded-for'];
    const headers = Object.fromEntries([...needed, ...alike].map((name) => [name, '1']));
    const names = kept({ ...headers, connection: Object.keys(headers).join(',') }, true).map(([name]) => name);
    expect(names).toEqual(needed);
  });

  test('of one proxy only when there are no others to keep [H40]', () => {
    expect(kept({ accept: '*/*', via: '1.1 a', 'x-a': '1' }, false, new Set(['via']))).toEqual([['via', '1.1 a']]);
  });

  test('called like members of every object are fields like any other [H30]', () => {
    const headers = JSON.parse('{"__proto__":"a","constructor":"b","hasownproperty":"c"}') as HeaderFields;
    expect(kept(headers)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['hasownproperty', 'c'],
    ]);
  });

  test('that are refused are so even when they would not be forwarded [H28 H29]', () => {
    for (const headers of [{ te: 'a\nb' }, { connection: '\0' }, { 'a b': '1' }, { '': '1' }]) {
      expect(() => kept(headers as HeaderFields)).toThrow(ProxyError);
    }
  });

  test('that are refused are named in the reason, long ones by their beginning [H28 H29]', () => {
    const long = 'x'.repeat(10_000);
    for (const [name, value] of [
      [`a b${long}`, '1'],
      [`x-a${long}`, 'a\nb'],
    ] as const) {
      expect(() => kept({ [name]: value })).toThrow(
        expect.objectContaining({ code: 'bad_request', reason: expect.stringContaining(name.slice(0, 60)) }),
      );
      expect(() => kept({ [name]: value })).not.toThrow(
        expect.objectContaining({ reason: expect.stringContaining(name.slice(0, 61)) }),
      );
    }
  });

  test('on several lines are each checked and each go on as they would alone [H28 H31]', () => {
    expect(kept({ a: ['1', '中'] })).toEqual([['a', ['1', 'ä¸\u00ad']]]);
    expect(() => kept({ a: ['1', '\0'] })).toThrow(ProxyError);
  });

  test('beyond Latin-1 go out as UTF-8, the others as they are [H31 H32]', () => {
    expect(kept({ a: '中', b: 'é', c: '' })).toEqual([
      ['a', 'ä¸\u00ad'],
      ['b', 'é'],
      ['c', ''],
    ]);
  });
});

describe('for any request', () => {
  const token = fc.stringMatching(/^[a-z!#$%&'*+.^_`|~-][a-z\d!#$%&'*+.^_`|~-]{0,12}$/);
  const anyName = fc.oneof(
    { weight: 3, arbitrary: token },
    { weight: 2, arbitrary: fc.constantFrom(...never, ...identity, ...addresses) },
  );
  const value = fc.stringMatching(/^[\t -~\u0080-\u00ff]{0,20}$/);
  const fields = fc.uniqueArray(fc.tuple(anyName, value), { maxLength: 12, selector: ([name]) => name });

  test('no hop-by-hop or owned field goes on; the others keep order and bytes [H1 H3 H15 H16 H31 H43]', () => {
    fc.assert(
      fc.property(fields, fc.subarray(['close', 'x-named', 'X-NAMED', 'te']), (list, connection) => {
        const headers: HeaderFields = Object.create(null);
        for (const [name, text] of list) if (name !== 'connection') headers[name] = text;
        headers['x-named'] = '1';
        headers['connection'] = connection.join(' ,');
        const canonical = (name: string) => name.replace(/[^a-z\d]/g, '-');
        const isOurs = (name: string) =>
          [...never, ...identity, ...addresses].some((own) => [own, canonical(own)].includes(canonical(name)));
        const options = connection.map((option) => option.toLowerCase());
        const result = kept(headers);
        for (const [name] of result) expect([name, isOurs(name) || options.includes(name)]).toEqual([name, false]);
        const plain = Object.entries(headers).filter(([name]) => !isOurs(name) && !options.includes(name));
        const continuedAliases = /^(?:cdn[^-]loop|max[^-]forwards)$/;
        expect(result).toEqual(plain.filter(([name]) => !continuedAliases.test(name)));
      }),
    );
  });

  test('a control character or a name that is no token always ends it [H28 H29]', () => {
    const code = (ranges: readonly (readonly [number, number])[]) =>
      fc.oneof(...ranges.map(([min, max]) => fc.integer({ min, max }))).map((unit) => String.fromCharCode(unit));
    const control = code([
      [0, 8],
      [0x0a, 0x1f],
      [0x7f, 0x7f],
    ]);
    const noToken = fc.oneof(
      code([
        [0, 0x20],
        [0x7f, 0xff],
      ]),
      fc.constantFrom(...'"(),/:;<=>?@[\\]{}'),
    );
    const around = (bad: fc.Arbitrary<string>) =>
      fc
        .tuple(fc.stringMatching(/^[a-z]{0,3}$/), bad, fc.stringMatching(/^[a-z]{0,3}$/))
        .map((parts) => parts.join(''));
    const bad = fc.oneof(fc.tuple(token, around(control)), fc.tuple(around(noToken), value));
    fc.assert(
      fc.property(bad, ([name, text]) => {
        expect(() => kept({ [name]: text })).toThrow(ProxyError);
      }),
    );
  });
});
