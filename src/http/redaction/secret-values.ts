import { isMasked, mask } from './mask.ts';

/**
 * Authentication schemes. Whatever follows one of these is a credential.
 * https://www.iana.org/assignments/http-authschemes/
 */
const schemes =
  'bearer|negotiate|ntlm|dpop|gnap|aws4-[\\w-]+|hmac-[\\w-]+|sharedkey(?:lite)?|sharedaccesssignature|genie-?key|ssws';

/** Schemes and words before a token that are words of text too. */
const wordSchemes =
  'basic|digest|token|key|bot|mac|signature|pop|oauth|hawk|hoba|vapid|webpush|kerberos|aws|aws4|hmac|splunk|api-?key|' +
  'privatetoken|usernametoken|scram-[\\w-]+|googlelogin|[\\w-]+-(?:api|auth)-key|client-id';

const schemeInText = new RegExp(`(?<![\\w-])(?:(${schemes})|${wordSchemes})\\s+(?=(\\S+))`, 'gi');

/** A word of text, with a capital or not: no credential looks so. */
const isWord = /^["'(]?\p{Lu}?\p{Ll}*[.,;:!?)"']*$/u;

/** True for what can follow a scheme that is a word of text too, such as `Mac` in `Intel Mac OS X`. */
const isCredential = (token: string, isFirst: boolean) =>
  /[\d=]/.test(token) || (isFirst && !isWord.test(token) && token !== 'OS');

/** Masks what follows the name of an authentication scheme. */
export function maskSchemes(text: string): string {
  let shown = '';
  let end = 0;
  for (const { 0: match, 1: scheme, 2: token = '', index } of text.matchAll(schemeInText)) {
    const start = index + match.length;
    if (index < end || isMasked(token)) continue;
    if (scheme === undefined && !isCredential(token, text.slice(0, index).trim() === '')) continue;
    // Parameters go on to the end, and what one of the first schemes is followed by may have spaces.
    const value = scheme === undefined && !token.includes('=') ? token : text.slice(start);
    shown += `${text.slice(end, start)}${mask(value)}`;
    end = start + value.length;
  }
  return shown + text.slice(end);
}

/** Private keys and certificates in PEM (RFC 7468), to their end or that of the text. */
const pem = /-----BEGIN [A-Z\d ]{1,40}-----(?:(?!-----END).)*(?:-----END [A-Z\d ]{1,40}-----)?/gs;

/** Credentials that services issue with a fixed beginning, so that scanners find them. */
const knownSecrets = new RegExp(
  `(?<![A-Za-z\\d])(?:${[
    // JSON Web Tokens and other Base64 of JSON, PASETO.
    'eyJ[\\w+/=-]{8,}(?:\\.[\\w+/=-]*)*|v\\d\\.(?:local|public)\\.[\\w.-]{16,}',
    // AWS, Google.
    '(?:A3T[A-Z\\d]|AKIA|ASIA|ABIA|ACCA)[A-Z\\d]{12,}',
    'AIza[\\w-]{20,}|ya29\\.[\\w.-]{8,}|1//0[\\w-]{16,}|GOCSPX-[\\w-]{8,}',
    // GitHub, GitLab, Atlassian.
    'gh[opsur]_\\w{16,}|github_pat_\\w{16,}|AT[A-Z]{2,3}3x[\\w=-]{16,}',
    'gl(?:pat|dt|rt|rtr|ptt|soat|ft|imt|agent|cbt|oas|ffct|wt)-[\\w.-]{16,}',
    // Slack, Discord, Telegram.
    'xox[a-z][.-][\\w.-]{8,}|xapp-[\\w-]{8,}|[MNO][\\w-]{22,28}\\.[\\w-]{6}\\.[\\w-]{20,}|(?:bot)?\\d{6,12}:[\\w-]{30,}',
    // Payments, clouds, mail, package registries, models.
    '(?:[sr]k_(?:live|test|prod)|whsec|npm|do[opr]_v1|shp[a-z]{2}|glc|glsa|lin_api|figd|sntry[a-z]|pcsk|sbp|rubygems)_[\\w.=-]{16,}',
    '(?:dckr_pat|hf|r8|gsk|ph[cx]|rnd)_[\\w-]{16,}|(?:xkeysib|xsmtpsib|pplx|nvapi|tskey|sq0[a-z]{3}|NR[A-Z]{2}|PMAK|CFPAT)-[\\w.-]{16,}',
    'sk-(?:proj|ant|svcacct|admin|or)-[\\w-]{8,}|sk-[A-Za-z\\d]{16,}|key-[\\da-f]{32}|pypi-Ag[\\w-]{16,}|AGE-SECRET-KEY-1[A-Z\\d]{16,}',
    'SG\\.[\\w-]{8,}\\.[\\w-]{8,}|hv[bsr]\\.[\\w-]{16,}|dapi[\\da-f]{32}|EAA[\\w-]{24,}|SK[\\da-f]{32}',
    // Tickets of CAS, tokens of Kubernetes in a WebSocket handshake, sessions of cPanel.
    '(?:ST|PT|PGT|PGTIOU|TGT|TGC|LT)-\\d+-[\\w.]{16,}|bearer\\.authorization\\.k8s\\.io\\.[\\w-]+|cpsess\\d{6,}',
  ].join('|')})`,
  'g',
);

/** Masks credentials that are recognised by how they begin, wherever they stand. */
export const maskKnownSecrets = (text: string): string =>
  text.replace(pem, (match) => mask(match)).replace(knownSecrets, (match) => mask(match));

const uuid = /(?<![\da-z])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-z])/gi;
const run = /[\w+/~-]{20,}=*/g;
const wordLike = /[A-Za-z]?[a-z]{3,}/g;

/** Changes between small letters, capitals and digits. */
const changes = /[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])/g;

const countOf = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** True for a run of characters in which letters and digits change too often, and words are too few, for text. */
function isRandom(characters: string): boolean {
  const { length } = characters;
  const left = characters.replace(wordLike, '').replace(/[^A-Za-z\d]/g, '').length;
  return left >= 10 && left >= length * 0.3 && countOf(characters, changes) >= length / 6;
}

/** Masks long runs of random characters, as keys and tokens are, but for UUIDs. */
export const maskRandom = (text: string): string =>
  text.replace(run, (characters) => (isRandom(characters.replace(uuid, '')) ? mask(characters) : characters));
