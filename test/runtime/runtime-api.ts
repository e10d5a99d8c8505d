import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer, json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { FUNCTION_ARN } from './environment.ts';
import { Invocation, type InvokeOptions } from './invocation.ts';
import type { InvocationOutcome } from './outcome.ts';
import { StreamRecorder } from './stream-recorder.ts';

/** Lambda's limit for buffered answers: 6 MiB and 100 bytes. */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** A stand-in for the HTTP service from which a Lambda runtime takes its events. */
export interface RuntimeApi {
  /** `host:port`, as AWS_LAMBDA_RUNTIME_API wants it. */
  readonly address: string;
  /** Resolves with the first `/next`; rejects when the runtime reports an error of its initialisation. */
  readonly ready: Promise<void>;
  /** Queues an event for the next free poll. Rejects only if it could not be handed to a runtime, or on `signal`. */
  invoke(event: unknown, options?: InvokeOptions): Promise<InvocationOutcome>;
  /** To be told when the runtime process has ended: what it had in hand is a crash, what waited is rejected. */
  runtimeExited(exitCode: number | null, signal: NodeJS.Signals | null): Promise<void>;
  close(): Promise<void>;
}

/** Starts a Runtime API (2018-06-01) on loopback for one runtime process, which may poll several times at once. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const queue: Invocation[] = [];
  const polls: ServerResponse[] = [];
  const inFlight = new Map<string, Invocation>();
  const sockets = new Set<Socket>();
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  let gone: Error | undefined;

  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
    route(request, response).catch((error) => response.destroy(error));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace('/2018-06-01/runtime/', '') ?? '';
    if (path === 'invocation/next') return next(response);
    if (path === 'init/error') {
      const { errorType, errorMessage } = errorFields(await json(request));
      ready.reject(new Error(`${errorType}: ${errorMessage}`));
      return accept(response);
    }
    const [, requestId = '', action] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    const invocation = inFlight.get(decodeURIComponent(requestId));
    if (!invocation) {
      await buffer(request);
      return refuse(response, action ? 400 : 404, 'InvalidRequestID', 'Invalid request ID');
    }
    if (request.headers['lambda-runtime-function-response-mode'] === 'streaming') {
      return takeStream(invocation, request, response);
    }
    return takeBuffered(invocation, action, request, response);
  }

  function next(response: ServerResponse): void {
    ready.resolve();
    polls.push(response);
    response.once('close', () => remove(polls, response));
    deliver();
  }

  function deliver(): void {
    while (polls.length > 0) {
      const invocation = queue.shift();
      if (!invocation) return;
      const { requestId } = invocation;
      inFlight.set(requestId, invocation);
      const deadline = invocation.start(() => inFlight.delete(requestId));
      const headers = {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(invocation.body),
        'Lambda-Runtime-Aws-Request-Id': requestId,
        'Lambda-Runtime-Deadline-Ms': deadline,
        'Lambda-Runtime-Invoked-Function-Arn': FUNCTION_ARN,
        'Lambda-Runtime-Trace-Id': invocation.traceId,
      };
      polls.shift()?.writeHead(200, headers).end(invocation.body);
    }
  }

  async function takeStream(invocation: Invocation, request: IncomingMessage, response: ServerResponse) {
    await invocation.readFrom;
    invocation.stream = new StreamRecorder(request, invocation.startedAt);
    await once(request, 'end');
    settle(invocation, invocation.stream.outcome());
    accept(response);
  }

  async function takeBuffered(
    invocation: Invocation,
    action: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    const payload = await buffer(request);
    if (payload.length > MAX_RESPONSE_BYTES) {
      settle(invocation, tooLarge(payload.length));
      const message = `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
      return refuse(response, 413, 'RequestEntityTooLarge', message);
    }
    if (action === 'response') settle(invocation, { kind: 'response', payload });
    else settle(invocation, { kind: 'error', errorType: errorTypeOf(payload), payload });
    accept(response);
  }

  function settle(invocation: Invocation, outcome: InvocationOutcome): void {
    inFlight.delete(invocation.requestId);
    invocation.settle(outcome);
  }

  async function invoke(event: unknown, options: InvokeOptions = {}): Promise<InvocationOutcome> {
    options.signal?.throwIfAborted();
    if (gone) throw gone;
    const invocation = new Invocation(event, options);
    const onAbort = () => {
      remove(queue, invocation);
      invocation.fail(options.signal?.reason);
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });
    queue.push(invocation);
    deliver();
    try {
      return await invocation.outcome;
    } finally {
      options.signal?.removeEventListener('abort', onAbort);
    }
  }

  async function runtimeExited(exitCode: number | null, signal: NodeJS.Signals | null): Promise<void> {
    gone = new Error(`The runtime process has ended (exit code ${exitCode}, signal ${signal}).`);
    ready.reject(gone);
    for (const invocation of queue.splice(0)) invocation.fail(gone);
    // What the process wrote before its end may still be on its way here; its sockets close after the last byte.
    const allClosed = Promise.all(
      [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
    await Promise.race([allClosed, sleep(1000, undefined, { ref: false })]);
    for (const invocation of inFlight.values()) invocation.crash(exitCode, signal);
    inFlight.clear();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready: ready.promise,
    invoke,
    runtimeExited,
    async close() {
      server.closeAllConnections();
      await runtimeExited(null, null);
      server.close();
      await once(server, 'close');
    },
  };
}

function accept(response: ServerResponse): void {
  reply(response, 202, { status: 'OK' });
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  reply(response, status, { errorMessage, errorType });
}

function reply(response: ServerResponse, status: number, content: object): void {
  const body = JSON.stringify(content);
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
    .end(body);
}

function tooLarge(size: number): InvocationOutcome {
  const errorType = 'Function.ResponseSizeTooLarge';
  const limit = `maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes)`;
  const errorMessage = `Response payload size (${size} bytes) exceeded ${limit}.`;
  return { kind: 'error', errorType, payload: Buffer.from(JSON.stringify({ errorMessage, errorType })) };
}

function errorTypeOf(payload: Buffer): string {
  return errorFields(JSON.parse(payload.toString())).errorType;
}

function errorFields(value: unknown): { errorType: string; errorMessage: string } {
  return { errorType: 'Unhandled', errorMessage: '', ...(value as object) };
}

function remove<Item>(list: Item[], item: Item): void {
  const index = list.indexOf(item);
  if (index !== -1) list.splice(index, 1);
}
