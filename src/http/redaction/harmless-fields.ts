/** Names with a common beginning. */
const families =
  /^(?:accept|access-control|sec-ch|sec-fetch|x-b3|cloudfront|if)-|^x-forwarded-(?:for|proto|protocol|host|port|prefix|ssl|scheme)$/;

/**
 * Fields that describe a request and hold no credential: what a request that failed shows in the log although nobody
 * asked for its trace.
 */
const fields: ReadonlySet<string> = new Set(
  `accept b3 cache-control cdn-loop cf-connecting-ip cf-ipcountry cf-ray cf-visitor connection content-digest
   content-disposition content-encoding content-language content-length content-location content-md5 content-range
   content-type date depth device-memory dnt downlink early-data ect expect forwarded from host http2-settings
   keep-alive max-forwards origin overwrite pragma prefer priority proxy-connection purpose range rtt save-data
   sec-gpc sec-purpose sec-websocket-extensions sec-websocket-version te timeout traceparent tracestate trailer
   transfer-encoding true-client-ip upgrade upgrade-insecure-requests user-agent via want-content-digest warning
   x-amz-cf-id x-amz-content-sha256 x-amz-date x-amzn-requestid x-amzn-tls-cipher-suite x-amzn-tls-version
   x-amzn-trace-id x-client-ip x-cloud-trace-context x-correlation-id x-http-method-override x-original-forwarded-for
   x-purpose x-real-ip x-request-id x-request-start x-requested-with x-trace-id`.split(/\s+/),
);

/**
 * True for a request field whose value may be shown although nobody asked for it.
 *
 * @param name in lower case
 */
export const isHarmlessField = (name: string): boolean => fields.has(name) || families.test(name);
