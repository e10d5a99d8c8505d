import { parseParameter } from '../request/query.ts';
import { looksLikeJson, maskJson, namedMember, namingMember } from './json.ts';
import { isMasked, mask } from './mask.ts';
import { isCount, isHarmlessName, isSecretName } from './secret-names.ts';
import { maskKnownSecrets, maskRandom, maskSchemes } from './secret-values.ts';

/** Values within values (a URL in a URL, JSON in a parameter) that are examined; deeper ones are masked whole. */
const maxDepth = 3;

/** What stands beside every secret that a path, a value or a name can hold: a cheap test for those without one. */
const mayHoldSecret = /[@=(%:{"<\s]|[\w~+-]{16}/;

/** ASCII that is percent-encoded, decoded: enough to find a name, a separator or a scheme. */
const decodeAscii = (text: string) =>
  text.replace(/%([2-7][\da-f])/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));

/** True for a value that, read as text, a URL or JSON, has a secret in it. */
function hasSecret(value: string, depth: number): boolean {
  if (!mayHoldSecret.test(value) || isMasked(value)) return false;
  if (depth >= maxDepth) return /[=@]/.test(value);
  return maskTextAt(value, depth + 1) !== value;
}

/** True for what is decoded twice on its way and has a secret then. */
function hasEncodedSecret(text: string, depth: number): boolean {
  const decoded = decodeAscii(text);
  return decoded !== text && hasSecret(decoded, depth);
}

const looksSecret = (text: string) => maskKnownSecrets(text) !== text || maskRandom(text) !== text;

/** True for a parameter whose value is a secret, or has one in it. */
function hasSecretValue(parameter: string, depth: number): boolean {
  const { name, value } = parseParameter(parameter);
  if (looksSecret(name)) return true;
  if (value === '' || isMasked(value)) return false;
  // In `#/callback?code=1` the route has parameters of its own.
  const ownName = name.slice(name.lastIndexOf('?') + 1);
  if (isSecretName(ownName)) return !isCount(ownName, value);
  return (!isHarmlessName(ownName) && maskRandom(value) !== value) || hasSecret(value, depth);
}

/** `;` separates parameters at some backends and is part of a value at others: behind a secret name nothing is shown. */
function maskParameter(part: string, depth: number): string {
  const pieces = part.split(';');
  const first = pieces.findIndex((piece) =>
    piece.includes('=') ? hasSecretValue(piece, depth) : hasEncodedSecret(piece, depth),
  );
  if (first === -1) return part;
  const secret = pieces.slice(first).join(';');
  const equals = secret.indexOf('=');
  const name = secret.slice(0, equals);
  const shown = equals === -1 || looksSecret(name) ? mask(secret) : `${name}=${mask(parseParameter(secret).value)}`;
  return [...pieces.slice(0, first), shown].join(';');
}

/** Segments behind which the next one is a one-time link or the address of a hook. */
const secretLink =
  /^(?:reset|invit(?:e|ation)s?|verify|verification|confirm(?:ation)?|activat(?:e|ion)|unsubscribe|magic(?:-?link)?|(?:web)?hooks?(?:b2)?|services|share|s)$/i;

/** True for a segment that no word has: 16 characters and more, a digit among them. */
const isOpaque = (segment: string) => segment.length >= 16 && /^[\w.~=+-]+$/.test(segment) && /\d/.test(segment);

/** Sessions of ASP.NET without cookies: `/(S(…))/page`. */
const aspNetSession = /^\((?:[A-Z]\([^()]*\))+\)$/;

function maskSegment(segment: string, before: string | undefined, depth: number): string {
  if (aspNetSession.test(segment)) return mask(segment);
  const bot = /^bot\d+:/.exec(segment)?.[0];
  if (bot !== undefined) return `${bot}${mask(segment.slice(bot.length))}`;
  if (before !== undefined && isOpaque(segment)) {
    if (isSecretName(before)) return mask(segment);
    if (secretLink.test(before) && maskRandom(segment) !== segment) return mask(segment);
  }
  return maskParameter(segment, depth);
}

/** The path of a URL, or a text that may be one. */
function maskPath(path: string, depth: number): string {
  let link: string | undefined;
  return path
    .split('/')
    .map((segment, index, segments) => {
      const before = segments[index - 1];
      if (before !== undefined && secretLink.test(before)) link = before;
      const isNamed = before !== undefined && isOpaque(segment) && isSecretName(before);
      return maskSegment(segment, isNamed ? before : link, depth);
    })
    .join('/');
}

const maskParameters = (text: string, depth: number) =>
  text
    .split('&')
    .map((part) => maskParameter(part, depth))
    .join('&');

/** Up to the last `@` of the authority, in every spelling that a URL parser takes for one; not the address of a person. */
const userinfo = /^(\s*(?:(?!mailto:|acct:|sips?:|xmpp:|im:)[^\s/?#:@\\]+:[\\/]*|[\\/]{2,})(?![\\/]))[^/?#]*@/i;

/** The same inside of a text, where a space ends it. */
const innerUserinfo = /([\\/]{2})[^\s/?#\\]*@/g;

/** Path, query with its `?`, and fragment without its `#`. */
const urlParts = /^[^?#]+|\?[^#]+|(?<=#).+/gs;

function maskUrlAt(url: string, depth: number): string {
  return url
    .replace(userinfo, '$1[redacted]@')
    .replace(innerUserinfo, '$1[redacted]@')
    .replace(urlParts, (part, offset: number) => (offset === 0 ? maskPath(part, depth) : maskParameters(part, depth)));
}

/** A name and what separates it from its value, in a field, a log line or JSON that is cut off. */
const nameInText = /(?<![^\s"'=:&;,{}()<>[\]?/\\])([^\s"'=:&;,{}()<>[\]?/\\]+)\\*["']?\s*[:=]\s*/g;

const quotedValue = /"(?:[^"\\]|\\.?)+"?|'(?:[^'\\]|\\.?)+'?|\\+["'][^"'\\]+/gsy;

/** Behind `:` a value ends with its line, behind `=` with its word. */
const lineValue = /[^\r\n;&]+/gy;
const wordValue = /[^\s;&]+/gy;

/** Masks values behind secret names. */
function maskAssignments(text: string, valueFor: (separator: string) => RegExp): string {
  let shown = '';
  let end = 0;
  for (const { 0: match, 1: name = '', index } of text.matchAll(nameInText)) {
    if (index < end || !isSecretName(name)) continue;
    const start = index + match.length;
    const pattern = valueFor(match);
    pattern.lastIndex = start;
    const [value] = pattern.exec(text) ?? [];
    if (value === undefined || isMasked(value) || isCount(name, value)) continue;
    shown += `${text.slice(end, start)}${mask(value)}`;
    end = start + value.length;
  }
  return shown + text.slice(end);
}

const maskQuoted = (text: string) => maskAssignments(text, () => quotedValue);

/** An element of XML and its text. */
const element = /<([\w:.-]+)[^<>]*>([^<]+)/g;

const maskPlain = (text: string) =>
  maskAssignments(text, (separator) => (separator.includes(':') ? lineValue : wordValue)).replace(
    element,
    (match, name: string, value: string) =>
      isSecretName(name) ? `${match.slice(0, -value.length)}${mask(value)}` : match,
  );

/** A text that begins as a URL or a path does, and so may have spaces where a URL has none. */
const urlLike = /^\s*(?:[a-z][a-z\d+.-]*:)?[\\/]/i;

function maskTextAt(text: string, depth: number): string {
  const json = looksLikeJson(text)
    ? maskJson(text, (item) => (hasSecret(item, depth) ? maskTextAt(item, depth + 1) : item))
    : undefined;
  if (json !== undefined) return json;
  const quoted = maskQuoted(maskSchemes(text));
  const masked = urlLike.test(quoted)
    ? maskUrlAt(quoted, depth)
    : quoted.replace(/\S+/g, (word) => maskUrlAt(word, depth));
  return maskKnownSecrets(maskPlain(masked));
}

/**
 * A text with the secrets in it masked: credentials behind the name of a scheme, URLs and parameters wherever they
 * stand, JSON, and what is known by how it begins.
 *
 * @example maskText('Bearer abc') // 'Bearer [redacted 3 chars]'
 */
export const maskText = (text: string): string => (mayHoldSecret.test(text) ? maskTextAt(text, 0) : text);

/**
 * A text that is known to hold ids, hashes or directives, with the secrets in it masked: as {@link maskText}, but long
 * random values stay.
 */
export function maskHarmlessText(text: string): string {
  const urls = maskQuoted(maskSchemes(text)).replace(/\S+/g, (word) => (/[@]|\/\//.test(word) ? maskUrl(word) : word));
  return maskKnownSecrets(maskPlain(urls));
}

/** True for a text that is one URL or path, whose segments may be names of files with a hash in them. */
export const isUrl = (text: string): boolean => urlLike.test(text) && !/\s/.test(text.trim());

/**
 * A URL or request-target with userinfo and the values of secret parameters masked, in the path (`;jsessionid=`), the
 * query and the fragment, where OAuth has its tokens.
 *
 * @example maskUrl('//ada:pw@h/x?a=1&token=t') // '//[redacted]@h/x?a=1&token=[redacted 1 chars]'
 */
export const maskUrl = (url: string): string => (mayHoldSecret.test(url) ? maskKnownSecrets(maskUrlAt(url, 0)) : url);

const lastWord = (name: string) => /[\p{L}\d_]*(?=\W*$)/u.exec(name)?.[0] ?? '';

/** Masks the values of forms that name their fields in values: `f[0][name]=password&f[0][value]=…`. */
function maskNamedValues(query: string): string {
  const parts = query.split('&');
  const namesSecret = parts.some((part) => {
    const { name, value } = parseParameter(part);
    return value !== '' && namingMember.test(lastWord(name)) && isSecretName(value);
  });
  if (!namesSecret) return query;
  return parts
    .map((part) => {
      const { name, value } = parseParameter(part);
      const isNamed = value !== '' && !isMasked(value) && namedMember.test(lastWord(name));
      return isNamed ? `${part.slice(0, part.indexOf('='))}=${mask(value)}` : part;
    })
    .join('&');
}

/**
 * A query or a form with the values of secret parameters masked, and values that have a secret in them; every other
 * byte stays.
 *
 * @param rawQuery without its `?`
 */
export function maskQuery(rawQuery: string): string {
  const parts = maskParameters(rawQuery, 0).split('&');
  const shown = parts.map((part) => (!part.includes('=') && looksSecret(part) ? mask(part) : part));
  return maskKnownSecrets(maskPlain(maskNamedValues(shown.join('&'))));
}

/**
 * A query with every value masked, and a parameter without a value whole. Of a request that was not traced on demand
 * nobody has agreed to more.
 *
 * @param rawQuery without its `?`
 */
export const maskValues = (rawQuery: string): string =>
  rawQuery
    .split('&')
    .map((part) => {
      if (part === '') return part;
      const equals = part.indexOf('=');
      const [name, value] = [part.slice(0, equals), part.slice(equals + 1)];
      // Base64 ends in `=`, so that a value without a name looks like a name without a value.
      const isNamed = equals !== -1 && !/^=*$/.test(value) && !looksSecret(name);
      return isNamed ? `${name}=${mask(value)}` : mask(part);
    })
    .join('&');

/**
 * The target of a backend request. The query of REMOTE_URL, which stands before the client's, is part of a setting and
 * may be a key: none of its values is shown.
 *
 * @param target path and query
 * @param baseQuery the query of REMOTE_URL, without its `?`
 * @param maskClientQuery masks the rest of the query
 */
export function maskTarget(
  target: string,
  baseQuery: string,
  maskClientQuery: (rawQuery: string) => string = maskQuery,
): string {
  const question = target.indexOf('?');
  if (question === -1) return maskUrl(target);
  const query = target.slice(question + 1);
  const client = query.slice(baseQuery.length).replace(/^&/, '');
  const shown = [baseQuery === '' ? '' : maskValues(baseQuery), maskClientQuery(client)].filter((part) => part !== '');
  return `${maskUrl(target.slice(0, question))}${shown.length === 0 ? '' : `?${shown.join('&')}`}`;
}
