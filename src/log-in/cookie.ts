import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { PublicOrigin } from '../http/request/public-origin.ts';
import { cookieName } from './cookie-field.ts';

/** Credentials of one client for one protection space. */
export interface LogInEntry {
  /** End in seconds since the epoch. */
  readonly expires: number;
  /** Realm of the challenge. */
  readonly realm: string;
  /** A path and everything below it; one that ends with a slash does not include the path without it. */
  readonly space: string;
  /** user:password. */
  readonly userPass: string;
}

/** The public host and the path in front of its paths: a cookie of another one is not accepted. */
type Place = Pick<PublicOrigin, 'host' | 'prefix'>;

const version = 'v1';
const cipher = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

/** Longest cookie in characters, attributes included; browsers drop more than 4096. */
const longest = 3800;

/** More protection spaces than a site has; the oldest log-in gives way to a fifth. */
const mostEntries = 4;

let derived: { readonly secret: string; readonly key: Buffer } | undefined;

/** Returns the key of BASIC_LOGIN_SECRET (RFC 5869), derived once. */
function keyOf(secret: string): Buffer {
  if (derived?.secret !== secret) {
    const key = hkdfSync('sha256', secret, '', `lambda-rproxy ${cookieName} ${version}`, 32);
    derived = { secret, key: Buffer.from(key) };
  }
  return derived.key;
}

const boundTo = ({ host, prefix }: Place) =>
  Buffer.from([cookieName, version, host.toLowerCase(), prefix].join('\n'), 'utf8');

/** Encrypts entries, and authenticates them together with the place. */
function seal(entries: readonly LogInEntry[], secret: string, place: Place): string {
  const nonce = randomBytes(nonceLength);
  const encryption = createCipheriv(cipher, keyOf(secret), nonce).setAAD(boundTo(place));
  const list = entries.map(({ expires, realm, space, userPass }) => [expires, realm, space, userPass]);
  const text = [encryption.update(JSON.stringify(list), 'utf8'), encryption.final()];
  return `${version}.${Buffer.concat([nonce, ...text, encryption.getAuthTag()]).toString('base64url')}`;
}

/**
 * Returns the log-ins in a cookie's value that have not ended. There are none in one that was changed, or that was made
 * with another secret or for another host.
 *
 * @param value of the cookie
 * @param secret BASIC_LOGIN_SECRET
 * @param place the public host, and the path in front of its paths
 * @param now milliseconds since the epoch
 */
export function openCookie(value: string | undefined, secret: string, place: Place, now: number): LogInEntry[] {
  if (value === undefined || !/^v1\.[\w-]{64,}$/.test(value) || value.length > longest) return [];
  const bytes = Buffer.from(value.slice(version.length + 1), 'base64url');
  const decryption = createDecipheriv(cipher, keyOf(secret), bytes.subarray(0, nonceLength), {
    authTagLength: tagLength,
  })
    .setAAD(boundTo(place))
    .setAuthTag(bytes.subarray(-tagLength));
  try {
    const text = Buffer.concat([decryption.update(bytes.subarray(nonceLength, -tagLength)), decryption.final()]);
    const list = JSON.parse(text.toString('utf8')) as [number, string, string, string][];
    return list
      .map(([expires, realm, space, userPass]) => ({ expires, realm, space, userPass }))
      .filter(({ expires }) => expires * 1000 > now);
  } catch {
    // Not authentic. Which part of it is wrong is nobody's business.
    return [];
  }
}

const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** Set-Cookie that removes the cookie. */
export const removeCookie = `${cookieName}=; Max-Age=0; ${attributes}`;

/**
 * Returns the Set-Cookie field that keeps log-ins, the newest last: as many as fit, and no more than four.
 *
 * @param entries the log-ins; without any, the field removes the cookie
 * @param secret BASIC_LOGIN_SECRET
 * @param place the public host, and the path in front of its paths
 * @param now milliseconds since the epoch
 * @returns undefined when not even the newest fits
 */
export function setCookie(
  entries: readonly LogInEntry[],
  secret: string,
  place: Place,
  now: number,
): string | undefined {
  if (entries.length === 0) return removeCookie;
  for (let kept = entries.slice(-mostEntries); kept.length > 0; kept = kept.slice(1)) {
    const end = Math.max(...kept.map(({ expires }) => expires));
    const maxAge = Math.ceil(end - now / 1000);
    const field = `${cookieName}=${seal(kept, secret, place)}; Max-Age=${maxAge}; ${attributes}`;
    if (field.length <= longest) return field;
  }
  return undefined;
}
