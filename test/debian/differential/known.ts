/** A difference between nginx and lambda-rproxy that is meant, and why. */
export interface Known {
  /** Which differences: matched against `what`, as the suite writes it. */
  readonly what: RegExp;
  /** Which cases; all when left out. */
  readonly cases?: RegExp;
  readonly reason: string;
}

/** Cases in which both proxies make an answer of their own. */
const own = /^(?:method TRACE|no answer|no HTTP|a body that breaks off)$/;

const onRequests: readonly Known[] = [
  {
    what: /^backend header x-request-id: nginx nothing/,
    reason: 'names the request in the log of every server that it passes; nginx adds none unless told to',
  },
  { what: /^backend header (?:via|cdn-loop): /, reason: 'a gateway says that it was there, and so finds loops' },
  {
    what: /^backend header x-forwarded-(?:for|host|port|proto): /,
    reason: 'who asks and for which address, as the AWS endpoint vouches for it; nginx adds none unless told to',
  },
  {
    what: /^backend header connection: .*ours \["keep-alive"\]/,
    reason: 'connections are kept; nginx was told to send none',
  },
  {
    what: /^backend header x-custom: /,
    cases: /one.*two/,
    reason: 'AWS joins repeats before the function sees them (RFC 9110 §5.3)',
  },
  {
    what: /^backend header (?:x-real-ip|forwarded): .*ours nothing/,
    reason: "the client's word on who it is; nginx passes it on",
  },
  {
    what: /^backend header proxy-authorization: /,
    reason: 'for the proxy, not for what is behind it (RFC 9110 §11.7.2)',
  },
  { what: /^backend header proxy: /, reason: 'becomes HTTP_PROXY at CGI backends' },
  {
    what: /^backend header x-(?:original|rewrite)-url: /,
    reason: 'replaces the path at some backends, behind the filter',
  },
  {
    what: /^backend header (?:x_under_score|__proto__x): nginx nothing/,
    reason: 'nginx drops every name with _; ours only aliases of its own fields',
  },
];

const onResponses: readonly Known[] = [
  { what: /^response header server: nginx "nginx/, reason: "nginx puts its own name in place of the backend's" },
  {
    what: /^response header x-request-id: nginx nothing/,
    reason: 'what to ask for, and to look for in the log; nginx adds none unless told to',
  },
  { what: /^response header date: /, reason: 'nginx writes the date anew' },
  {
    what: /^response header (?:www-authenticate: .*ours nothing|x-amzn-remapped-(?:date|www-authenticate): nginx nothing)/,
    reason: 'a Function URL renames these fields, and so does the local front door',
  },
  {
    what: /^response header (?:transfer-encoding|content-length): /,
    reason: 'Lambda has the whole body, so the front door counts it; nginx passes on how it came',
  },
  {
    what: /^response header content-type: nginx nothing, ours "application\/json"/,
    cases: /status [23]04|^redirect|empty body/,
    reason: 'AWS names a type for every answer without one, and the local front door plays that',
  },
  {
    what: /^response header content-type: nginx nothing, ours "text\/plain"/,
    cases: /^body without/,
    reason: 'what a browser would see; else AWS would call it application/json',
  },
  {
    what: /^response header location: nginx "BACKEND", ours "PUBLIC\/"/,
    reason: 'names the backend too, without a path',
  },
  {
    what: /^response header (?:refresh|link): /,
    reason: 'brought back to the public address like Location; nginx does part of it',
  },
  {
    what: /^response header set-cookie: .*Domain=127/,
    reason: "a cookie for the backend's host would be lost on the public one",
  },
  { what: /^response header upgrade: /, reason: 'hop-by-hop (RFC 9110 §7.8)' },
  { what: /^response header alt-svc: /, reason: 'would lead past the proxy (RFC 7838)' },
  { what: /^response header proxy-authenticate: /, reason: 'hop-by-hop (RFC 9110 §11.7.1)' },
  { what: /^response header trailer: /, reason: 'no trailer can follow' },
  { what: /^response header x-accel-buffering: /, reason: 'an order to nginx, which keeps it' },
  {
    what: /^response header keep-alive: /,
    cases: /"connection"/,
    reason: "the local front door's own, for this hop",
  },
];

const onOwnResponses: readonly Known[] = [
  { what: /^the body: /, cases: own, reason: 'own pages have own words' },
  {
    what: /^response header (?:cache-control|content-language|content-type|proxy-status|referrer-policy|retry-after|vary|x-[a-z-]+): /,
    cases: own,
    reason: 'own answers are not stored, not indexed, and say in Proxy-Status what happened (RFC 9209)',
  },
  {
    what: /^response header allow: /,
    cases: /TRACE/,
    reason: '405 names the methods that are allowed (RFC 9110 §15.5.6)',
  },
  {
    what: /^the status: nginx 0, ours 502$/,
    cases: /no HTTP/,
    reason: 'nginx takes it for HTTP/0.9 and passes it on; it is no HTTP',
  },
  {
    what: /^the status: nginx 0, ours 502$/,
    cases: /breaks off/,
    reason: 'nginx has sent the head by then and can only break off too; ours tells the whole answer or none',
  },
  {
    what: /^response header connection: /,
    cases: /no HTTP|breaks off|103/,
    reason: 'nginx gave no valid answer to compare with',
  },
  {
    what: /^(?:the (?:status|body)|response header content-type): /,
    cases: /^103/,
    reason: 'this nginx takes the interim answer for the final one (RFC 9110 §15.2)',
  },
];

/** Every difference that may be; one that no case shows any more fails the suite as well. */
export const known: readonly Known[] = [...onRequests, ...onResponses, ...onOwnResponses];
