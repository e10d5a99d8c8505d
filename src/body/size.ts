import type { ProxyResponse } from '../types.ts';

/** Most bytes that JSON makes of one byte or one UTF-16 unit: `\u0001`. */
const mostPerUnit = 6;

/** Quotes, colon and comma around a field, and everything else that a response has besides fields and body. */
const perField = 8;
const perResponse = 256;

/**
 * Returns an upper bound in bytes of a response once it is serialised. It adds up lengths, where the exact size needs
 * every byte; nearly every response fits by this bound.
 *
 * @param response the response, its body read
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
