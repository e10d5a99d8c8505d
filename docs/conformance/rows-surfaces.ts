import type { Group } from './types.ts';

/** D: debug output and redaction. */
export const debugging: Group = {
  title: 'Debug surface and redaction',
  rows: [
    {
      id: 'D1',
      given: '`?dump_request=y` or `?trace_connection=y` with DEBUG_QUERIES=off',
      promise: 'Ordinary parameters: nothing happens, and they are forwarded.',
    },
    {
      id: 'D2',
      given: 'The same with debug queries enabled',
      promise:
        '`y`, `yes`, `1`, `true` work while DEBUG_KEY is unset; with DEBUG_KEY, only the key works, compared in constant time.',
    },
    {
      id: 'D3',
      given: 'A dump',
      promise: 'Shows the request as received and as it would be sent; the backend is never called.',
    },
    {
      id: 'D4',
      given: 'The dump page',
      promise:
        'Escaped, not stored, not framed, not indexed, under a policy that lets nothing run but its own copy button. Credentials are masked.',
    },
    { id: 'D5', given: 'A dump for a client that does not prefer HTML', promise: 'JSON with the same content.' },
    {
      id: 'D6',
      given: 'Access lines and debug logs',
      promise:
        'JSON lines with the request id; phases in ms, socket reuse, sizes, status. No body, no forged line. Secrets are ' +
        'masked: by the words of a name, by the form of a value, and in URLs, JSON and text wherever they stand.',
    },
    {
      id: 'D7',
      given: 'A request that fails with a 5xx of the proxy’s own, or whose streamed response breaks off',
      promise:
        'Its trace is in the log although nobody traced the request: the fields that are known to be harmless, of any other ' +
        'field and of each value of the query the length. 8 KB of its fields.',
    },
    {
      id: 'D8',
      given: 'Each header field on a dump',
      promise:
        'The received value beside the one that would be sent, and the reason for the difference, from the code that makes it; the request as a masked curl command.',
    },
    {
      id: 'D9',
      given: '`&dump_body=y`',
      promise:
        'A form or JSON of up to 4 KB, with secrets masked; for anything else the reason why it is not shown. Without it, no body.',
    },
    {
      id: 'D10',
      given: 'A response to `?trace_connection=`, a page of the proxy included',
      promise: 'Server-Timing has the time of each phase, for a client that may trace and for nobody else.',
    },
    {
      id: 'D11',
      given: 'Header fields of the response in the debug log',
      promise: 'As the backend sent them beside those returned, and the reason for each difference.',
    },
  ],
};

/** P: the proxy's own pages. */
export const ownPages: Group = {
  title: 'Own pages',
  rows: [
    {
      id: 'P1',
      given: 'Text from the client or the operator on a page',
      promise:
        'Failure pages reflect nothing from the client; everything else is escaped, and links are http, https or, for help, mailto.',
    },
    { id: 'P2', given: 'The address of the backend', promise: 'On no failure page, unless SHOW_TARGET_LINK=true.' },
    { id: 'P3', given: 'Styles, fonts, scripts, images', promise: 'Nothing is loaded from elsewhere.' },
    {
      id: 'P4',
      given: "The fields of the proxy's own responses",
      promise:
        '`no-store`, `nosniff`, `noindex`, `no-referrer`, a policy for HTML; Retry-After where a retry may help.',
    },
    {
      id: 'P5',
      given: 'A failure page',
      promise:
        'Works without scripts, with a screen reader, by keyboard, at 320 pixels, in light, dark and forced colours and in print; axe-core and html-validate find nothing; under 12 KB.',
    },
    {
      id: 'P6',
      given: 'Operator texts that contain `{{…}}`, `%s` or markup',
      promise: 'Inserted once and escaped; nothing is expanded, and there are no templates.',
    },
    {
      id: 'P7',
      given: 'Any Accept: missing, `*/*`, q=0, malformed, 8 KB long',
      promise: 'HTML or problem details when preferred, otherwise plain text; always in linear time.',
    },
    {
      id: 'P8',
      given: 'Problem details',
      promise: 'type, title, status, a detail that is safe to show, the request id as instance; no stack trace.',
    },
    { id: 'P9', given: 'A failure on HEAD', promise: 'Status and fields, no body.' },
    {
      id: 'P10',
      given: 'What a user quotes to get help',
      promise: "Every form shows Lambda's request id and the failure code, as in the log.",
    },
    {
      id: 'P11',
      given: 'The page for a backend that may be starting, on GET',
      promise:
        'Checks at growing, random intervals, not while paused or hidden, and opens the page when the backend responds. Without scripts a link tries again. Other methods are never repeated.',
    },
    {
      id: 'P12',
      given: "The operator's style sheet and logo",
      promise:
        'Checked at cold start: they cannot close their element, load nothing, and are limited in size; the policy stays in force.',
    },
    {
      id: 'P13',
      given: 'Accept-Language',
      promise: 'Nine languages, each complete; English for everybody else; Content-Language and Vary say so.',
    },
  ],
};

/** A: AWS front doors. */
export const frontDoors: Group = {
  title: 'AWS front doors',
  rows: [
    {
      id: 'A1',
      given: 'An HTTP API decodes the path, the other front doors do not',
      promise:
        'The decoded path is encoded again, the others are taken as they are. Use a Function URL where `%2F` matters.',
    },
    {
      id: 'A2',
      given: 'The raw query',
      promise:
        'Still encoded in payload format 2.0, and the only source of the query there. The other formats do not have it, see M21.',
    },
    {
      id: 'A3',
      given:
        'Payload 2.0: names in lower case, repeats joined, cookies separate. Payload 1.0: the client’s spelling, all values',
      promise: 'Read accordingly; cookies become one Cookie field.',
    },
    {
      id: 'A4',
      given: 'Set-Cookie in a payload 2.0 response',
      promise: 'Only in `cookies`, so that none is set twice.',
    },
    {
      id: 'A5',
      given: 'An HTTP API waits 30 seconds and turns X-Forwarded-For into Forwarded',
      promise:
        'The client gets a 504 page before the 30 seconds are over; Forwarded is dropped, or continued with TRUST_FORWARDED.',
    },
    {
      id: 'A6',
      given: 'Lambda’s limit of 6 MB',
      promise: 'A larger response is a 413, not a failed invocation. When streamed, 200 MB pass.',
    },
    {
      id: 'A7',
      given: 'A streaming Function URL may decompress responses by itself',
      promise:
        'The streaming handler requests no content coding from the backend, so there is nothing to decompress; the proxy never decodes.',
    },
    {
      id: 'A8',
      given: 'A streamed response without a body',
      promise: 'An empty write still sends status, fields and cookies.',
    },
    { id: 'A9', given: 'Content-Length in a streamed response', promise: 'Not sent.' },
    {
      id: 'A10',
      given: 'Front doors rename WWW-Authenticate, Server, Date and others to x-amzn-Remapped-…',
      promise:
        'Fields that already have this prefix are dropped, since they break a Function URL. The renaming itself happens only on AWS.',
    },
    {
      id: 'A11',
      given: 'The environment is frozen between invocations',
      promise: 'Idle times are measured by the wall clock, and no work remains after the response.',
    },
    {
      id: 'A12',
      given: 'An HTTP API with CORS configured',
      promise: "It ignores the backend's CORS fields, so the deployment leaves CORS unset.",
      stated: 'needs a live AWS endpoint',
    },
    {
      id: 'A13',
      given: 'The response object',
      promise:
        'Always well-formed: a number as status, strings as values, text as body, no key that AWS does not know, and a load balancer’s fields in its own mode; otherwise AWS would return 502.',
    },
    {
      id: 'A14',
      given: 'Function URL, HTTP API in either payload format, REST API, load balancer in either mode, anything else',
      promise:
        'Each is recognised by exactly one source, and the response has its shape, health checks and test pages included. Anything else is a 400 that says which events are understood, never a failed invocation.',
    },
  ],
};
