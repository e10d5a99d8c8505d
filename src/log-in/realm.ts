import { isUtf8 } from 'node:buffer';
import { parseChallenges } from '../http/response/challenges.ts';
import type { ProxyResponse } from '../types.ts';

/** Characters that are not shown, or that change the order of those around them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const invisible = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Characters of a realm that count. */
const longestRealm = 200;

/** Returns a realm as people read it: in UTF-8 where its bytes are (RFC 7617 §2.1). */
function readable(realm: string): string {
  const bytes = Buffer.from(realm, 'latin1');
  const text = isUtf8(bytes) ? bytes.toString('utf8') : realm;
  return Array.from(text.replace(invisible, '')).slice(0, longestRealm).join('');
}

/**
 * Returns the realm of a response that challenges for a Basic log-in (RFC 7617 §2), also among other challenges; empty
 * when it has none.
 *
 * @param response of the backend
 * @returns undefined for any other response
 */
export function basicRealm({ statusCode, headers }: Pick<ProxyResponse, 'statusCode' | 'headers'>): string | undefined {
  if (statusCode !== 401) return undefined;
  const challenge = parseChallenges(headers['www-authenticate']).find(({ scheme }) => scheme === 'basic');
  return challenge && readable(challenge.parameters['realm'] ?? '');
}
