import { outcomeOf } from '../runtime/outcome.ts';
import { type Runtime, type RuntimeClient, startRuntime } from '../runtime/runtime.ts';
import type { BackendProcess } from './backend-process.ts';
import type { Contender } from './contenders.ts';
import { onItsOwnProcessor } from './process-clock.ts';

/** What every measurement needs. */
export interface Bench {
  readonly backend: BackendProcess;
  readonly client: RuntimeClient | undefined;
}

export const schemes = ['http', 'https'] as const;
export type Scheme = (typeof schemes)[number];

interface StartOptions {
  readonly handler?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What to put before its command. */
  readonly prefix?: readonly string[];
}

/** Starts a contender under AWS's runtime client, with the settings that its users would have. */
export function start(
  { backend, client }: Bench,
  { taskRoot }: Pick<Contender, 'taskRoot'>,
  scheme: Scheme,
  { handler = 'index.handler', env = {}, prefix = onItsOwnProcessor }: StartOptions = {},
): Promise<Runtime> {
  return startRuntime({
    taskRoot,
    handler,
    client,
    prefix,
    env: {
      REMOTE_URL: backend[scheme],
      // As the peers do.
      HOST_HEADER: 'backend',
      // What the product's users set, and what costs something for each request.
      FILTERED_PATH: '/admin,/internal,/actuator',
      NODE_NO_WARNINGS: '1',
      ...env,
    },
  });
}

/** A buffered answer in payload format 2.0. */
export interface BackendResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies?: readonly string[];
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}

export async function ask(runtime: Runtime, event: unknown): Promise<BackendResponse> {
  const outcome = outcomeOf(await runtime.invoke(event, { timeoutMs: 30_000 }), 'response');
  return JSON.parse(outcome.payload.toString());
}

export const bytesOf = ({ body, isBase64Encoded }: BackendResponse): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/** One request whose answer nobody looks at; milliseconds from event to answer. */
export async function shoot(runtime: Runtime, event: unknown): Promise<number> {
  const started = performance.now();
  outcomeOf(await runtime.invoke(event, { timeoutMs: 30_000 }), 'response');
  const took = performance.now() - started;
  // Nobody reads the log of a contender, and it must not grow.
  runtime.log.length = 0;
  return took;
}
