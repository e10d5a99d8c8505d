import type { Group } from './types.ts';

/** F: FILTERED_PATH, with `/foobar` filtered. */
export const pathFilter: Group = {
  title: 'Path filter',
  rows: [
    { id: 'F1', given: 'With `/foobar` filtered: `/foobar`, any method, any query', promise: '403.' },
    { id: 'F2', given: '`/foobar/`, `/foobar/x`', promise: '403: an entry covers everything below it.' },
    {
      id: 'F3',
      given: '`/foobarx`, `/x/foobar`, `/foobar.html`, `?p=/foobar`',
      promise: 'Forwarded: entries end at segment boundaries, and the query is ignored.',
    },
    { id: 'F4', given: 'Escaped letters: `/%66oobar`', promise: '403.' },
    {
      id: 'F5',
      given: 'Double escapes: `/%2566oobar`',
      promise: '403; a path that still changes after five rounds is a 400.',
    },
    { id: 'F6', given: 'Different letter case: `/FooBar`', promise: '403.' },
    { id: 'F7', given: 'Repeated slashes: `//foobar`, `/x//../foobar`', promise: '403.' },
    { id: 'F8', given: 'Dot segments, plain or escaped: `/x/%2e%2e/foobar`', promise: '403.' },
    { id: 'F9', given: 'Path parameters: `/foobar;a=b`, `/..;/foobar`', promise: '403.' },
    { id: 'F10', given: 'NUL: `/foobar%00.png`', promise: '403.', elsewhere: 'nginx returns 400.' },
    { id: 'F11', given: 'Escaped slashes: `/x%2f..%2ffoobar`', promise: '403.' },
    { id: 'F12', given: 'Backslashes, plain or escaped: `/x%5c..%5cfoobar`', promise: '403.' },
    {
      id: 'F13',
      given: 'Tabs, line breaks, and trailing spaces or dots: `/foo%09bar`, `/foobar%20`, `/foobar.`',
      promise: '403.',
    },
    { id: 'F14', given: 'Characters that end the path: `/foobar#x`, `/foobar%3f`', promise: '403.' },
    {
      id: 'F15',
      given: 'Full-width letters, ligatures, invisible characters, Turkish i, long s',
      promise: '403: characters that compare equal anywhere compare equal here.',
    },
    { id: 'F16', given: 'Overlong UTF-8 and `%uXXXX`', promise: 'Read as lenient backends would; never a crash.' },
    {
      id: 'F17',
      given: 'A malformed escape: `/foobar%zz`',
      promise: 'Read literally, and as decoders read it that drop it (F28); never a crash.',
    },
    {
      id: 'F18',
      given: "Entries written with or without REMOTE_URL's base path",
      promise: 'Both are recognised; the stage of an HTTP API is not part of the path.',
    },
    { id: 'F19', given: 'X-Original-URL and similar fields with a filtered path', promise: 'Never reach the backend.' },
    {
      id: 'F20',
      given: 'MOVE or COPY with a filtered path as its Destination',
      promise: '403, as for the path itself.',
    },
    {
      id: 'F21',
      given: 'FILTERED_PATH with empty entries, spaces, pattern characters, or ten thousand entries',
      promise:
        'Empty entries are ignored, and none is a pattern; an entry without a leading `/` is reported as a wrong setting.',
    },
    {
      id: 'F22',
      given: 'A filtered path while the backend is down',
      promise: '403, and nothing is sent to the backend.',
    },
    { id: 'F23', given: 'A filtered path with `dump_request`', promise: '403, and no dump.' },
    { id: 'F24', given: 'Any event source', promise: 'One filter for all of them, on the decoded request.' },
    {
      id: 'F25',
      given: 'A path built to cost time: 8 KB of `%2525…` or of `/../`',
      promise: 'Checked in time linear in its length, whatever the number of entries.',
    },
    {
      id: 'F26',
      given: 'The 403 page',
      promise: 'Shows neither the path nor the backend, and no link; FILTERED_URL_MSG is escaped.',
    },
    {
      id: 'F27',
      given: 'A host before the path: `//x/foobar`, `/\\x/foobar`, `/%5Cx/foobar`, `http://x/foobar`',
      promise: '403, because `new URL` and others read `//x` as an authority.',
    },
    {
      id: 'F28',
      given: 'A truncated or malformed escape: `/foobar%`, `/foobar%6`, `/foobar%zz`',
      promise: '403, because uWSGI and others drop it or make NUL of it.',
    },
    {
      id: 'F29',
      given: 'White space, or `+`, at the start or end of a name: `/%20foobar`, `/foobar+`',
      promise: '403, because backends trim names and read `+` as a space.',
    },
    {
      id: 'F30',
      given: 'Accents and letters that collations of databases compare as equal: `/f%C3%B6obar`, `ß` and `ss`',
      promise: '403, in both directions: an entry with accents covers the path without.',
    },
    {
      id: 'F31',
      given: 'The name of a script before the path: `/index.php/foobar`, `/cgi-bin/x/foobar`',
      promise: '403, because the script gets the rest as its path. `/index.php/shop` passes.',
    },
    {
      id: 'F32',
      given: 'A session of ASP.NET in the path: `/(S(x))/foobar`, `/foo/(S(x))bar`',
      promise: '403, because ASP.NET removes it. `/(draft)/page` passes.',
    },
    {
      id: 'F33',
      given: 'An entry that ends in `.*`: `/foobar.*`',
      promise: 'Covers `/foobar`, `/foobar.json` and what is below them.',
    },
    {
      id: 'F34',
      given: 'Names that Windows gives the same file: `/FOOBAR~1`, `/foobar::$DATA`',
      promise: '403.',
    },
    {
      id: 'F35',
      given: 'Generated spellings, in front of real servers',
      promise: 'None brings back what lies below a filtered path; open pages pass.',
    },
  ],
};

/** C: access by ALLOWED_CIDRS and ORIGIN_SECRET. */
export const access: Group = {
  title: 'Access',
  rows: [
    {
      id: 'C1',
      given: 'ALLOWED_CIDRS with IPv4 and IPv6 networks',
      promise:
        'An address is in a network when the leading bits match; an IPv4-mapped IPv6 address counts as its IPv4 address, and `::/0` contains no IPv4 address.',
    },
    {
      id: 'C2',
      given: 'A client outside these networks',
      promise: '403, before debug queries, path filter and backend.',
    },
    {
      id: 'C3',
      given: 'Fields that claim a client address',
      promise:
        'With TRUST_FORWARDED and a correct ORIGIN_SECRET, the last address that the proxy in front wrote counts; otherwise the address that the AWS endpoint reports. TRUST_FORWARDED and ALLOWED_CIDRS without ORIGIN_SECRET are a wrong setting.',
      elsewhere:
        'nginx’s `real_ip_recursive` and most frameworks trust a peer by its address, which AWS does not show here.',
    },
    {
      id: 'C4',
      given: 'ORIGIN_SECRET, and a request without it or with another value',
      promise: '403, before anything else is done with the request. Values are compared in constant time.',
    },
    {
      id: 'C5',
      given: 'The field that carries ORIGIN_SECRET',
      promise: 'Never reaches the backend, a page or the log. Without ORIGIN_SECRET it is an ordinary field.',
    },
    {
      id: 'C6',
      given: 'ORIGIN_SECRET_PREVIOUS',
      promise: 'Accepted as well, so that a secret can be replaced without interruption.',
    },
  ],
};

/** S: only the operator chooses where requests go. */
export const integrity: Group = {
  title: 'Target integrity',
  rows: [
    {
      id: 'S1',
      given: 'Any event',
      promise: 'Connections go to the host and port of REMOTE_URL and nowhere else.',
    },
    {
      id: 'S2',
      given: 'A path that does not begin with `/`: `@evil`, `.evil.com`, `:99`',
      promise: '400; an empty path is `/`.',
    },
    { id: 'S3', given: 'Host, X-Forwarded-Host, Forwarded or a URL in a field', promise: 'Never choose the backend.' },
    {
      id: 'S4',
      given: 'A redirect to the metadata service, to the Runtime API or to a file',
      promise: 'Returned to the client; the proxy follows no redirects.',
      elsewhere: 'hono follows redirects, as fetch does by default.',
    },
    {
      id: 'S5',
      given: 'REMOTE_URL with a private address',
      promise:
        "Allowed: that is the purpose of the proxy. The function's own Runtime API is refused as a wrong setting.",
    },
    {
      id: 'S6',
      given: 'DNS rebinding',
      promise: 'Has no effect: the operator chooses the only name, and a verified or pinned certificate must match.',
      stated: 'no such surface: no name comes from a client',
    },
    {
      id: 'S7',
      given: 'REMOTE_URL with the public address of the function itself',
      promise: 'The loop ends at its first return with 508.',
    },
    {
      id: 'S8',
      given: 'An event that tries to pass options to the HTTP client, or to touch prototypes',
      promise: 'Options are constants; header fields are kept in objects without a prototype.',
    },
    { id: 'S9', given: 'HTTP_PROXY and NODE_USE_ENV_PROXY in the environment', promise: 'Ignored.' },
    {
      id: 'S10',
      given: 'A backend with a self-signed certificate',
      promise:
        'REMOTE_TLS and REMOTE_CA decide. `auto` verifies public names; for other hosts it warns, with the fingerprint to pin.',
      elsewhere: 'Go and hono verify by default, nginx only when told to.',
    },
    {
      id: 'S11',
      given: 'IP addresses, IPv6 in brackets, internationalised names, a trailing dot, a default port',
      promise: 'The right server name in TLS (none for an address), and Host without the default port.',
    },
  ],
};

/** X: message boundaries. */
export const smuggling: Group = {
  title: 'Smuggling and splitting',
  rows: [
    {
      id: 'X1',
      given: 'Any mix of Content-Length and Transfer-Encoding in the event',
      promise: 'One Content-Length, set by the proxy, or none.',
    },
    { id: 'X2', given: 'Line breaks, NUL or spaces in the path', promise: 'Percent-encoded; never raw on the wire.' },
    { id: 'X3', given: 'Line breaks in a method, a field, a cookie or the host', promise: '400.' },
    {
      id: 'X4',
      given: 'Control characters or bare line breaks in the header section of a response',
      promise: '502: the strict parser stays on. LENIENT_BACKEND accepts bare line feeds, but no control character.',
    },
    {
      id: 'X5',
      given: 'Bytes behind the end of a response: its declared length, its last chunk, a redirect of length 0',
      promise:
        'The response is delivered as declared. The bytes reach nobody: the connection is closed, and the next request has another.',
    },
    {
      id: 'X6',
      given: 'Bytes on an idle connection, even while the environment was frozen',
      promise:
        'The connection is closed before its next use; no client gets a response to a request that was not sent.',
    },
    {
      id: 'X7',
      given: 'Responses with malformed chunk sizes, endless chunk extensions, unknown codings, missing colons',
      promise: '502, never a body with the wrong length.',
    },
    { id: 'X8', given: "More fields than Node's limit", promise: 'None is lost silently, in either direction.' },
    { id: 'X9', given: 'Tunnels through Upgrade or CONNECT', promise: 'Never opened.' },
    {
      id: 'X10',
      given: 'An event with parts of the wrong type',
      promise: '400 with the part named in the log; never a crash.',
    },
  ],
};

/** L: sizes and times. */
export const limits: Group = {
  title: 'Limits',
  rows: [
    {
      id: 'L1',
      given: 'A response over the limit',
      promise:
        '413; the limit is the smaller of PAYLOAD_QUOTA and what the endpoint can carry. When streamed without a declared length, the body ends with an error as soon as it exceeds the limit.',
    },
    {
      id: 'L2',
      given: 'The largest response that fits',
      promise:
        'Measured as AWS does, on the JSON: 6,291,556 bytes, about 4.7 MB of binary or almost 6 MB of text; through a load balancer 1,048,576 bytes.',
    },
    {
      id: 'L3',
      given: 'Many or large response fields',
      promise: 'All are kept up to 80 KB; above that, 502. The front door may accept fewer.',
    },
    {
      id: 'L4',
      given: '200 cookies of 4 KB',
      promise: "Forwarded in linear time, or the backend's own 431 passes.",
    },
    {
      id: 'L5',
      given: 'Memory for the largest response',
      promise: 'The body, its base64 and its JSON: some 40 MB. At most one chunk beyond the limit is read.',
    },
    {
      id: 'L6',
      given: 'A backend that sends a byte now and then',
      promise: 'The one deadline ends it with 504; when streamed, the end of Lambda’s time.',
    },
    {
      id: 'L7',
      given: 'Settings with malformed numbers: `abc`, `-1`, `0`, `1e9`, `5MB`',
      promise: 'Reported together as wrong settings; no timeout is ever NaN.',
    },
    {
      id: 'L8',
      given: 'The unit of REQUEST_TIMEOUT',
      promise: 'Seconds, fractions allowed, for the whole exchange and not for each phase.',
    },
    {
      id: 'L9',
      given:
        'A backend without an end: informational responses, header fields, trailers, chunk extensions, zeros before a chunk size',
      promise:
        '502 long before the timeout. Up to 100 informational responses with 256 KB of fields pass, and in all 1 MB that is no content and 32 bytes for each byte of content.',
    },
    {
      id: 'L10',
      given: 'A body without an end that is compressed to fit',
      promise:
        '413 above PAYLOAD_QUOTA, or above 16 times what the endpoint carries. It is compressed while it arrives and never held whole.',
    },
  ],
};
