/** A log line as Powertools writes it. */
export type LogLine = Record<string, unknown> & { readonly level: string; readonly message: string };

/** What was written to stdout and stderr while `run` was under way. */
export async function outputOf<Value>(run: () => Value | Promise<Value>): Promise<{ value: Value; output: string }> {
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write);
  const written: string[] = [];
  for (const stream of streams) {
    stream.write = ((chunk: string | Uint8Array) => {
      written.push(Buffer.from(chunk as Uint8Array).toString('utf8'));
      return true;
    }) as typeof stream.write;
  }
  try {
    const value = await run();
    return { value, output: written.join('') };
  } finally {
    streams.forEach((stream, index) => {
      stream.write = originals[index] as typeof stream.write;
    });
  }
}

/** Log lines written while `run` was under way, those of stderr included. */
export async function logsOf<Value>(run: () => Promise<Value>): Promise<{ value: Value; lines: LogLine[] }> {
  const { value, output } = await outputOf(run);
  const texts = output.split('\n').filter((text) => text.startsWith('{'));
  return { value, lines: texts.map((text) => JSON.parse(text) as LogLine) };
}
