import type { Readable } from 'node:stream';
import type { Context } from 'aws-lambda';
import type { Connections } from './backend/connections.ts';
import type { Config } from './config/config.ts';
import type { RemoteUrl } from './config/remote-url.ts';
import type { FailureCode } from './failures.ts';
import type { LogInState } from './log-in/state.ts';

/** Header fields by lower-case name. Only `set-cookie` may hold several values (RFC 6265 §3). */
export type HeaderFields = Record<string, string | string[]>;

/** The client, as the AWS front door names it and not by anything that the client can write. */
export interface Client {
  /** Address of the peer of the front door's connection; `unknown` for a load balancer's own health checks. */
  readonly ip: string;
  /** Public host name, with a port only where a load balancer's client named one. */
  readonly host: string;
  readonly protocol: 'https' | 'http';
  readonly port: number;
  /** Path of the stage, which precedes every path on the default endpoint of an API. */
  readonly stagePath?: string | undefined;
}

/** Content of a request: complete, as in an event, or still coming in, as over HTTP. */
export type RequestBody = Buffer | Readable;

/** A client's request, decoded from an AWS event or from HTTP, and free of either's shapes. */
export interface ProxyRequest {
  readonly method: string;
  /** Path as the client wrote it, percent-encoding kept, beginning with `/`. */
  readonly rawPath: string;
  /** Query without its `?`, byte for byte; empty when there is none. */
  readonly rawQuery: string;
  readonly headers: Readonly<HeaderFields>;
  readonly body: RequestBody;
  readonly client: Client;
  /** Name of the event source, e.g. `function-url`, or `http`. */
  readonly source: string;
}

/** A response on its way to the client. */
export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers: HeaderFields;
  readonly body: Buffer | Readable | string;
  /** True for a body that must not be sent as text: its control characters, six bytes each as JSON, would not fit. */
  readonly asBytes?: boolean | undefined;
  /** Bytes of the backend's content as it declared them, for a delivery that frames the response itself. */
  readonly contentLength?: number | undefined;
}

/** A request to the backend. */
export interface BackendRequest {
  readonly method: string;
  /** Request-target in origin-form (RFC 9112 §3.2.1): base path, path and query, exactly as sent. */
  readonly target: string;
  readonly headers: Readonly<HeaderFields>;
  readonly body: RequestBody;
}

/** Moments of the backend exchange in milliseconds since the epoch, and their differences. */
export interface Timings {
  readonly start: number;
  readonly connect?: number | undefined;
  readonly secureConnect?: number | undefined;
  readonly response?: number | undefined;
  readonly end?: number | undefined;
  readonly phases: {
    readonly dns?: number | undefined;
    readonly tcp?: number | undefined;
    readonly tls?: number | undefined;
    readonly firstByte?: number | undefined;
    readonly total?: number | undefined;
  };
}

/** What the trace shows of a TLS connection to the backend. */
export interface TlsConnection {
  /** For example `1.3`. */
  readonly version: string | undefined;
  /** Name of the cipher suite in the registry of IANA. */
  readonly cipher: string | undefined;
  /** Who issued the backend's certificate. */
  readonly issuer: string | undefined;
  /** End of its validity, in milliseconds since the epoch. */
  readonly validTo: number | undefined;
}

/** What is known of the exchange with the backend, success or not. */
export interface BackendReport {
  readonly attempts: number;
  /** Code of the error that the first of two attempts ended with. */
  readonly retryReason?: string | undefined;
  readonly reusedSocket: boolean;
  /** IP address of the other end of the connection, when there was one. */
  readonly peerAddress?: string | undefined;
  /** Alternating names and values of the response, as received. */
  readonly rawHeaders?: readonly string[] | undefined;
  /** Live: later phases fill in while the body is read. */
  readonly timings: Timings | undefined;
  readonly statusCode?: number | undefined;
  readonly httpVersion?: string | undefined;
  /** The backend's Content-Length in bytes, when it sent a valid one. */
  readonly declaredLength?: number | undefined;
  /** Of a body that was sent while it came in. Live. */
  readonly upload?: { readonly bytes: number } | undefined;
  /** Of an https backend, once the handshake is complete. */
  readonly tls?: TlsConnection | undefined;
  /** The backend's own X-Request-Id, when its response has one. */
  readonly requestId?: string | undefined;
}

/**
 * The record of one request, which the steps complete as the request passes them. The access line is written from it
 * whatever the ending, because in Middy no single hook sees normal, early and error endings alike.
 */
export interface Exchange {
  readonly startedAt: number;
  /** Lambda's id of the invocation, or the well-formed X-Request-Id of the request. */
  requestId: string;
  /** True for the first invocation of this environment. */
  readonly coldStart?: boolean;
  /** The settings, once they are loaded. */
  config?: Config;
  request?: ProxyRequest;
  /** True when the debug log has this request: its client asked for it and may have it, or it failed. */
  traced: boolean;
  /** True when the client may see how long each phase took, and has asked for it. */
  showsTiming?: boolean;
  /** When Lambda or the front door ends the exchange, if REQUEST_TIMEOUT does not: milliseconds since the epoch. */
  outsideLimit?: { readonly due: number; readonly of: 'function' | 'endpoint' };
  /** Where BASIC_LOGIN is on. */
  logIn?: LogInState;
  backendRequest?: BackendRequest;
  backendReport?: BackendReport;
  /** Domain of a cookie that cannot hold on the public host. */
  lostCookieDomain?: string;
  failure?: FailureCode;
  /** What became of waking the backend (WAKE), where that was tried. */
  wake?: 'requested' | 'too_soon' | 'failed';
  statusCode?: number;
  /** Bytes of the body handed to the client, before base64. */
  responseBytes?: number;
  /** Restores what a step changed, when the invocation is over. Here because a failure skips Middy's `after`. */
  cleanUp?: () => void;
}

/** What one invocation adds to the metrics. */
export interface Measurements {
  readonly requestId: string;
  /** Milliseconds from the request sent to the first byte of the response, when there is one. */
  readonly backendLatencyMs: number | undefined;
  /** Why there is no usable response, from a closed list. */
  readonly backendError: string | undefined;
  /** True when the request was refused and the fault is its client's. */
  readonly rejected: boolean;
  readonly tooLarge: boolean;
  readonly retries: number;
}

/** What the front door can carry back to the client. */
export interface Capacity {
  /** Largest response in bytes, measured as `measure` does. */
  readonly limit: number;
  /** Longest time in milliseconds that the front door waits, when it has a limit of its own. */
  readonly maxDurationMs: number;
  /** True when the body is sent while it comes in; then what the client has already cannot be taken back. */
  readonly streams: boolean;
  /** False where the front door may remove content codings, so that the backend is asked for none. */
  readonly keepsCodings: boolean;
  /** True where a status above 599 reaches the client; AWS's front doors respond with 502 instead. */
  readonly anyStatus: boolean;
  /** True where the front door gives a body without a type one of its own, which is wrong. */
  readonly needsType: boolean;
  /** Largest status and fields in bytes, as `measure` counts them without a body, where there is such a limit. */
  readonly maxPreludeBytes?: number | undefined;
  /** Size in bytes of the response as it is handed over, envelope included. */
  measure(response: ProxyResponse): number;
}

/** A span around the backend call, when tracing is active. */
export interface BackendSpan {
  /** Header fields that carry the trace to the backend. */
  readonly headers: Readonly<Record<string, string>>;
  end(outcome: { statusCode: number } | { failure: FailureCode }): void;
}

/** Lambda's context with what belongs to this invocation: what exists before the settings are loaded. */
export interface InvocationContext extends Context {
  exchange: Exchange;
  capacity: Capacity;
  /** Aborted when the client goes away. Lambda never learns of that; the standalone server does. */
  clientGone?: AbortSignal;
  startBackendSpan?: (backendRequest: BackendRequest, remoteUrl: RemoteUrl) => BackendSpan;
}

/** The context behind the config loader: what the steps of the inner chain and the core have. */
export interface ProxyContext extends InvocationContext {
  config: Config;
  connections: Connections;
}

/** The whole chain: a request in, a response out. */
export type ProxyChain = (request: ProxyRequest, context: InvocationContext) => Promise<ProxyResponse>;
