import type { Group } from './types.ts';

/** M: the target of the backend request. */
export const target: Group = {
  title: 'Target and path',
  rows: [
    {
      id: 'M1',
      given: 'Any method that is a token: GET, PROPFIND, QUERY, FOO',
      promise: 'Forwarded in upper case: Node sends every method that way.',
      elsewhere: 'Go keeps the case.',
    },
    { id: 'M2', given: 'CONNECT', promise: '405, and nothing is dialled.' },
    {
      id: 'M3',
      given: 'TRACE',
      promise: '405 with Allow: through a gateway, TRACE would only echo credentials.',
      elsewhere: 'Go forwards it.',
    },
    {
      id: 'M4',
      given: 'A method that is not a token: empty, or with a space or a control character',
      promise: '400, and nothing is sent.',
    },
    {
      id: 'M5',
      given: 'Percent-escapes in the path: `/a%2Fb`, `/%7Euser`, `/%E4%B8%AD`, except through an HTTP API',
      promise: 'The backend gets the same bytes, down to the letter case of the hex digits.',
      elsewhere: 'hono takes the path through a URL parser, which rewrites some bytes.',
    },
    {
      id: 'M6',
      given: '`/a//b`, `//x`, and `/a/` beside `/a`',
      promise: 'Slashes are neither merged, added nor dropped.',
      elsewhere: 'nginx merges slashes when it matches, and when proxy_pass has a URI.',
    },
    {
      id: 'M7',
      given: 'Dot segments: `/a/./b`, `/a/../b`, `/a/%2e%2e/b`',
      promise: "Forwarded as received; 400 when any reading leaves REMOTE_URL's base path.",
      elsewhere: 'Go forwards them all; nginx returns 400 only when `..` climbs above the root; hono resolves them.',
    },
    {
      id: 'M8',
      given: 'Path parameters and unusual characters: `;a=b`, `\'`, `(`, `*`, `|`, `[`, `{`, `^`, `"`',
      promise: 'Forwarded as received; only what HTTP cannot carry (space, controls, non-ASCII) is percent-encoded.',
    },
    {
      id: 'M9',
      given: 'A malformed escape in the path: `%`, `%zz`, `%E0%A4`',
      promise: 'Forwarded as received, and the path filter reads it literally. Nothing crashes.',
      elsewhere: 'Go and nginx return 400.',
    },
    { id: 'M10', given: 'An empty or missing path', promise: 'Treated as `/`.' },
    { id: 'M11', given: 'The asterisk form of OPTIONS, or a path that does not begin with `/`', promise: '400.' },
    {
      id: 'M12',
      given: 'An absolute URL or an authority instead of the path: `http://evil/x`',
      promise: '400; after a leading `/` it is an ordinary path. It never changes where the request goes.',
    },
    {
      id: 'M13',
      given: '`//evil.com/x`, `/\\evil.com`, `/@evil.com`',
      promise: 'The configured backend receives exactly that path.',
    },
    {
      id: 'M14',
      given: 'REMOTE_URL without a path, with or without a trailing slash, and `/x`',
      promise: 'The backend receives `/x`, never `//x`.',
    },
    {
      id: 'M15',
      given: 'REMOTE_URL with a base path, `/base` or `/base/`',
      promise: 'Every path is appended to it with one slash: `/x` becomes `/base/x`, `/` becomes `/base/`.',
    },
    {
      id: 'M16',
      given: 'REMOTE_URL with a query, and a request with another one',
      promise: "Both are sent, REMOTE_URL's first: `?k=1&a=2`.",
    },
    {
      id: 'M17',
      given: 'REMOTE_URL with user and password',
      promise:
        'Sent as Basic credentials when the client sends no Authorization; never shown in logs, pages or redirects.',
    },
    {
      id: 'M18',
      given: 'REMOTE_URL is missing, is not an http or https URL, or has a fragment, spaces or no host',
      promise:
        'Detected at cold start: every response is a 500 page, and one log line names the problem without the value.',
    },
    {
      id: 'M19',
      given: 'A named stage: an HTTP API delivers `/prod/x`, a REST API does not',
      promise:
        'Where the event includes it, it is removed once, at a segment boundary; `$default` has none. The base path of a custom domain stays, unless PUBLIC_PATH names it.',
    },
    {
      id: 'M20',
      given: 'An HTTP API, which decodes the path: `/a b`, `/ü`, line breaks, `?`, `#`, a lone `%`',
      promise:
        'Characters that an encoded path cannot contain are encoded again. `%2F` and everything after a `%3F` are lost at the gateway.',
    },
    {
      id: 'M21',
      given: 'Any query: repeats, empty names and values, `+`, `%2F`, `;`, bytes that are not UTF-8',
      promise:
        'Byte for byte and in order, in payload format 2.0. A load balancer splits the query into parameters, and API Gateway also decodes them in format 1.0: the proxy then builds a query with the same meaning, but the order across names and the difference between `a` and `a=` are lost. A bare `?` is always lost, because no event shows it.',
      elsewhere: 'Go, in Rewrite mode, drops parameters that it cannot parse.',
    },
    {
      id: 'M22',
      given: 'A query with a URL, dots or a raw `#` in it',
      promise: 'Unchanged, except that `#` is sent as `%23` and truncates nothing.',
    },
    {
      id: 'M23',
      given: '`trace_connection` and `dump_request` in the query',
      promise:
        'Removed when they take effect; with a wrong value, or with DEBUG_QUERIES=off, forwarded like any other parameter.',
    },
    {
      id: 'M24',
      given: 'A very long path and query',
      promise: 'Forwarded whatever its length; the front door has its own limit, and the backend may return 414.',
      elsewhere: 'nginx returns 414 when the request line does not fit its 8 KB buffers.',
    },
    {
      id: 'M25',
      given: 'Characters beyond Latin-1, beyond the BMP, or a lone surrogate in the path',
      promise: 'Percent-encoded as UTF-8, a lone surrogate as U+FFFD. Never truncated to one byte.',
    },
  ],
};

/** H: header fields of the backend request. */
export const requestFields: Group = {
  title: 'Request header fields',
  rows: [
    {
      id: 'H1',
      given: 'Connection names other fields, in any case, spacing or number of lines',
      promise: 'Connection and the fields that it names are removed.',
      elsewhere: "nginx does not read Connection; hono reads the client's only when asked.",
    },
    {
      id: 'H2',
      given: 'Connection names Host, Cookie, Authorization, Via, CDN-Loop, a Content or a Forwarded field',
      promise: "Those names are ignored, and the proxy's own fields are added afterwards: a client cannot remove them.",
    },
    {
      id: 'H3',
      given: 'Hop-by-hop fields: Keep-Alive, TE, Trailer, Transfer-Encoding, Upgrade, Proxy-Authorization …',
      promise:
        'Never reach the backend, whether Connection names them or not. Upgrade-Insecure-Requests is not one of them.',
      elsewhere: 'Go removes nine names, hono eight, nginx six and Expect.',
    },
    { id: 'H4', given: 'A `Proxy` field ("httpoxy")', promise: 'Removed.' },
    {
      id: 'H5',
      given: 'TE, whatever its value',
      promise: 'Removed: trailers cannot be delivered.',
      elsewhere: 'Go forwards `TE: trailers`.',
    },
    {
      id: 'H6',
      given: 'A request to upgrade to h2c, or to any protocol but WebSocket',
      promise: 'Sent as plain HTTP without the upgrade; if the backend still responds with 101, the client gets a 502.',
      elsewhere: 'Go switches protocols when the backend agrees.',
    },
    { id: 'H7', given: '`Expect: 100-continue`', promise: 'Removed; the body is sent immediately.' },
    { id: 'H8', given: 'Any other Expect', promise: 'Removed as well; the proxy does not respond with 417.' },
    {
      id: 'H9',
      given: 'Host',
      promise:
        "One Host: the public one where REMOTE_URL has an IP address, `localhost`, a name without a dot, `.local` or `.internal`, and REMOTE_URL's, without a default port, otherwise; HOST_HEADER chooses either, or another name.",
      elsewhere: "Go sends the backend's with SetURL and the client's with NewSingleHostReverseProxy.",
    },
    {
      id: 'H10',
      given: 'X-Forwarded-Host, from the client or not',
      promise:
        'Set to the public host that AWS vouches for; with TRUST_FORWARDED to the last member of the field, which the nearest proxy wrote, where that is a host name.',
      elsewhere: "Go's Rewrite drops the client's and sets it only when asked; nginx and hono set none.",
    },
    {
      id: 'H11',
      given: 'X-Forwarded-Proto from the client',
      promise:
        'Replaced by `https`, the only scheme; behind a load balancer by what its listener speaks; with TRUST_FORWARDED by the last member.',
      elsewhere: 'nginx and hono set none.',
    },
    {
      id: 'H12',
      given: 'X-Forwarded-Port from the client',
      promise:
        'Replaced by `443`; behind a load balancer by the port of its listener; with TRUST_FORWARDED by the last member.',
      elsewhere: 'nginx and hono set none.',
    },
    {
      id: 'H13',
      given: 'X-Forwarded-For from the client',
      promise:
        'Replaced by the address that AWS saw; with TRUST_FORWARDED that address is appended, unless it is already last.',
      elsewhere: "Go's Director appends, its Rewrite drops; nginx and hono set none.",
    },
    {
      id: 'H14',
      given: 'Forwarded (RFC 7239) from the client or from an HTTP API',
      promise:
        'Dropped; with TRUST_FORWARDED continued where it names the addresses of X-Forwarded-For and no other host or protocol, IPv6 in quotes; dropped where it disagrees. Never begun.',
      elsewhere: "Go's Rewrite drops it.",
    },
    {
      id: 'H15',
      given:
        'Fields that a backend takes for its own variables, for a path or for the client: Script-Name, X-Original-URL, X-Accel-Mapping, Client-IP, X-Host, Front-End-Https …',
      promise:
        'Dropped: variables and overrides of path, file and host always; fields that name the client or the public host unless TRUST_FORWARDED; those with the address of the client unless CLIENT_IP_HEADER names them as well. X-HTTP-Method-Override and fields that name a user (X-Remote-User) are forwarded: the backend decides.',
      elsewhere: 'nginx, Go and hono forward them.',
    },
    {
      id: 'H16',
      given: 'A field that is ours in another spelling: `X_Forwarded_For`, `X.Forwarded.For`, `X!Forwarded!For`',
      promise:
        'Dropped: CGI-style backends read every punctuation mark as `_`, and would take it for the field itself.',
      elsewhere: 'nginx drops every name with `_` by default, and forwards the others.',
    },
    {
      id: 'H17',
      given: 'Via, present or not',
      promise:
        'Passes unchanged; none is added. With `VIA=on`, `1.1` and the pseudonym of this deployment are appended, which reveals no host, account or region.',
      elsewhere: 'Go, nginx and hono add none.',
    },
    {
      id: 'H18',
      given: 'The backend is the function itself, directly or through another proxy',
      promise:
        '508 when the request comes back the first time: CDN-Loop, and Via with `VIA=on`, carry a name made from the ARN.',
    },
    {
      id: 'H19',
      given: "CDN-Loop with other networks' names",
      promise: "Kept in order; the proxy's own name is appended.",
    },
    {
      id: 'H20',
      given: 'Max-Forwards with OPTIONS',
      promise:
        'The proxy responds to `0` itself, with Allow; other numbers are reduced by one. With other methods, and when it is not a number, the field stays.',
      elsewhere: 'Go and nginx ignore it.',
    },
    {
      id: 'H21',
      given: 'Content-Length in the event',
      promise: 'Ignored: the length is counted from the decoded body.',
    },
    { id: 'H22', given: 'Transfer-Encoding in the event', promise: 'Removed: the body has a known length.' },
    {
      id: 'H23',
      given: 'A Content-Length that is negative, repeated, wrong or not a number',
      promise: 'Has no effect, since the proxy counts the body itself.',
      elsewhere: 'Go refuses it.',
    },
    {
      id: 'H24',
      given: 'A request field that the client sent several times',
      promise:
        'All its values are forwarded in order, joined by commas. A load balancer without multi-value headers passes only the last.',
    },
    {
      id: 'H25',
      given: 'Several values for Host, Content-Length, Content-Type or Authorization',
      promise:
        'The proxy sets Host and Content-Length itself. Where AWS passes each value (REST API, load balancer), two different ones are a 400; in payload format 2.0 they arrive already joined and are forwarded that way.',
      elsewhere: 'nginx returns 400 for a second Host.',
    },
    {
      id: 'H26',
      given: 'Cookies in `cookies`, in one or several header fields, or in both',
      promise: 'Exactly one Cookie field, in order and as the client wrote it.',
    },
    {
      id: 'H27',
      given: 'Cookie values with commas, quotes, `=`, spaces or non-ASCII characters',
      promise: 'Unchanged, byte for byte.',
    },
    {
      id: 'H28',
      given: 'A line break, NUL or other control character in a field',
      promise: '400, and nothing is sent.',
    },
    { id: 'H29', given: 'A field name that is not a token', promise: '400, with the reason in the log.' },
    {
      id: 'H30',
      given: 'Fields called `__proto__`, `constructor` or `hasOwnProperty`',
      promise: 'Forwarded like any other; they affect no object of the proxy.',
    },
    { id: 'H31', given: 'A value with characters from U+0080 to U+00FF', promise: 'Forwarded as those bytes.' },
    {
      id: 'H32',
      given: 'A value with characters beyond U+00FF',
      promise: 'Sent as UTF-8, the only encoding that can have been on the wire.',
    },
    { id: 'H33', given: 'A field with an empty value', promise: 'Forwarded empty.' },
    {
      id: 'H34',
      given: 'Accept-Encoding',
      promise: 'Forwarded unchanged, and the response is not decoded. NO_HEADERS drops it with the rest.',
      elsewhere: 'hono removes it.',
    },
    { id: 'H35', given: 'A client that sends no User-Agent and no Accept', promise: 'None is added.' },
    {
      id: 'H36',
      given: 'Authorization from the client',
      promise:
        'Forwarded to the one backend, AWS signatures included; the proxy follows no redirects that could leak it.',
    },
    {
      id: 'H37',
      given: 'X-Amzn-Trace-Id, X-Amz-Cf-Id and the fields of an AWS signature',
      promise: "Forwarded; where X-Ray is active, the trace id names the proxy's own subsegment.",
    },
    {
      id: 'H38',
      given: 'Origin and Referer',
      promise: 'Forwarded unchanged, but for the key of the debug queries: see H48.',
    },
    {
      id: 'H39',
      given: 'Range, If-…, Cache-Control, Sec-…, Priority, DNT, Early-Data',
      promise: 'Forwarded unchanged.',
    },
    {
      id: 'H40',
      given: 'NO_HEADERS=true',
      promise:
        "Of the client's fields only Content-Type, Content-Encoding, Via and CDN-Loop are forwarded; the proxy's own are still set.",
    },
    {
      id: 'H41',
      given: 'A very large header section',
      promise:
        "Forwarded; the backend's 431 or 400 passes. The front door has its own limit; the standalone server and `npm start` accept 80 KB, as Lambda does, and respond to more with 431.",
    },
    {
      id: 'H42',
      given: 'A path or query that looks like X-Forwarded-For or another identity field',
      promise: 'No header field is made from path or query.',
    },
    {
      id: 'H43',
      given: 'The order of the fields',
      promise:
        "Host first, the client's as received, the proxy's own last; names that are numbers come before all of them.",
    },
    {
      id: 'H44',
      given: 'X-Request-Id',
      promise:
        "A token68 of at most 128 characters is forwarded; anything else, or a missing one, is replaced by Lambda's id of the invocation. NO_HEADERS does not drop it.",
      elsewhere: 'Envoy replaces it unless told to keep it; nginx forwards anything.',
    },
    {
      id: 'H45',
      given: 'traceparent, tracestate, baggage (W3C Trace Context)',
      promise: 'Forwarded unchanged, well-formed or not; the log has the trace id of a well-formed one.',
    },
    {
      id: 'H46',
      given:
        'A Destination (WebDAV) on another host or port, on the backend itself, of a scheme other than http and https, relative, or twice',
      promise:
        '400, and nothing is sent: it never passes as it is. On the public host, with the ports that Location may have (R19), it is rewritten to the backend, below the base path.',
      elsewhere: 'nginx, Go and hono forward it; stock Apache then writes outside of the base path.',
    },
    {
      id: 'H47',
      given: 'URLs in the tagged lists of If (WebDAV)',
      promise: 'Rewritten, filtered and refused like Destination; the rest of the field keeps its bytes.',
      elsewhere: 'nginx, Go and hono forward them.',
    },
    {
      id: 'H48',
      given: 'Referer, HX-Current-URL or Next-URL of a page that was loaded with a debug query, while DEBUG_KEY is set',
      promise: "The parameter's value is replaced by `redacted`; every other byte stays.",
    },
    {
      id: 'H49',
      given: 'Fields of 256 KB that a careless parser reads anew at every byte',
      promise: 'Every parser of a field, of requests and of responses, takes linear time.',
    },
    {
      id: 'H50',
      given: 'The stage of a default API endpoint, or PUBLIC_PATH, in front of the path',
      promise:
        "Removed from the path and from Destination, and told to the backend in X-Forwarded-Prefix; the client's own X-Forwarded-Prefix is dropped.",
      elsewhere: 'Traefik does so with StripPrefix; nginx, Go and hono set no such field.',
    },
    {
      id: 'H51',
      given: 'The case of field names',
      promise:
        'Canonical: `Content-Length`, `X-Forwarded-For`, `Www-Authenticate`, `Etag`. Some firmware compares names letter by letter.',
      elsewhere: 'Go sends the same; nginx and hono keep what they received.',
    },
  ],
};

/** B: bodies of the backend request. */
export const bodies: Group = {
  title: 'Request bodies',
  rows: [
    {
      id: 'B1',
      given: 'A body flagged as base64',
      promise: 'The decoded bytes are sent, and Content-Length counts them.',
    },
    {
      id: 'B2',
      given: 'A body that is not flagged as base64',
      promise: 'Sent as UTF-8; Content-Length counts bytes, not characters.',
    },
    {
      id: 'B3',
      given: 'A body flagged as base64 that is not base64',
      promise: '400: skipping undecodable characters would change the body.',
    },
    { id: 'B4', given: 'GET or HEAD without a body', promise: 'No body, no Content-Length, no Transfer-Encoding.' },
    { id: 'B5', given: 'POST, PUT or PATCH without a body', promise: '`Content-Length: 0`.' },
    {
      id: 'B6',
      given: 'An empty body with DELETE, OPTIONS or another method',
      promise: 'No Content-Length, unless the client sent `Content-Length: 0`.',
    },
    {
      id: 'B7',
      given: 'GET, DELETE, OPTIONS or QUERY with a body',
      promise: 'The body is forwarded, with its length.',
    },
    {
      id: 'B8',
      given: 'HEAD with a body',
      promise: 'The body is dropped, because it has no meaning. Never a failure.',
    },
    { id: 'B9', given: 'TRACE with a body', promise: '405 like every TRACE; nothing is sent.' },
    {
      id: 'B10',
      given: 'JSON, forms, multipart, binary or compressed bodies',
      promise: 'Bytes and Content-Type pass unchanged; the body is never parsed or rebuilt.',
    },
    { id: 'B11', given: 'Digests and signatures over the body', promise: 'Remain valid: no byte changes.' },
    {
      id: 'B12',
      given: 'A body over the limit of the front door',
      promise: 'Refused by AWS before the function runs. The proxy has no smaller limit.',
      elsewhere: 'nginx returns 413 over client_max_body_size.',
      stated: 'needs a live AWS endpoint',
    },
    {
      id: 'B13',
      given: 'The backend responds, and perhaps closes, before it has read the whole body',
      promise: 'Its response is delivered instead of a 502.',
    },
    { id: 'B14', given: 'The backend returns 417', promise: 'Passes like any other status.' },
    {
      id: 'B15',
      given: 'Trailers after the request body',
      promise: 'None are sent.',
      stated: 'no such surface: events have no place for trailers',
    },
  ],
};
