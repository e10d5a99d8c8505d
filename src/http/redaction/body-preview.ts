import { maskQuery, maskUrl } from './redaction.ts';
import { isSecretParameter } from './secret-names.ts';

/** Largest body in bytes that is shown. */
const maxBytes = 4096;

/** Levels of a JSON text that are shown; deeper ones would take more room than they tell. */
const maxDepth = 12;

/** Hides what is secret by its name, or is a URL with something secret in it. */
function maskJson(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskUrl(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((item) => maskJson(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isSecretParameter(name) ? '[redacted]' : maskJson(item, depth - 1),
    ]),
  );
}

function shownJson(text: string): string | undefined {
  try {
    return JSON.stringify(maskJson(JSON.parse(text), maxDepth), undefined, 2);
  } catch {
    return undefined;
  }
}

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
  const shown = isForm ? maskQuery(text) : shownJson(text);
  return shown === undefined ? { withheld: 'the body is no JSON' } : { text: shown };
}
