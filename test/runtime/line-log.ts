import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Appends each line of `stream` to `lines` as it comes. Only \n ends a line: the runtime client uses \r within one. */
export function collectLines(stream: Readable, lines: string[]): void {
  const decoder = new StringDecoder();
  let rest = '';
  stream.on('data', (bytes: Buffer) => {
    const parts = (rest + decoder.write(bytes)).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  stream.once('end', () => {
    if (rest !== '') lines.push(rest);
  });
}

/** The lines that are JSON objects, parsed. */
export function jsonLines(lines: string[]): unknown[] {
  return lines.flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}
