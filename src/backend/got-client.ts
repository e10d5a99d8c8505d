import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { create, type Got, Options, ReadError, type RequestError } from 'got';
import { failureOf, ProxyError } from '../failures.ts';
import type { Connections } from './connections.ts';

/*
 * Everything that is got's, and the only file that knows it. got contributes the stream of the response body, which
 * notices when the body ends early. The request itself is Node's, and timeouts and timings are the proxy's.
 *
 * Parts of got are replaced in the bundle; the reasons stand where they are replaced:
 * - build/got-stream.ts: got's stream is a Readable, because its writable half never gets a byte and costs much;
 * - build/stand-ins.ts: HTTP/2, cache, retry, redirects and what else the options below switch off;
 * - build/lazy-list-format.ts: a dependency of got's options loads ICU data for the wording of errors.
 *
 * This file and those rely on details of one version. build/got-version.ts names it, fails the build with any other,
 * and lists what to verify on an update.
 */

/** The response body of one attempt. */
export interface BackendStream extends Readable {
  /** Live: how much of the body has been taken from the backend response. */
  readonly downloadProgress: { readonly transferred: number };
}

const clients = new WeakMap<Connections, Got>();

/**
 * Translates what only got knows: that a response had begun. Other errors stay as they are; they have the code of Node's
 * error, and that error as their cause.
 *
 * @param error of got's stream
 */
export function translateError(error: RequestError): Error {
  const { cause, code } = error;
  if (cause instanceof ProxyError) return cause;
  // A reset now is a truncated body and not a closed connection.
  if (error instanceof ReadError && !code.startsWith('HPE_')) {
    const { reason } = failureOf('response_incomplete');
    return new ProxyError('response_incomplete', { reason: `${reason} (${code})`, cause: error });
  }
  return error;
}

/**
 * Returns a client that changes neither request nor response: the conveniences of an application are faults in a proxy.
 * It is made once for a backend, with all that got would otherwise make for each request. The URL is for got's errors;
 * the connection is opened by `respond`.
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
  // Nobody else has them. Freezing them takes a millisecond of a cold start.
  const client = create({ options, handlers: [], mutableDefaults: true });
  clients.set(connections, client);
  return client;
}

/**
 * Starts an attempt. got is handed the response and not the request: what happens to the request before and after its
 * response is for the caller to notice, and so is ending it when the stream is destroyed.
 *
 * @param connections the connections to the backend
 * @param isHead true when the response has no body whatever its fields say
 * @param respond sends the request and resolves to its response; called at most once, and not at all for a stream that
 *   is destroyed immediately
 * @returns a stream that emits `response` once, and then is the body
 */
export function openStream(
  connections: Connections,
  isHead: boolean,
  respond: () => Promise<IncomingMessage>,
): BackendStream {
  // Without options of its own, which got would copy three times; it reads these a turn of the microtasks later.
  const stream = clientFor(connections).stream();
  const { options } = stream;
  if (isHead) options.method = 'HEAD';
  options.request = respond as NonNullable<Options['request']>;
  return stream;
}
