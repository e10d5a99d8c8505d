import { prettyJson } from './json.ts';
import { maskQuery, maskText } from './redaction.ts';

/** Largest body in bytes that is shown. */
const maxBytes = 4096;

const asText = (body: Buffer) => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
};

/**
 * A small form or JSON body as a person reads it, secrets masked by the rules that hold for queries. Anything else could
 * hide a secret where no rule finds it, and is not shown.
 *
 * @param body the request's
 * @param contentType its Content-Type
 * @returns the text, or why there is none
 */
export function bodyPreview(body: Buffer, contentType = ''): { text: string } | { withheld: string } {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isForm = mediaType === 'application/x-www-form-urlencoded';
  if (!isForm && !/[/+]json$/.test(mediaType)) return { withheld: 'only forms and JSON are shown' };
  if (body.length > maxBytes) return { withheld: `only bodies of up to ${maxBytes} bytes are shown` };
  const text = asText(body);
  if (text === undefined) return { withheld: 'the body is no text in UTF-8' };
  const shown = isForm ? maskQuery(text) : prettyJson(text, maskText);
  return shown === undefined ? { withheld: 'the body is no JSON' } : { text: shown };
}
