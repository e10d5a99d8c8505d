import type { Group } from './types.ts';

/** R: responses to the client. */
export const responses: Group = {
  title: 'Responses',
  rows: [
    {
      id: 'R1',
      given: 'Any status from 200 to 599, registered or not',
      promise:
        'Passes unchanged: the proxy follows no redirect, repeats nothing because of a status, and replaces no page.',
      elsewhere: 'hono follows redirects, as fetch does by default.',
    },
    {
      id: 'R2',
      given: 'Informational responses: 100, 102, 103',
      promise: 'Dropped, since an AWS response has no place for them; the final response passes.',
      elsewhere: 'Go forwards them, nginx 103 when told to.',
    },
    {
      id: 'R3',
      given: '101 without an upgrade request',
      promise: '502 immediately, and the connection is closed.',
    },
    {
      id: 'R4',
      given: 'A status below 100 or above 599',
      promise: '502. LENIENT_BACKEND accepts up to 999.',
      elsewhere: "hono's Response throws.",
    },
    {
      id: 'R5',
      given: '204 and 304',
      promise:
        'No body, no added Content-Type, no Content-Length; validators and caching fields stay. HTTP APIs may add a type.',
    },
    { id: 'R6', given: '205, with or without a body', promise: 'The body is dropped.' },
    {
      id: 'R7',
      given: 'The response to HEAD',
      promise:
        'Status and fields, no body. The front door sets Content-Length itself, so the length that GET would have is lost.',
      elsewhere: 'Go keeps Content-Length.',
    },
    { id: 'R8', given: 'A reason phrase', promise: 'Dropped, and never copied into a field or a body.' },
    {
      id: 'R9',
      given: 'Hop-by-hop fields of the response, those named by Connection, and Alt-Svc',
      promise: 'Removed; Alt-Svc would send clients directly to the backend.',
      elsewhere: 'Go forwards Alt-Svc; nginx removes only three names.',
    },
    {
      id: 'R10',
      given: 'Content-Length from the backend',
      promise: 'Dropped: the front door counts the body that it delivers.',
    },
    {
      id: 'R11',
      given: 'A body shorter than its Content-Length',
      promise:
        '502 with `http_response_incomplete`; never a truncated response that looks complete. When streamed, its beginning has already been sent: the stream ends with an error, and the log says so.',
      elsewhere: 'Go aborts the connection to the client.',
    },
    {
      id: 'R12',
      given: 'Several Set-Cookie fields',
      promise:
        'Each is a separate entry, in order: in `cookies`, or in `multiValueHeaders`. A load balancer without multi-value headers can set one: the first.',
    },
    {
      id: 'R13',
      given: 'Set-Cookie with a Domain that is neither the public host nor a parent domain of it',
      promise:
        'Domain is removed, so that the cookie belongs to the public host; browsers drop the cookie otherwise. Any other Domain stays.',
      elsewhere: 'nginx does so when told to; Go and hono do not.',
    },
    {
      id: 'R14',
      given: 'Set-Cookie whose Path lies under the base path',
      promise: 'The base path is cut off at a segment boundary.',
      elsewhere: 'nginx does so when told to; Go and hono do not.',
    },
    {
      id: 'R15',
      given: 'Set-Cookie without Secure, or with a `__Host-` or `__Secure-` name',
      promise: 'Secure is neither added nor removed, and what these prefixes require stays.',
    },
    {
      id: 'R16',
      given: 'Set-Cookie with Expires, unknown attributes, quotes, unusual case',
      promise: 'Everything but the attribute concerned keeps its bytes.',
    },
    {
      id: 'R17',
      given: 'Location with the address of the backend',
      promise: 'Rewritten to the public host over https, without the base path; query and fragment stay.',
      elsewhere: 'nginx does so by default; Go and hono do not.',
    },
    {
      id: 'R18',
      given: 'Location that is relative, names another host, or is not a web address',
      promise:
        'Unchanged. A path under the base path loses it and never becomes a host; `//backend/x` counts as the backend.',
    },
    {
      id: 'R19',
      given: 'Location with another spelling of the backend: host case, trailing dot, explicit port, http for https',
      promise:
        "Recognised, and so is the public host, which backends learn from the proxy, with the backend's port, 80, 443 or none. Another host or another port is left alone.",
    },
    {
      id: 'R20',
      given: 'A second Location, garbage in it, or non-ASCII bytes',
      promise: 'The first one counts, non-ASCII bytes are percent-encoded, and nothing fails.',
    },
    {
      id: 'R21',
      given: 'Content-Location, Refresh and Link with the address of the backend',
      promise:
        "Rewritten like Location, each URL and nothing else. A request's Destination (WebDAV) goes the other way: see H46.",
      elsewhere: 'nginx rewrites Refresh; Go and hono none of them.',
    },
    {
      id: 'R22',
      given: 'A compressed response',
      promise: 'Body and Content-Encoding pass unchanged; nothing is decoded.',
      elsewhere: 'hono decodes it.',
    },
    {
      id: 'R23',
      given: 'A Transfer-Encoding other than chunked',
      promise: '502: the proxy could not separate the content from the coding.',
    },
    {
      id: 'R24',
      given: 'Text or binary bodies',
      promise:
        'ASCII travels as text, everything else as base64; for a REST API and a load balancer, UTF-8 with a text media type travels as text too. The client gets the same bytes either way.',
    },
    {
      id: 'R25',
      given: 'A response without Content-Type',
      promise:
        'The type that a browser sees in the body (R49), none without a body: the front doors would otherwise say JSON. The standalone server adds none.',
    },
    {
      id: 'R26',
      given: 'Vary, ETag, Last-Modified, Cache-Control, Age, Expires, Accept-Ranges, digests',
      promise: 'Unchanged.',
    },
    {
      id: 'R27',
      given: 'A field that the backend sends several times',
      promise: 'Joined by commas in order; where a field has a single value, the first counts.',
    },
    {
      id: 'R28',
      given: 'Trailers after the response',
      promise: 'Dropped, with the Trailer field.',
      elsewhere: 'Go copies them, nginx when told to.',
    },
    {
      id: 'R29',
      given: 'Server',
      promise: 'Passes; no Via is added to responses. Front doors may rename it.',
      elsewhere: 'nginx sends its own.',
    },
    { id: 'R30', given: 'Date', promise: 'Passes. Front doors may rename it.', elsewhere: 'nginx sends its own.' },
    { id: 'R31', given: 'Strict-Transport-Security', promise: 'Passes.' },
    {
      id: 'R32',
      given: 'Content-Security-Policy, X-Frame-Options, cross-origin policies, NEL, Clear-Site-Data',
      promise: 'Pass unchanged.',
    },
    {
      id: 'R33',
      given: 'CORS fields and preflight requests',
      promise:
        'The backend handles both, and they pass. Leave CORS of the front door unset: it would replace or repeat them.',
    },
    {
      id: 'R34',
      given: '401 with WWW-Authenticate',
      promise: 'Passes unchanged. A Function URL renames the field afterwards.',
    },
    {
      id: 'R35',
      given: 'Ranges: 206, 416, multipart/byteranges',
      promise: 'Pass unchanged; only the part counts against the quota.',
    },
    {
      id: 'R36',
      given: 'A response without an end, such as server-sent events',
      promise:
        'When streamed, each chunk is forwarded as it arrives, until none arrives for REQUEST_TIMEOUT or Lambda’s time is up. When buffered, never a hang, since a buffered response must be complete before it is sent: 501 for an event stream (E34), 504 at the deadline for others.',
      elsewhere: 'Go flushes events immediately; nginx obeys X-Accel-Buffering.',
    },
    {
      id: 'R37',
      given: 'A Content-Length over the quota',
      promise:
        '413 before the body is read, and the connection is closed; also 413 for what AWS cannot carry once serialised.',
    },
    {
      id: 'R38',
      given: 'A body without a declared length that exceeds the quota',
      promise:
        'Reading stops at the chunk that passes the limit; 413, or when streamed an error in the middle of the body. Memory stays bounded.',
    },
    {
      id: 'R39',
      given: 'X-Robots-Tag',
      promise: "The proxy's own pages say `noindex, nofollow`; the backend's responses are unchanged.",
    },
    {
      id: 'R40',
      given: 'Response fields with unusual names, such as `__proto__`, or with control characters',
      promise: 'Unusual names pass like any other; a control character is a 502. Nothing crashes.',
    },
    {
      id: 'R41',
      given: 'HTTP/1.0, and bodies that end with the connection',
      promise: 'Delivered; a truncated body of this kind is detected only when the connection is reset.',
    },
    {
      id: 'R42',
      given: "HTML with the backend's absolute URLs",
      promise: 'Unchanged: the proxy does not rewrite bodies.',
    },
    { id: 'R43', given: 'Cache-Status', promise: "None is added, because nothing is cached; the backend's passes." },
    {
      id: 'R44',
      given: 'Proxy-Status from the backend or from proxies behind',
      promise:
        'Passes, but for members that claim the name of this proxy, in any case or quoting: its own stands only on responses that it makes itself.',
    },
    { id: 'R45', given: 'Server-Timing', promise: 'Passes; none is added.' },
    {
      id: 'R46',
      given: 'Non-ASCII bytes in a response field, such as Content-Disposition',
      promise:
        'Handed over character for byte; the standalone server and `npm start` send the same bytes. How AWS writes them out ' +
        'can only be seen live.',
    },
    {
      id: 'R47',
      given: 'X-Request-Id of the response',
      promise:
        "On every response, failures and early ones included: the id that the backend received. The backend's own passes instead, and the log has both.",
    },
    {
      id: 'R48',
      given: 'Location, Content-Location, Refresh, Link and cookie Path behind a stage or PUBLIC_PATH',
      promise:
        'The prefix is put in front again, unless the backend has done so already by X-Forwarded-Prefix. A `__Host-` cookie keeps `Path=/`.',
      elsewhere: 'nginx, Go, hono and Traefik leave that to the backend.',
    },
    {
      id: 'R49',
      given: 'The first bytes of a body without Content-Type',
      promise:
        'Compared with the signatures of the MIME Sniffing Standard, as browsers do: HTML, XML, PDF, images, audio, video, ' +
        'archives, text, or else `application/octet-stream`, which it also is with `nosniff`. A body in gzip, deflate or br ' +
        'is decoded for that. When streamed, the first piece of the body decides.',
      elsewhere: 'nginx and hono add none; Go sniffs in its server, but not in its proxy.',
    },
  ],
};
