import type { Group } from './types.ts';

/** D: what developers may see. */
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
      given: 'The same with the queries on',
      promise:
        '`y`, `yes`, `1`, `true` work while DEBUG_KEY is unset; with it only the key, compared in constant time.',
    },
    {
      id: 'D3',
      given: 'A dump',
      promise: 'Shows the request as it came and as it would be sent; the backend is never called.',
    },
    {
      id: 'D4',
      given: 'The dump page',
      promise:
        'Escaped, not stored, not framed, not indexed, under a policy that lets nothing run but its own copy button. ' +
        'Credentials are masked.',
    },
    { id: 'D5', given: 'A dump for a client that does not prefer HTML', promise: 'JSON with the same contents.' },
    {
      id: 'D6',
      given: 'Logs and traces',
      promise:
        'JSON lines with the request id; phases in ms, socket reuse, sizes, status. No body, no forged line. Secrets are ' +
        'masked: by the words of a name, by the form of a value, and in URLs, JSON and text wherever they stand.',
    },
    {
      id: 'D7',
      given: 'A request that fails with a 5xx of the proxy’s own, or whose streamed answer breaks off',
      promise:
        'Its trace is in the log without having been asked for: the fields that are known to be harmless, of any other ' +
        'field and of each value of the query the length. 8 KB of its fields.',
    },
    {
      id: 'D8',
      given: 'Each header field on a dump',
      promise:
        'What came in beside what would be sent, and why they differ, told by the very steps that make the difference; ' +
        'the request as a masked command.',
    },
    {
      id: 'D9',
      given: '`&dump_body=y`',
      promise:
        'A form or JSON of up to 4 KB, its secrets masked; of anything else the reason why not. Without it, no body.',
    },
  ],
};

/** P: pages that the proxy makes itself. */
export const ownPages: Group = {
  title: 'Own pages',
  rows: [
    {
      id: 'P1',
      given: 'Text from the client or the operator on a page',
      promise: 'Failure pages reflect nothing of the client; everything else is escaped, and links are http or https.',
    },
    { id: 'P2', given: 'The address of the backend', promise: 'On no failure page, unless SHOW_TARGET_LINK=true.' },
    { id: 'P3', given: 'Styles, fonts, scripts, images', promise: 'Nothing is loaded from elsewhere.' },
    {
      id: 'P4',
      given: 'The fields of our own answers',
      promise:
        '`no-store`, `nosniff`, `noindex`, `no-referrer`, a policy for HTML; Retry-After where a retry may help.',
    },
    {
      id: 'P5',
      given: 'A failure page',
      promise:
        'Works without scripts, by ear, by keyboard, at 320 pixels, in light, dark and forced colours and in print; axe-core and html-validate find nothing; under 12 KB.',
    },
    {
      id: 'P6',
      given: 'Texts of the operator with `{{…}}`, `%s` or markup in them',
      promise: 'Inserted once and escaped; nothing is expanded, there are no templates.',
    },
    {
      id: 'P7',
      given: 'Any Accept: missing, `*/*`, q=0, malformed, 8 KB long',
      promise: 'HTML or problem details when preferred, otherwise plain text; always in linear time.',
    },
    {
      id: 'P8',
      given: 'Problem details',
      promise: 'type, title, status, a detail that is safe to show, the request id as instance; no stack.',
    },
    { id: 'P9', given: 'A failure on HEAD', promise: 'Status and fields, no body.' },
    {
      id: 'P10',
      given: 'Asking for help',
      promise: "Every form shows Lambda's request id and the failure's code, as the log has them.",
    },
    {
      id: 'P11',
      given: 'The page for a backend that may be starting, on GET',
      promise:
        'Asks by itself at growing, random distances, not while paused or hidden, and opens the page when the backend ' +
        'answers. Without scripts a link tries again. Other methods are never repeated.',
    },
    {
      id: 'P12',
      given: 'A style sheet and a logo of the operator’s own',
      promise: 'Checked when the function starts: they end nothing, load nothing, and have a size; the policy holds.',
    },
    {
      id: 'P13',
      given: 'Accept-Language',
      promise: 'Nine languages, each complete; English for everybody else; Content-Language and Vary say so.',
    },
  ],
};

/** A: what AWS puts in front. */
export const frontDoors: Group = {
  title: 'AWS front doors',
  rows: [
    {
      id: 'A1',
      given: 'An HTTP API decodes the path, the other front doors do not',
      promise: 'The one is encoded again, the other taken as it is. Use a Function URL where `%2F` matters.',
    },
    {
      id: 'A2',
      given: 'The raw query',
      promise:
        'In payload format 2.0 still encoded, and the only source of the query. The other formats have none, see M21.',
    },
    {
      id: 'A3',
      given:
        'Payload 2.0: names in lower case, repeats joined, cookies apart. Payload 1.0: the client’s spelling, all values',
      promise: 'Read as such; cookies become one Cookie field.',
    },
    { id: 'A4', given: 'Set-Cookie towards payload 2.0', promise: 'Only in `cookies`, so that none is set twice.' },
    {
      id: 'A5',
      given: 'An HTTP API waits 30 seconds and turns X-Forwarded-For into Forwarded',
      promise: 'A 504 page comes before the 30 seconds are over, and Forwarded is ours to drop or continue.',
    },
    {
      id: 'A6',
      given: 'Lambda carries 6 MB',
      promise: 'A larger answer is a 413, not a failed invocation. Streamed, 200 MB pass.',
    },
    {
      id: 'A7',
      given: 'A streaming Function URL may undo compression by itself',
      promise:
        'The streaming handler asks the backend for no content coding, so that there is none to undo; the proxy never decodes.',
    },
    {
      id: 'A8',
      given: 'A streamed answer without a body',
      promise: 'Status, fields and cookies are sent all the same, by an empty write.',
    },
    { id: 'A9', given: 'Content-Length in a streamed answer', promise: 'None is given.' },
    {
      id: 'A10',
      given: 'Front doors rename WWW-Authenticate, Server, Date and others to x-amzn-Remapped-…',
      promise:
        'Fields that bear this prefix already are dropped, since they break a Function URL. The renaming itself is live.',
    },
    {
      id: 'A11',
      given: 'The environment is frozen between invocations',
      promise: 'Idle times are taken from the wall clock, and no work is left for after the answer.',
    },
    {
      id: 'A12',
      given: 'An HTTP API with CORS configured',
      promise: "It ignores the backend's CORS fields, so the deployment leaves CORS unset.",
      stated: 'needs a live AWS endpoint',
    },
    {
      id: 'A13',
      given: 'The answer object',
      promise:
        'Always well-formed: a number as status, strings as values, text as body, no key that AWS does not know, and a load balancer’s fields in its own mode; else AWS would answer 502.',
    },
    {
      id: 'A14',
      given: 'Function URL, HTTP API in either payload format, REST API, load balancer in either mode, anything else',
      promise:
        'Each is recognised by one source alone, and answered in its own shape, health checks and test pages included. Anything else is a 400 that says which events are understood, never a failed invocation.',
    },
  ],
};
