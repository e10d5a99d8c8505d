/** How often a chain of backends may plausibly decode. A path that is still changing then is not an honest one. */
const maxRounds = 5;

/** A slash that came out of an escape: some backends split there, others do not. A noncharacter, so no text has it. */
export const decodedSlash = '\ufdd0';

/** A dot that lenient backends alone may see; compatibility normalisation (NFKC) makes it a full stop. */
const lenientDot = '\u2024';

/** ASCII in more bytes of UTF-8 than it needs, from two to six: lenient decoders accept these overlong forms. */
const overlong =
  /(?:[\u00c0\u00c1]|\u00e0[\u0080\u0081]|\u00f0\u0080[\u0080\u0081]|\u00f8\u0080{2}[\u0080\u0081]|\u00fc\u0080{3}[\u0080\u0081])[\u0080-\u00bf]/g;

/** The last two bytes hold all the bits there are. */
function fromOverlong(sequence: string): string {
  const [high = 0, low = 0] = Array.from(sequence.slice(-2), (byte) => byte.charCodeAt(0) & 0x3f);
  return String.fromCharCode((high << 6) | low);
}

const escapes = /(?:%[\da-f]{2})+/gi;
/** What some parsers drop wherever it stands: control and invisible characters, and what broken UTF-8 leaves. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const dropped = /[\p{Default_Ignorable_Code_Point}\u0000-\u001f\u007f-\u009f\ufffd]*/u;
const escapeOf = (...parts: string[]) => new RegExp(`%${['', ...parts].join(dropped.source)}`, 'giu');
// Those before the next escape go too: they would part the bytes of one character.
const brokenEscapes = escapeOf('([\\da-f])', '([\\da-f])(?:', '(?=%))?');
const brokenUnicodeEscapes = escapeOf('u', '([\\da-f])', '([\\da-f])', '([\\da-f])', '([\\da-f])');

const marked = (text: string) => text.replaceAll('/', decodedSlash);

const bytesOf = (run: string) => Buffer.from(run.replaceAll('%', ''), 'hex');

/** One round of percent-decoding by the book: UTF-8, and U+FFFD for what is none. */
const strictly = (path: string) => path.replace(escapes, (run) => marked(bytesOf(run).toString('utf8')));

/**
 * Compatibility normalisation (NFKC) in linear time: it is quadratic on long runs of combining marks, which no text has
 * (UAX #15, "Stream-Safe Text Format").
 */
export const compatible = (text: string): string => text.replace(/(\p{M}{30})\p{M}+/gu, '$1').normalize('NFKC');

/** What normalisation makes of other scripts' slashes and dots. Marked, because only some backends normalise. */
const normalise = (script: RegExp) => (path: string) =>
  path.replace(script, (run) => marked(compatible(run)).replaceAll('.', lenientDot));

/** The second leaves Latin-1 as it is, which may be bytes whose neighbours are still to be decoded. */
// Stryker disable next-line Regex: character by character it comes to the same in the end, and takes longer
const normalisations = [normalise(/\P{ASCII}+/gu), normalise(/[\u0100-\u{10ffff}]+/gu)];

function lenientText(bytes: Buffer): string {
  const repaired = Buffer.from(bytes.toString('latin1').replace(overlong, fromOverlong), 'latin1');
  const text = repaired.toString('utf8');
  const isUtf8 = Buffer.from(text).equals(repaired);
  return marked(isUtf8 ? text : repaired.toString('latin1'));
}

/** One round by every laxity known: overlong UTF-8, Latin-1, `%uXXXX`, characters to drop inside of an escape. */
const leniently = (path: string) =>
  path
    .replace(brokenEscapes, '%$1$2')
    .replace(brokenUnicodeEscapes, '%u$1$2$3$4')
    .replace(escapes, (run) => lenientText(bytesOf(run)))
    .replace(/%u([\da-f]{4})/gi, (_, hex: string) => marked(String.fromCharCode(Number.parseInt(hex, 16))))
    .replace(overlong, (sequence) => marked(fromOverlong(sequence)));

const decoders = [strictly, ...normalisations.map((normalised) => (path: string) => normalised(leniently(path)))];

/** RFC 3986 §5.2.4, by the plain slashes alone. */
function resolved(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return kept.join('/');
}

/** The path as one hop may split it: by slashes alone, or by backslashes as well. */
const split = (path: string) => (/\\/.test(path) ? [path, path.replaceAll('\\', '/')] : [path]);

// Stryker disable next-line Regex: it only saves time where nothing is to be resolved that a later hop could not
const dotSegment = /\/\.\.?(?:\/|$)/;

/** What one hop may pass on before the next one decodes: the path as it splits it, or with its dot segments resolved. */
const passedOn = (path: string) =>
  split(path).flatMap((each) =>
    dotSegment.test(each) ? [each, resolved(each), resolved(each.replace(/\/{2,}/g, '/'))] : [each],
  );

/**
 * What a path becomes round by round when it is percent-decoded again and again, by strict and by lenient decoders. A
 * slash out of an escape is {@link decodedSlash}.
 *
 * @param rawPath the path as received
 * @returns the stages, the path itself among them, and whether it was still changing at the end
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
