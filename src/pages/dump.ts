import { parseCookie } from 'cookie';
import type { Config } from '../config/config.ts';
import { bodyPreview } from '../http/redaction/body-preview.ts';
import { maskHeaders, maskSentHeaders } from '../http/redaction/headers.ts';
import { maskQuery, maskTarget, maskUrl } from '../http/redaction/redaction.ts';
import { type FieldChange, fieldChanges } from '../http/request/field-changes.ts';
import type { HeaderSource } from '../http/request/header-steps.ts';
import { publicOrigin } from '../http/request/public-origin.ts';
import { parseParameter } from '../http/request/query.ts';
import type { BackendRequest, HeaderFields, ProxyContext, ProxyRequest } from '../types.ts';
import { curlCommand } from './curl.ts';

/** Input of a dump. */
export interface DumpSource {
  /** The request without its debug queries, and the input of the header steps. */
  readonly headerSource: HeaderSource;
  /** The request that would be sent to the backend. */
  readonly sent: BackendRequest;
  readonly context: ProxyContext;
  /** Remaining time of the invocation in milliseconds. */
  readonly remainingMs: number;
  /** The body, or the beginning of one that is too large to show; undefined unless the query requests it. */
  readonly content: Buffer | undefined;
}

/** The reason for a change of a response, as the steps of requests have theirs. */
const responseWhy = 'RESPONSE_HEADERS';

const withoutAccount = (arn: string) => arn.replace(/:\d{12}:/, ':[account]:');

const single = (value: string | string[] | undefined) => [value ?? []].flat().join('; ');

const parametersOf = (maskedQuery: string) =>
  maskedQuery === '' ? [] : maskedQuery.split('&').map((parameter) => parseParameter(parameter));

/** Returns the size of a body; of one that is still arriving, the declared size, if any. */
const bytesOf = ({ body, headers }: Pick<ProxyRequest, 'body' | 'headers'>) =>
  Buffer.isBuffer(body) ? body.length : single(headers['content-length']) || 'any number of';

function bodyOf({ headerSource: { request }, content }: DumpSource) {
  const { headers } = request;
  const contentType = single(headers['content-type']) || undefined;
  const bytes = bytesOf(request);
  if (bytes === 0) return { bytes, contentType };
  if (content === undefined) return { bytes, contentType, withheld: 'add dump_body=y to see it' };
  const coding = single(headers['content-encoding']);
  const preview = coding === '' ? bodyPreview(content, contentType) : { withheld: `it is encoded: ${coding}` };
  return { bytes, contentType, ...preview };
}

/** Where the connection goes, when REMOTE_ADDRESS names it. */
function addressOf({ connectTo: { hostname, port }, remoteUrl }: Config): string | undefined {
  if (hostname === remoteUrl.hostname && port === remoteUrl.port) return undefined;
  return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}

/** Compares the fields as received and as sent, with secrets masked on both sides. */
function shownFields({ headerSource, sent }: DumpSource, received: HeaderFields, masked: HeaderFields): FieldChange[] {
  return fieldChanges(headerSource, sent).map((field) => ({
    ...field,
    received: received[field.name],
    sent: masked[field.name],
  }));
}

/**
 * Describes a request as received and as it would be sent, with the limits and settings that apply. Shows cookies by
 * name, secrets by length, and of the body only the {@link bodyPreview}.
 *
 * @param source the request and its context
 */
export function describeRequest(source: DumpSource) {
  const { headerSource, sent, context, remainingMs } = source;
  const { request, config } = headerSource;
  const { client, method } = request;
  const { remoteUrl, tls, hostHeader, noHeaders, trustForwarded, filteredPaths } = config;
  const received = maskHeaders(request.headers);
  const headers = maskSentHeaders(sent.headers, config.requestRules);
  const path = maskUrl(request.rawPath);
  const query = maskQuery(request.rawQuery);
  const origin = publicOrigin(request, config);
  const url = `${origin.protocol}://${origin.host}${origin.prefix}${path}${query === '' ? '' : `?${query}`}`;
  const body = bodyOf(source);
  const fields = shownFields(source, received, headers);
  return {
    request: {
      method,
      url,
      protocol: origin.protocol,
      host: origin.host,
      path,
      query,
      parameters: parametersOf(query),
      headers: received,
      cookies: Object.keys(parseCookie(single(request.headers['cookie']))),
      body,
      client: client.ip,
      source: request.source,
    },
    backend: {
      method: sent.method,
      origin: `${remoteUrl.protocol}//${remoteUrl.authority}`,
      address: addressOf(config),
      target: maskTarget(sent.target, remoteUrl.baseQuery),
      headers,
      bodyBytes: bytesOf(sent),
    },
    fields,
    responseRules: config.responseRules.map(({ name, action, value }) => ({ name, action, value, why: responseWhy })),
    delivery: context.capacity.streams ? 'streaming' : 'buffered',
    limits: {
      requestTimeoutMs: config.requestTimeoutMs,
      endpointWaitsMs: context.capacity.maxDurationMs,
      remainingMs,
      responseBytes: context.capacity.limit,
      payloadQuota: config.payloadQuota,
    },
    settings: { tls: tls.mode, hostHeader, noHeaders, trustForwarded, filteredPaths: filteredPaths.length },
    lambda: {
      functionName: context.functionName,
      functionVersion: context.functionVersion,
      functionArn: withoutAccount(context.invokedFunctionArn),
      memoryLimitMb: context.memoryLimitInMB,
      requestId: context.awsRequestId,
      logGroup: context.logGroupName,
      coldStart: context.exchange.coldStart,
      remainingMs,
    },
    curl: curlCommand({ method, url, headers: received }, 'text' in body ? body.text : undefined),
  };
}

/** A request with its secrets masked. */
export type Dump = ReturnType<typeof describeRequest>;
