import { isIP } from 'node:net';

const httpsPorts = new Set(['443', '4443', '8443', '9443']);

/**
 * Returns the URL that somebody means who leaves the scheme out or mistypes it; undefined for what is no address.
 *
 * @param word a word of the command line, or the value of RemoteUrl
 * @example suggestedUrl('127.0.0.1:8080') // 'http://127.0.0.1:8080'
 */
export function suggestedUrl(word: string): string | undefined {
  if (isIP(word) === 6) return `http://[${word}]`;
  const [, scheme = '', rest = ''] = /^(?:([a-z]+)?:?\/{1,2})?(.*)$/is.exec(word) ?? [];
  const match = /^(?:[^\s@/]*@)?(\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::(\d{1,5}))?(\/[^\s?#]*)?(?:[?#]\S*)?$/i.exec(
    rest,
  );
  if (match === null || (scheme !== '' && !/^(?:h\w{1,5}|wss?)$/i.test(scheme))) return undefined;
  const [, host = '', port, path = ''] = match;
  const isAddress = port !== undefined || host.includes('.') || host.startsWith('[') || host === 'localhost';
  if (!isAddress && scheme === '') return undefined;
  const isHttps = /s$/i.test(scheme) || (scheme === '' && (httpsPorts.has(port ?? '') || isPublicName(host, port)));
  return `http${isHttps ? 's' : ''}://${host}${port === undefined ? '' : `:${port}`}${path}`;
}

/** A name of the public DNS without a port; its https port is the likelier one. */
const isPublicName = (host: string, port: string | undefined) =>
  port === undefined && /[a-z]/i.test(host) && host.includes('.') && !/\.(?:local|internal|lan|home)$/i.test(host);

/**
 * Returns the problem of a backend without a scheme, as a clause that follows the parameter's name. It never shows
 * user:password.
 */
export function schemeProblem(url: string): string | undefined {
  if (/^https?:\/\//i.test(url)) return undefined;
  const meant = suggestedUrl(url);
  if (meant === undefined) return undefined;
  return `has no scheme: did you mean ${meant}${url.includes('@') ? ' (with its user:password)' : ''}?`;
}
