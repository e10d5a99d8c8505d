/*
 * The function's own log lines would drown a test run's report; tests that read them use `logsOf`.
 *
 * Test files share the streams of their process, and each loads the logger anew. What the files before have put on a stream
 * is taken off, or its wrappers and listeners would add up.
 */
type Stream = typeof process.stdout;

/** A stream as the process began with it. */
interface Untouched {
  readonly write: Stream['write'];
  readonly listeners: readonly unknown[];
}

const untouched = Symbol.for('lambda-rproxy: the stream before the tests');

for (const stream of [process.stdout, process.stderr] as (Stream & { [untouched]?: Untouched })[]) {
  stream[untouched] ??= { write: stream.write.bind(stream), listeners: stream.listeners('error') };
  const { write, listeners } = stream[untouched];
  for (const listener of stream.listeners('error'))
    if (!listeners.includes(listener)) stream.off('error', listener as () => void);
  stream.write = ((...parameters: Parameters<typeof write>) =>
    String(parameters[0]).startsWith('{"level":') || write(...parameters)) as Stream['write'];
}
