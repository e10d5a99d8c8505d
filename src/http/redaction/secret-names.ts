/** Fields whose values are credentials although no word of the name says so. */
const secretFields: ReadonlySet<string> = new Set([
  'authentication-info',
  'cookie2',
  'dpop',
  'proxy-authenticate',
  'proxy-authentication-info',
  'sec-websocket-key',
  'set-cookie2',
  'x-amzn-oidc-data',
  'x-firebase-appcheck',
  'x-honeycomb-team',
  'x-ms-client-principal',
  'x-origin-verify',
  'x-shopify-hmac-sha256',
  'x-vercel-protection-bypass',
  'x-wsse',
]);

/** Names that are secret as a whole and ordinary as a part of another: `state`, but not `state_of_order`. */
const secretNames: ReadonlySet<string> = new Set([
  'code',
  'dumprequest',
  'execution',
  'formbuildid',
  'lt',
  'parola',
  'pgtid',
  'pgtiou',
  'state',
  'traceconnection',
  'wctx',
  'wresult',
  'zenid',
]);

/** Words that make a name secret, in the singular. */
const secretWords: ReadonlySet<string> = new Set(
  `auth authentication authenticator authn authz cert clave contraseña contrasena cred crumb cvc cvv
   eventvalidation haslo hasło heslo hmac hotp kennwort mdp mfa nonce otp pass pgt pin psk psw pswd pw senha sess
   sid sig sifre şifre tfa tgt totp viewstate wachtwoord пароль 密码 密碼 口令 パスワード 비밀번호`.split(/\s+/),
);

/** Parts that make a name secret wherever they stand in it, as in `csrfmiddlewaretoken`, separators left out. */
const secretParts = new RegExp(
  [
    'passw(?:or)?[dt]|passwrd|passord|passphrase|passcode|passkey|pwd|secret|token|credential|signature|assertion',
    'session|sess(?:id|key)|cookie|csrf|xsrf|jwt|hmac|saml|bearer|authorization|wpnonce|captcha|verifier|clientcert',
    '(?:api|access|private|auth|secret|master|shared|account|signing|encryption|license|subscription|app|user)keys?',
    'relaystate|mnemonic|seedphrase|motdepasse|salasana|losenord|lösenord|adgangskode|viewstate',
    '(?:auth|authorization|device|user|otp|sms|verification|verify|confirm|confirmation|reset|access|security|pin)codes?',
    '(?:backup|recovery|login|activation|unlock|onetime|magic|mfa|fa)codes?$',
  ].join('|'),
  'u',
);

/** Ends of a word that make it secret, as in `userpass` and `osCsid`. */
const secretEnd = /(?:pass|key|sig|sid|auth|otp|nonce)$/;

/** Words that hold a secret one by chance. */
const ordinaryWords = new RegExp(
  [
    '^(?:tokeni[sz]\\w*|secretar\\w*|obsession|possession|keyboard|keyword|keynote|keystone|keyframe|keypad)$',
    '^(?:by|com|sur|tres|over|under|encom)pass$',
    '^(?:mon|don|tur|hoc|joc|whis|hot|lac|mic|jac|flun|sort|primary|foreign|partition|cache|public|row)key$',
    '^b?ssid$',
  ].join('|'),
);

/** Words before or after `key` with which it names something that is looked up, sorted by or pressed. */
const ordinaryBeforeKey: ReadonlySet<string> = new Set(
  `arrow board bucket cache category column composite config entity feature field file filter flag foreign group hot
   i idempotency image index issue item lookup map menu message meta natural node object option order page parent
   partition press primary project property public publishable range route row search section setting short site sort
   space surrogate tab translation unique`.split(/\s+/),
);
const ordinaryAfterKey: ReadonlySet<string> = new Set(
  'id name type board word count length path down up press code frame stroke pair usage version prefix ref event'.split(
    ' ',
  ),
);

/** Last words of names that say something about a secret: `token_type`, `password_length`. */
const aboutSecrets: ReadonlySet<string> = new Set(
  `type method version algorithm alg algo count length size limit ttl expiry expires expiration lifetime endpoint
   format policy strength required enabled at status timeout timestamp`.split(/\s+/),
);

const singular = (word: string) => (/[^s]s$/.test(word) ? word.slice(0, -1) : word);

/** The words of a name in lower case: apart where the case changes, at digits and at punctuation. */
const wordsOf = (name: string) =>
  name
    .replace(/(\p{Ll})(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1$2 ')
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '' && !ordinaryWords.test(singular(word)));

/** True when one of the words is `key`, and its neighbours do not tell that it opens nothing. */
function hasSecretKey(words: readonly string[]): boolean {
  return words.some(
    (word, index) =>
      singular(word) === 'key' &&
      !ordinaryBeforeKey.has(words[index - 1] ?? '') &&
      !ordinaryAfterKey.has(words[index + 1] ?? ''),
  );
}

function isSecretWord(word: string): boolean {
  const one = singular(word);
  return (
    secretWords.has(one) ||
    secretWords.has(word) ||
    /^auth(?!or|ent)/.test(word) ||
    (one !== 'key' && secretEnd.test(one))
  );
}

/** Letters of what a nested name ends with: `state` of `user[state][]` and `user.state`. */
const lastMember = (name: string) =>
  (/[^[\].]+(?=[[\].]*$)/.exec(name)?.[0] ?? '').replace(/[^\p{L}]/gu, '').toLowerCase();

/**
 * True for the name of a header field or parameter whose value is a credential: by its words, singular or plural, and
 * by what is written together.
 *
 * @param name decoded, in any case and style
 * @example isSecretName('user[accessToken]') // true
 * @example isSecretName('keyboard') // false
 */
export function isSecretName(name: string): boolean {
  if (secretFields.has(name.toLowerCase().replaceAll('_', '-'))) return true;
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  const letters = words.join('');
  if (secretNames.has(lastMember(name)) || letters.includes('clientcert')) return true;
  if (words.length > 1 && aboutSecrets.has(last)) return false;
  if (secretParts.test(letters) || hasSecretKey(words) || words.some(isSecretWord)) return true;
  return /^sign$|ticket$/.test(singular(last)) || /2fa/i.test(name);
}

/** True for a number of things that are secret one by one, as in `max_tokens=4096`. */
export const isCount = (name: string, value: unknown): boolean =>
  /(?:tokens|tickets|sessions|keys|passes|codes)$/i.test(name) && /^\d{1,6}$/.test(String(value));

/** Last words of names whose values are long and random, and known to be no secret. */
const harmlessWord =
  /^(?:ids?|uuids?|guids?|traceparent|tracestate|trace|traceid|spanid|etag|match|hash|sha|md|digest|checksum|integrity|fingerprint|commit|rev|revision|v|ver|version|ray|boundary)$/;

/**
 * True for the name of a field or parameter that may hold a long random value and no secret: ids, hashes, versions.
 *
 * @param name decoded, in any case and style
 */
export const isHarmlessName = (name: string): boolean => harmlessWord.test(wordsOf(name).at(-1) ?? '');
