import type { ProxyResponse } from '../types.ts';

/** What JSON makes of one byte or one UTF-16 unit at most: `\u0001`. */
const mostPerUnit = 6;

/** Quotes, colon and comma around a field, and everything else that an answer has besides fields and body. */
const perField = 8;
const perResponse = 256;

/**
 * Bytes that an answer has at most once it is serialised, whatever is in it. It is found by adding up lengths, where the
 * exact size takes a look at every byte; nearly every answer fits even so.
 *
 * @param response the answer, its body read
 */
export function mostBytes({ headers, body }: ProxyResponse & { readonly body: Buffer }): number {
  let units = body.length;
  let fields = 0;
  const count = (name: string, line: string) => {
    units += name.length + line.length;
    fields += 1;
  };
  for (const name of Object.keys(headers)) {
    const value = headers[name] as string | string[];
    if (typeof value === 'string') count(name, value);
    else for (const line of value) count(name, line);
  }
  return mostPerUnit * units + perField * fields + perResponse;
}
