import { parseArgs } from 'node:util';
import { parseRemoteUrl } from '../config/remote-url.ts';
import type { Front } from './front.ts';
import { fronts } from './fronts.ts';
import { type WebFunctionFront, webFunctionFront } from './web-function.ts';

/** What the command line selects. */
export interface Options {
  readonly front: Front | WebFunctionFront;
  readonly streams: boolean;
  /** Remote URL from the command line; it takes precedence over REMOTE_URL. */
  readonly backend: string | undefined;
}

/** A mistake of the caller: its message is printed without a stack trace. */
export class UsageError extends Error {}

/** The request for the usage, which is the message. */
export class HelpRequest extends Error {}

const all: readonly [Front, ...(Front | WebFunctionFront)[]] = [...fronts, webFunctionFront];

const frontNames = all.map(({ source }) => source).join(', ');

const usage = `Usage: npm start -- [BACKEND] [--stream] [--front NAME]
  BACKEND  e.g. http://127.0.0.1:8080; REMOTE_URL or the embedded demo by default
  NAME     one of ${frontNames}
Variables: HOST (127.0.0.1), PORT (3000), and every setting of the function, such as LOG_LEVEL or ALLOWED_CIDRS`;

/** A Web Function streams without a parameter, too. */
const canStream = (front: Front | WebFunctionFront) => 'overHttp' in front || front.toStreamedHead !== undefined;

function parseParameters(args: readonly string[]) {
  try {
    const options = {
      front: { type: 'string' },
      stream: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // Node goes on about how to pass a word that begins with a dash.
    throw new UsageError(`${(error as Error).message.replace(/\. To specify .*/s, '.')}\n${usage}`);
  }
}

/** @throws {UsageError} for a remote URL that the function would refuse; the message never quotes a password */
function checkedBackend(backend: string): string {
  try {
    parseRemoteUrl(backend);
    return backend;
  } catch (error) {
    const isHost = /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:]+\])(?::\d{1,5})?(?:\/\S*)?$/i.test(backend);
    const hint = isHost ? ` Did you mean http://${backend}?` : '';
    throw new UsageError(`The backend ${(error as Error).message}.${hint}\n${usage}`);
  }
}

/**
 * Parses the parameters of `npm start`.
 *
 * @throws {UsageError} naming the parameter that is wrong
 * @throws {HelpRequest} for --help
 * @example parseCommandLine(['http://127.0.0.1:8080', '--front', 'rest-api'])
 */
export function parseCommandLine(args: readonly string[]): Options {
  const { values, positionals } = parseParameters(args);
  if (values.help === true) throw new HelpRequest(usage);
  if (positionals.length > 1) throw new UsageError(`Name one backend, not ${positionals.length}.\n${usage}`);
  const [backend] = positionals;
  const { front: name = all[0].source, stream: streams = false } = values;
  const front = all.find(({ source }) => source === name);
  if (front === undefined) throw new UsageError(`--front must be one of ${frontNames}, but is ${JSON.stringify(name)}`);
  if (streams && !canStream(front)) {
    const able = all.filter(canStream).map(({ source }) => source);
    throw new UsageError(`--stream needs a front door that streams: ${able.join(' or ')}, but --front is ${name}`);
  }
  return { front, streams, backend: backend === undefined ? undefined : checkedBackend(backend) };
}

/** @throws {UsageError} for a text that is not a TCP port */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65535) return port;
  throw new UsageError(`PORT must be a TCP port from 0 to 65535, e.g. 3000, but is ${JSON.stringify(text)}`);
}
