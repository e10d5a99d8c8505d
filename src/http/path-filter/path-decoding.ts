/** How often a chain of backends may plausibly decode. A path that still changes after that is an attack. */
const maxRounds = 5;

/** A slash that came out of an escape: some backends split there, others do not. A noncharacter, so no text has it. */
export const decodedSlash = '\ufdd0';

/** A dot that lenient backends alone may see; compatibility normalisation (NFKC) makes it a full stop. */
const lenientDot = '\u2024';

/** ASCII in two to six bytes of UTF-8, where one is enough: lenient decoders accept these overlong forms. */
const overlong =
  /(?:[\u00c0\u00c1]|\u00e0[\u0080\u0081]|\u00f0\u0080[\u0080\u0081]|\u00f8\u0080{2}[\u0080\u0081]|\u00fc\u0080{3}[\u0080\u0081])[\u0080-\u00bf]/g;

/** Returns the character of an overlong form. Its last two bytes hold all the bits. */
function fromOverlong(sequence: string): string {
  const [high = 0, low = 0] = Array.from(sequence.slice(-2), (byte) => byte.charCodeAt(0) & 0x3f);
  return String.fromCharCode((high << 6) | low);
}

const escapes = /(?:%[\da-f]{2})+/gi;
/** Characters that some parsers drop anywhere: control characters, invisible ones, and U+FFFD from broken UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches control characters on purpose
const dropped = /[\p{Default_Ignorable_Code_Point}\u0000-\u001f\u007f-\u009f\ufffd]*/u;
const escapeOf = (...parts: string[]) => new RegExp(`%${['', ...parts].join(dropped.source)}`, 'giu');
// Dropped characters before the next escape go too, because they would separate the bytes of one character.
const brokenEscapes = escapeOf('([\\da-f])', '([\\da-f])(?:', '(?=%))?');
const brokenUnicodeEscapes = escapeOf('u', '([\\da-f])', '([\\da-f])', '([\\da-f])', '([\\da-f])');

const marked = (text: string) => text.replaceAll('/', decodedSlash);

const bytesOf = (run: string) => Buffer.from(run.replaceAll('%', ''), 'hex');

/** Percent-decodes once as the standards say: UTF-8, with U+FFFD for invalid bytes. */
const strictly = (path: string) => path.replace(escapes, (run) => marked(bytesOf(run).toString('utf8')));

/**
 * Applies compatibility normalisation (NFKC) in linear time. Node's is quadratic on long runs of combining marks, which
 * no real text has (UAX #15, "Stream-Safe Text Format"), so runs are cut at 30.
 */
export const compatible = (text: string): string => text.replace(/(\p{M}{30})\p{M}+/gu, '$1').normalize('NFKC');

/** Windows code pages map these to `/` and `\\` (best fit), and NFKC does not. */
const withBestFit = (text: string) => text.replace(/[\u2044\u2215]/g, '/').replace(/[\u00a5\u20a9\u2216]/g, '\\');

/** Normalises the slashes and dots of other scripts. Marked, because only some backends normalise. */
const normalise = (script: RegExp) => (path: string) =>
  path.replace(script, (run) => marked(compatible(withBestFit(run))).replaceAll('.', lenientDot));

/** The second keeps Latin-1, which may be bytes of a character whose other bytes are not decoded yet. */
// Stryker disable next-line Regex: character by character it comes to the same in the end, and takes longer
const normalisations = [normalise(/\P{ASCII}+/gu), normalise(/[\u0100-\u{10ffff}]+/gu)];

function lenientText(bytes: Buffer): string {
  const repaired = Buffer.from(bytes.toString('latin1').replace(overlong, fromOverlong), 'latin1');
  const text = repaired.toString('utf8');
  const isUtf8 = Buffer.from(text).equals(repaired);
  return marked(isUtf8 ? text : repaired.toString('latin1'));
}

/** Percent-decodes once as lenient decoders do: overlong UTF-8, Latin-1, `%uXXXX`, dropped characters inside an escape. */
const leniently = (path: string) =>
  path
    .replace(brokenEscapes, '%$1$2')
    .replace(brokenUnicodeEscapes, '%u$1$2$3$4')
    .replace(escapes, (run) => lenientText(bytesOf(run)))
    .replace(/%u([\da-f]{4})/gi, (_, hex: string) => marked(String.fromCharCode(Number.parseInt(hex, 16))))
    .replace(overlong, (sequence) => marked(fromOverlong(sequence)));

const decoders = [strictly, ...normalisations.map((normalised) => (path: string) => normalised(leniently(path)))];

/** Removes dot segments (RFC 3986 §5.2.4) between plain slashes. */
function resolved(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return kept.join('/');
}

/** Returns the path as one hop may split it: at slashes alone, or at backslashes as well. */
const split = (path: string) => (/\\/.test(path) ? [path, path.replaceAll('\\', '/')] : [path]);

// Stryker disable next-line Regex: it only saves time where a later hop can resolve the same
const dotSegment = /\/\.\.?(?:\/|$)/;

/** Returns what one hop may forward before the next one decodes: the path as split, or with dot segments removed. */
const passedOn = (path: string) =>
  split(path).flatMap((each) =>
    dotSegment.test(each) ? [each, resolved(each), resolved(each.replace(/\/{2,}/g, '/'))] : [each],
  );

/**
 * Percent-decodes a path repeatedly, as strict and as lenient decoders do, and returns every stage. A slash that comes
 * out of an escape is {@link decodedSlash}.
 *
 * @param rawPath the path as received
 * @returns the stages, including the path itself, and whether the path still changed in the last round
 * @example decodings('/%2561').stages // Set { '/%2561', '/%61', '/a' }
 */
export function decodings(rawPath: string): { stages: ReadonlySet<string>; bottomless: boolean } {
  const stages = new Set<string>();
  let bottomless = false;
  for (const decode of decoders) {
    const seen = new Set<string>();
    let latest = [rawPath];
    for (let round = 0; round <= maxRounds; round += 1) {
      // Stryker disable next-line ConditionalExpression,EqualityOperator: to go on with nothing changes nothing
      if (latest.length === 0) break;
      const hops = latest.flatMap(passedOn);
      for (const hop of hops) seen.add(hop);
      latest = [...new Set(hops.map(decode))].filter((path) => !seen.has(path));
    }
    for (const stage of seen) stages.add(stage);
    bottomless ||= latest.length > 0;
  }
  return { stages, bottomless };
}
