import { stripVTControlCharacters } from 'node:util';

/** The fields of a log line that a person reads. */
interface LogLine {
  readonly level?: string;
  readonly message?: string;
  readonly timestamp?: string;
  readonly http?: { readonly request?: { method?: string }; readonly response?: { status_code?: number } };
  readonly url?: { readonly path?: string };
  readonly error?: { readonly type?: string };
  readonly duration_ms?: number;
  readonly reason?: string;
  readonly remedy?: string;
}

/** Fields that every line has, or that the readable line shows already. */
const known = new Set([
  ...['level', 'message', 'timestamp', 'service', 'cold_start', 'sampling_rate', 'xray_trace_id', 'correlation_id'],
  ...['function_arn', 'function_memory_size', 'function_name', 'function_request_id', 'reason', 'remedy'],
]);

/** Text of a request or a backend must not move the cursor or change the colours of the terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this replaces
  stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]/g, '�');

const accessLine = ({ http, url, error, duration_ms: duration }: LogLine) =>
  [
    String(http?.response?.status_code ?? '---'),
    (http?.request?.method ?? '-').padEnd(6),
    url?.path ?? '-',
    `${duration ?? '?'} ms`,
    ...(error?.type === undefined ? [] : [error.type]),
  ].join('  ');

function messageLine({ level, message, reason, remedy, ...fields }: LogLine) {
  const others = Object.entries(fields).filter(([name]) => !known.has(name));
  const details = level === 'DEBUG' ? others.map(([name, value]) => `${name}=${JSON.stringify(value)}`) : [];
  return [
    `${level}  ${message}${reason === undefined ? '' : `: ${reason}`}`,
    ...(remedy === undefined ? [] : [`          -> ${remedy}`]),
    ...details.map((detail) => `          ${detail}`),
  ];
}

/**
 * Converts a line of the function's log to text for a terminal: one line per request, with the time, and the reason
 * and the remedy of a warning or an error. Any other text is returned unchanged.
 *
 * @example readableLine('{"level":"INFO","message":"request",…}\n') // '12:00:01  200  GET     /ip  5 ms\n'
 */
export function readableLine(text: string): string {
  if (!text.startsWith('{"level":')) return text;
  let line: LogLine;
  try {
    line = JSON.parse(text);
  } catch {
    return text;
  }
  const lines = line.message === 'request' ? [accessLine(line)] : messageLine(line);
  const time = line.timestamp === undefined ? '--:--:--' : new Date(line.timestamp).toTimeString().slice(0, 8);
  return `${time}  ${lines.map(printable).join('\n')}\n`;
}

/** Makes standard output and standard error readable from now on, where they are terminals; a pipe gets JSON. */
export function makeLogReadable(streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr]): void {
  for (const stream of streams.filter(({ isTTY }) => isTTY)) {
    const write = stream.write.bind(stream) as (...parameters: unknown[]) => boolean;
    stream.write = ((chunk: unknown, ...rest: unknown[]) =>
      write(typeof chunk === 'string' ? readableLine(chunk) : chunk, ...rest)) as typeof stream.write;
  }
}
