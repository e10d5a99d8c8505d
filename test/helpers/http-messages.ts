import fc from 'fast-check';
import type { FrontRequest } from '../../src/local/front.ts';

/** Any of the characters of a text, as an arbitrary. */
const oneOf = (characters: string) => fc.constantFrom(...characters);

const alphanumeric = 'abcxyzABCXYZ0129';

const joined = (part: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(part, { maxLength }).map((parts) => parts.join(''));

/** `%` and two hex digits of either case, over every byte. */
const percentEscape = fc
  .nat(255)
  .map((byte) => byte.toString(16).padStart(2, '0'))
  .chain((hex) => fc.constantFrom(hex, hex.toUpperCase()))
  .map((hex) => `%${hex}`);

/** What is seen in paths: legal characters, escapes, and the illegal ones that front doors let through. */
const pathPart = fc.oneof(
  { weight: 4, arbitrary: oneOf(`${alphanumeric}-._~!$&'()*+,;=:@`) },
  { weight: 3, arbitrary: percentEscape },
  { weight: 2, arbitrary: fc.constantFrom('/', '//', '/./', '/../', '/prod', '/prod/') },
  { weight: 1, arbitrary: fc.constantFrom('%', '%z', '%4', '"', '<', '>', '[', ']', '\\', '^', '`', '{', '|', '}') },
);

const path = joined(pathPart, 12).map((rest) => `/${rest}`);
const query = fc.option(joined(fc.oneof(pathPart, fc.constantFrom('&', '=', '?', '+', '&&', 'a=1', 'a[]=')), 12));

/** A token (RFC 9110 §5.6.2). */
const token = fc
  .array(oneOf(`${alphanumeric}!#$%&'*+-.^_\`|~`), { minLength: 1, maxLength: 8 })
  .map((characters) => characters.join(''));

/** A field value: visible ASCII, Latin-1, with spaces and tabs inside but not around (RFC 9110 §5.5). */
const fieldValue = joined(fc.oneof(oneOf(`${alphanumeric} \t",;=:/()<>@[]{}\\?!'`), oneOf('\u0080éÿ')), 10).map(
  (value) => value.trim(),
);

/** Names that are inherited by every object, and so have tripped many a header map. */
const inheritedNames = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'];

/** Any field name but those that have a meaning of their own to a front door. */
const fieldName = fc
  .oneof(
    { weight: 5, arbitrary: token },
    { weight: 1, arbitrary: fc.constantFrom(...inheritedNames, 'Accept', 'accept', 'User-Agent', 'X-A', 'x-a') },
  )
  .filter(
    (name) => !/^(?:cookie|set-cookie|host|connection|te|content-type|content-length|x-forwarded-.*)$/i.test(name),
  );

const cookie = fc.tuple(token, joined(oneOf(`${alphanumeric}",=:/%!'`), 8)).map(([name, value]) => `${name}=${value}`);

const contentType = fc.constantFrom(
  undefined,
  'text/plain',
  'application/json; charset=utf-8',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary="a b"',
  'application/octet-stream',
);

/** A request's or an answer's body: any bytes, or text of every kind. */
const bodyBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 32 }).map((text) => Buffer.from(text)),
  joined(
    fc.oneof(
      oneOf('a"\\/\n\r\t\b\f\u007f'),
      fc.nat(127).map((code) => String.fromCharCode(code)),
    ),
    64,
  ).map((text) => Buffer.from(text)),
);

/** A request as a client may legally send it, in parts. */
export interface Parts {
  readonly path: string;
  readonly query: string | null;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly cookies: readonly string[];
  readonly request: FrontRequest;
}

/** Any legal HTTP request, and a few that are not but get through. */
export const httpRequest: fc.Arbitrary<Parts> = fc
  .record({
    method: fc.oneof(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PROPFIND'),
      token.map((name) => name.toUpperCase()),
    ),
    path,
    query,
    fields: fc.array(fc.tuple(fieldName, fieldValue), { maxLength: 6 }),
    cookies: fc.array(cookie, { maxLength: 4 }),
    contentType,
    body: bodyBytes,
    sourceIp: fc.constantFrom('198.51.100.7', '2001:db8::7'),
  })
  .map(({ method, path, query, fields, cookies, contentType, body, sourceIp }) => {
    const all = [
      ...fields,
      ...(contentType === undefined ? [] : [['Content-Type', contentType] as const]),
      ...(cookies.length === 0 ? [] : [['Cookie', cookies.join('; ')] as const]),
      ['Connection', 'keep-alive'] as const,
    ];
    const target = query === null ? path : `${path}?${query}`;
    return { path, query, fields, cookies, request: { method, target, rawHeaders: all.flat(), body, sourceIp } };
  });

/** Any answer that the chain may hand over, its body read. */
export const httpResponse = fc
  .record({
    statusCode: fc.integer({ min: 200, max: 599 }),
    fields: fc.array(fc.tuple(fieldName, fieldValue), { maxLength: 6 }),
    cookies: fc.array(cookie, { maxLength: 4 }),
    contentType,
    body: bodyBytes,
  })
  .map(({ statusCode, fields, cookies, contentType, body }) => {
    const headers: Record<string, string | string[]> = Object.create(null);
    for (const [name, value] of fields) headers[name.toLowerCase()] = value;
    if (contentType !== undefined) headers['content-type'] = contentType;
    if (cookies.length > 0) headers['set-cookie'] = cookies.map((cookie) => `${cookie}; Path=/`);
    return { statusCode, headers, body };
  });
