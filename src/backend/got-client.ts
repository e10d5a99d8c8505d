import { ClientRequest } from 'node:http';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { create, type Got, type Request as GotStream, Options, ReadError, type RequestError, TimeoutError } from 'got';
import { type FailureCode, failureOf, ProxyError } from '../failures.ts';
import type { Timings } from '../types.ts';
import type { Connections } from './connections.ts';

/*
 * Everything that is got's, and the only file that knows it. got contributes one timeout over all phases of an attempt,
 * the timings of each phase, and a stream of the body that fails when either runs out. The request itself is Node's.
 *
 * Parts of got are replaced in the bundle; the reasons stand where they are replaced:
 * - build/got-stream.ts: got's stream is a Readable, because its writable half never gets a byte and costs much;
 * - build/stand-ins.ts: HTTP/2, cache, retry, redirects and what else the options below switch off;
 * - build/lazy-list-format.ts: a dependency of got's options loads ICU data for the wording of errors.
 *
 * This file and those rely on details of one version. build/got-version.ts names it, fails the build with any other,
 * and lists what to verify on an update.
 */

/** The response body of one attempt. It fails when the timeout passes. */
export interface BackendStream extends Readable {
  /** Live: later phases fill in while the body is read. Undefined until the request is opened. */
  readonly timings: Timings | undefined;
  /** Live: how much of the body has been taken from the backend response. */
  readonly downloadProgress: { readonly transferred: number };
}

const clients = new WeakMap<Connections, Got>();

/** Returns the phase that the time ran out in. got has one timeout for all of them; its timings show the progress. */
function timeoutCode({ timings, options }: RequestError): FailureCode {
  if (timings === undefined) return 'response_timeout';
  if (timings.response !== undefined) return 'response_stalled';
  const { protocol, hostname } = new URL(String(options.url));
  const isAddress = hostname.startsWith('[') || isIP(hostname) !== 0;
  if (timings.lookup === undefined && !isAddress) return 'dns_timeout';
  if (timings.connect === undefined) return 'connection_timeout';
  if (protocol === 'https:' && timings.secureConnect === undefined) return 'tls_timeout';
  return 'response_timeout';
}

/** Makes a failure whose reason has one fact that got knows. */
function failureFrom(code: FailureCode, fact: string | undefined, cause: RequestError): ProxyError {
  const { reason } = failureOf(code);
  return new ProxyError(code, { reason: fact === undefined ? reason : `${reason} (${fact})`, cause });
}

const limitOf = ({ options: { timeout } }: RequestError) =>
  timeout?.request === undefined ? undefined : `${timeout.request} ms`;

/**
 * Translates what only got knows: that its timeout passed and in which phase, and that a response had begun. Other
 * errors stay as they are; they have the code of Node's error, and that error as their cause.
 *
 * @param error of got's stream
 */
export function translateError(error: RequestError): Error {
  const { cause, code } = error;
  if (cause instanceof ProxyError) return cause;
  if (error instanceof TimeoutError) return failureFrom(timeoutCode(error), limitOf(error), error);
  // A reset now is a truncated body and not a closed connection.
  if (error instanceof ReadError && !code.startsWith('HPE_')) return failureFrom('response_incomplete', code, error);
  return error;
}

/** True when an attempt failed because its timeout passed, in whatever phase. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof ProxyError && error.cause instanceof TimeoutError;

/**
 * Returns a client that changes neither request nor response: the conveniences of an application are faults in a proxy.
 * It is made once for a backend, with all that got would otherwise make for each request. The URL is for got's errors;
 * the connection is opened by `open`.
 */
function clientFor(connections: Connections): Got {
  const known = clients.get(connections);
  if (known !== undefined) return known;
  const options = new Options(connections.url, {
    decompress: false,
    followRedirect: false,
    throwHttpErrors: false,
    // got copies these lists for each request.
    retry: { limit: 0, methods: [], statusCodes: [], errorCodes: [] },
    // Never called. Without one, got would read it from `tls`, and so load `tls` for backends without a certificate.
    https: { checkServerIdentity: () => undefined },
    hooks: { beforeError: [translateError] },
  });
  const client = create({ options, handlers: [], mutableDefaults: false });
  clients.set(connections, client);
  return client;
}

/** Tells got that a request is sent. */
function callLast(parameters: readonly unknown[]): void {
  const callback = parameters.at(-1);
  if (typeof callback === 'function') callback();
}

/**
 * Takes the place of `end`, which got calls when its listeners are attached. got does not learn whether sending fails:
 * it would take a failure for the end of everything, when the response may be there already.
 */
function endUnobserved(this: ClientRequest, ...parameters: unknown[]): ClientRequest {
  (ClientRequest.prototype.end as () => void).call(this);
  callLast(parameters);
  return this;
}

/** Takes the place of `end` when content is still arriving, which got does not know of. */
function ignoreEnd(this: ClientRequest, ...parameters: unknown[]): ClientRequest {
  callLast(parameters);
  return this;
}

/**
 * Starts an attempt.
 *
 * @param connections the connections to the backend
 * @param options.isHead true when the response has no body whatever its fields say
 * @param options.isUpload true when content is still arriving, and the upload ends the request
 * @param options.timeoutMs milliseconds from now until the stream fails; {@link setTimeoutOf} changes it
 * @param open opens Node's request and writes the content that there is; called at most once, and not at all for a
 *   stream that is destroyed immediately
 * @returns a stream that emits `response` once, and then is the body
 */
export function openStream(
  connections: Connections,
  { isHead, isUpload, timeoutMs }: { isHead: boolean; isUpload: boolean; timeoutMs: number },
  open: () => ClientRequest,
): BackendStream {
  return clientFor(connections).stream(undefined, {
    method: isHead ? 'HEAD' : 'GET',
    timeout: { request: timeoutMs },
    // Instead of letting got build the request: it would normalise the path and choose header fields.
    request: () => {
      const request = open();
      // Shared functions: V8 makes one that is written here among the old objects, and with it lives what it refers to.
      request.end = (isUpload ? ignoreEnd : endUnobserved) as typeof request.end;
      return request;
    },
  });
}

/**
 * Changes the timeout of a stream in flight. got reads its option again when the time is up, and goes on when there is
 * more of it by then.
 *
 * @param stream from {@link openStream}
 * @param timeoutMs milliseconds from the start of the attempt
 */
export function setTimeoutOf(stream: BackendStream, timeoutMs: number): void {
  (stream as GotStream).options.timeout.request = timeoutMs;
}
