import { runbook } from '../../docs/runbook.ts';
import { type FailureCode, failures } from '../../src/failures.ts';
import { printable } from '../../src/local/readable-log.ts';

/** A line of the log, as far as its story needs it. */
export interface LogLine {
  readonly message?: string;
  readonly level?: string;
  readonly timestamp?: string;
  readonly time?: string;
  readonly at?: string;
  readonly started_at?: string;
  readonly function_request_id?: string;
  readonly correlation_id?: string;
  readonly reason?: string;
  readonly remedy?: string;
  readonly duration_ms?: number;
  readonly error?: { readonly type?: string };
  readonly url?: { readonly domain?: string; readonly path?: string };
  readonly client?: { readonly address?: string };
  readonly server?: { readonly address?: string; readonly port?: number };
  readonly network?: { readonly peer?: { readonly address?: string } };
  readonly http?: {
    readonly request?: { readonly method?: string };
    readonly response?: { readonly status_code?: number; readonly body?: { readonly size?: number } };
  };
  readonly event?: { readonly method?: string; readonly path?: string };
  readonly response?: { readonly status_code?: number };
  readonly backend?: {
    readonly request?: { readonly method?: string; readonly target?: string };
    readonly status_code?: number;
    readonly total_ms?: number;
    readonly first_byte_ms?: number;
    readonly attempts?: number;
    readonly retry_reason?: string;
    readonly request_id?: string;
  };
  /** Of Lambda's own lines. */
  readonly type?: string;
  readonly record?: {
    readonly requestId?: string;
    readonly status?: string;
    readonly errorType?: string;
    readonly metrics?: {
      readonly durationMs?: number;
      readonly maxMemoryUsedMB?: number;
      readonly memorySizeMB?: number;
    };
  };
}

/** The invocation that a line belongs to. */
export const invocationOf = ({ function_request_id: id, record }: LogLine): string | undefined =>
  id ?? record?.requestId;

const momentOf = ({ at, started_at: started, timestamp, time }: LogLine) => at ?? started ?? timestamp ?? time ?? '';

const isAccessLine = ({ message }: LogLine) => message === 'request';

/** The line that says why: of a failure, or of a response that broke off. */
const isFailureLine = ({ message }: LogLine) =>
  message === 'request failed' || message === 'request refused' || message === 'response broke off';

const known = (code: string | undefined): FailureCode | undefined =>
  code !== undefined && Object.hasOwn(failures, code) ? (code as FailureCode) : undefined;

/** What a step shows behind its name. */
function detailsOf(line: LogLine): string {
  const { backend, event, http, response, record, type } = line;
  if (type?.startsWith('platform.')) {
    const { durationMs, maxMemoryUsedMB: used, memorySizeMB: size } = record?.metrics ?? {};
    const facts = [
      record?.status,
      durationMs && `${durationMs} ms`,
      used && `${used} of ${size} MB`,
      record?.errorType,
    ];
    return facts.filter(Boolean).join(', ');
  }
  if (isAccessLine(line)) {
    const code = line.error?.type;
    return [http?.response?.status_code, `in ${line.duration_ms} ms`, code]
      .filter((fact) => fact !== undefined)
      .join(' ');
  }
  if (event !== undefined) return `${event.method} ${event.path}`;
  if (backend?.request !== undefined) return `${backend.request.method} ${backend.request.target}`;
  if (backend !== undefined) {
    const { status_code: status, total_ms: ms, retry_reason: retry } = backend;
    return [status === undefined ? 'no response' : status, ms === undefined ? '' : `after ${ms} ms`, retry ?? '']
      .filter((fact) => fact !== '')
      .join(' ');
  }
  if (response !== undefined) return String(response.status_code);
  return line.error?.type ?? line.reason ?? '';
}

const stepNames: Readonly<Record<string, string>> = {
  'platform.start': 'Lambda starts the invocation',
  'platform.report': 'Lambda ends the invocation',
  'platform.requestComplete': 'Lambda ends the request',
  request: 'response to the client',
};

function stepsOf(lines: readonly LogLine[]): string[] {
  const inOrder = lines.toSorted((a, b) => {
    // The access line carries when the request arrived, and is the end of it.
    const [first, second] = [a, b].map((line) => (isAccessLine(line) ? (line.timestamp ?? '') : momentOf(line)));
    return String(first) < String(second) ? -1 : Number(first !== second);
  });
  return inOrder.map((line) => {
    const time = isAccessLine(line) ? (line.timestamp ?? '') : momentOf(line);
    const name = line.type ?? line.message ?? '';
    const shown = stepNames[name] ?? name.replace(/^trace: /, '');
    return `${time.slice(11, 23).padEnd(12)}  ${shown}  ${detailsOf(line)}`.trimEnd();
  });
}

/** How Lambda itself ended an invocation that has no line of the proxy. */
function platformCause(lines: readonly LogLine[]): readonly [cause: string, remedy: string] | undefined {
  const report = lines.find(({ type }) => type === 'platform.report')?.record;
  const text = lines.map(({ message }) => message ?? '').join('\n');
  if (report?.status === 'timeout' || /Task timed out/.test(text)) {
    return [
      'Lambda ended the invocation because its time was up',
      "raise the function's timeout (parameter Timeout), so that REQUEST_TIMEOUT comes first",
    ];
  }
  if (/OutOfMemory/.test(`${report?.errorType} ${text}`)) {
    return ['the function had no memory left', 'raise its memory (parameter MemorySize), or stream large responses'];
  }
  if (report?.status === undefined || report.status === 'success') return undefined;
  return [
    `Lambda ended the invocation: ${report.status}${report.errorType === undefined ? '' : `, ${report.errorType}`}`,
    "read the function's log at that time: aws logs tail",
  ];
}

interface Conclusion {
  readonly cause: string;
  readonly remedy: string;
  readonly code?: FailureCode | undefined;
  readonly seen: string;
}

/** What the client got of a failure: the texts of its page, which are the same in problem details and plain text. */
function seenOf(code: FailureCode, access: LogLine | undefined, brokeOff: boolean): string {
  if (brokeOff) return 'the beginning of the response, which then broke off';
  const { status, title, advice } = failures[code];
  return `${access?.http?.response?.status_code ?? status}, the page "${title}": ${advice}`;
}

function conclude(lines: readonly LogLine[]): Conclusion {
  const failure = lines.find(isFailureLine);
  const access = lines.find(isAccessLine);
  const code = known(failure?.error?.type ?? access?.error?.type);
  if (code !== undefined) {
    return {
      code,
      cause: failure?.reason ?? failures[code].reason,
      remedy: failure?.remedy ?? failures[code].remedy,
      seen: seenOf(code, access, failure?.message === 'response broke off'),
    };
  }
  const status = access?.http?.response?.status_code;
  const warning = lines.find(({ level, reason }) => level === 'WARN' && reason !== undefined);
  if (access !== undefined && status !== undefined) {
    const size = access.http?.response?.body?.size;
    const seen = `${status}${size === undefined ? '' : `, ${size} bytes`}, in ${access.duration_ms} ms`;
    const own = access.backend?.status_code;
    if (warning !== undefined) return { cause: String(warning.reason), remedy: warning.remedy ?? '', seen };
    if (own === undefined)
      return { cause: 'the proxy responded itself, and not with a failure', remedy: 'nothing to do', seen };
    if (own < 400)
      return { cause: 'nothing failed: the response of the backend was returned', remedy: 'nothing to do', seen };
    const id = access.backend?.request_id ?? access.correlation_id ?? access.function_request_id;
    return {
      cause: `the backend itself responded with ${own}, and its response was returned as it is`,
      remedy: `look at the backend's log at that time, for X-Request-Id ${id}`,
      seen: `${seen}, the page of the backend`,
    };
  }
  const [cause, remedy] = platformCause(lines) ?? [
    'the log does not say: it has no access line of this request',
    'a request that is still under way has none yet; else set ApplicationLogLevel and POWERTOOLS_LOG_LEVEL to INFO',
  ];
  return { cause, remedy, seen: 'the message of the AWS front door, such as 502 Internal Server Error' };
}

/** Lines of text behind a name, indented under it. */
const entry = (name: string, text: string) => `  ${name.padEnd(11)} ${text}`;

/**
 * Tells what happened to one request: the request, one row per step, the cause, the remedy, and what the client saw.
 *
 * @param lines all lines of one invocation
 */
export function storyOf(lines: readonly LogLine[]): string {
  const access = lines.find(isAccessLine);
  const received = lines.find(({ event }) => event !== undefined)?.event;
  const method = access?.http?.request?.method ?? received?.method ?? '(unknown method)';
  const path = access?.url?.path ?? received?.path ?? '';
  const { address, port } = access?.server ?? {};
  const peer = access?.network?.peer?.address;
  const { cause, remedy, code, seen } = conclude(lines);
  const rows = stepsOf(lines);
  return [
    `${method} ${access?.url?.domain ?? ''}${path}`,
    entry('When', access?.started_at ?? momentOf(lines[0] ?? {})),
    ...(access?.client?.address === undefined ? [] : [entry('Client', access.client.address)]),
    ...(address === undefined ? [] : [entry('Backend', `${address}:${port}${peer === undefined ? '' : ` (${peer})`}`)]),
    entry('Lambda id', lines.map(invocationOf).find((id) => id !== undefined) ?? '(unknown)'),
    '',
    ...rows.map((row) => `  ${row}`),
    '',
    ...(code === undefined ? [] : [entry('Failure', `${code}: ${runbook[code].meaning}`)]),
    entry('Cause', cause),
    entry('Remedy', remedy),
    ...(code === undefined ? [] : [entry('Often', runbook[code].cause), entry('Runbook', runbook[code].fix)]),
    entry('User saw', seen),
  ]
    .map(printable)
    .join('\n');
}
