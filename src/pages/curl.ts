import { hopByHop } from '../http/hop-by-hop.ts';
import type { HeaderFields } from '../types.ts';

/** Fields that curl makes by itself, or that the AWS endpoint adds to what the client sent. */
const notTheClients = /^(?:host|content-length|expect|forwarded|via|cdn-loop|x-forwarded-.*|x-amzn-.*|x-amz-cf-id)$/;

/** In a command, a mask is one word: a URL has no spaces, and brackets would be ranges to curl. */
const asWord = (masked: string) => masked.replace(/\[redacted(?: \d+ chars)?\]/g, 'REDACTED');

/** Quotes for a POSIX shell, in which nothing is special between single quotes but the next one. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A field for curl, which takes `name:` without a value as the order to send none, and `name;` as an empty one. */
const fieldOf = (name: string, value: string) => (value.trim() === '' ? `${name};` : `${name}: ${value}`);

/**
 * The request as a command to repeat it by, without its secrets.
 *
 * @param request method, address and fields, masked
 * @param body the body's text, masked, when it is shown
 */
export function curlCommand(
  { method, url, headers }: { method: string; url: string; headers: HeaderFields },
  body: string | undefined,
): string {
  const fields = Object.entries(headers)
    .filter(([name]) => !notTheClients.test(name) && !hopByHop.has(name))
    .flatMap(([name, value]) => [value].flat().map((line) => `--header ${quote(asWord(fieldOf(name, line)))}`));
  const options = [
    method === 'HEAD' ? '--head' : `--request ${quote(method)}`,
    '--globoff --path-as-is',
    // curl shows what it can decode, whatever coding the field names.
    ...(headers['accept-encoding'] === undefined ? [] : ['--compressed']),
    ...fields,
    ...(body === undefined ? [] : [`--data-raw ${quote(asWord(body))}`]),
  ];
  return `curl ${options.join(' \\\n  ')} \\\n  ${quote(asWord(url))}`;
}
