import { groupValues, type MultiValue } from './multi-value.ts';

/** A posted form in httpbin's layout: text fields, and the contents of uploaded files. */
export interface PostedForm {
  readonly form: MultiValue;
  readonly files: MultiValue;
}

/**
 * Parses an urlencoded or multipart form.
 *
 * @param contentType The request's Content-Type with its parameters.
 * @returns `undefined` when the body is no form, or a broken one.
 */
export async function parseForm(contentType: string, body: Uint8Array<ArrayBuffer>): Promise<PostedForm | undefined> {
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(contentType)) return undefined;
  const fields: [string, string][] = [];
  const files: [string, string][] = [];
  try {
    const form = await new Response(body, { headers: { 'Content-Type': contentType } }).formData();
    for (const [name, value] of form) {
      if (typeof value === 'string') fields.push([name, value]);
      else files.push([name, textOrDataUrl(new Uint8Array(await value.arrayBuffer()), value.type)]);
    }
  } catch {
    return undefined;
  }
  return { form: groupValues(fields), files: groupValues(files) };
}

/**
 * Bytes as JSON can carry them: as text where they are UTF-8, else as a base64 data URL.
 *
 * @param contentType The type named in the data URL.
 * @example textOrDataUrl(Uint8Array.of(0xff)) // 'data:application/octet-stream;base64,/w=='
 */
export function textOrDataUrl(bytes: Uint8Array, contentType = 'application/octet-stream'): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `data:${contentType};base64,${Buffer.from(bytes).toString('base64')}`;
  }
}
