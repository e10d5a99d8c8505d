import { type ReceivedRequest, type RecordingBackend, recordingBackend } from './recording-backend.ts';

/** user:password that the site accepts. */
export const ada = { username: 'ada.lovelace', password: 'frost: at ½ past' } as const;

/** Returns Authorization for credentials, in UTF-8. */
export const basic = ({ username, password }: { username: string; password: string }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** A site whose directories have Basic log-ins, as htpasswd makes them. */
export interface ProtectedSite extends RecordingBackend {
  /** Requests for a path, or below one that ends with a slash. */
  to(path: string): ReceivedRequest[];
}

/**
 * Starts a site.
 *
 * @param realms WWW-Authenticate by directory; the longest that a path begins with counts, and `undefined` opens one
 * @param fields of every response
 */
export async function protectedSite(
  realms: Readonly<Record<string, string | undefined>>,
  fields: Readonly<Record<string, string | readonly string[]>> = {},
): Promise<ProtectedSite> {
  const backend = await recordingBackend((response, { target, headers }) => {
    const [path = ''] = target.split('?');
    for (const [name, value] of Object.entries(fields)) response.setHeader(name, value as string);
    const directory = Object.keys(realms)
      .filter((each) => path.startsWith(each))
      .sort((one, other) => other.length - one.length)[0];
    const challenge = directory === undefined ? undefined : realms[directory];
    if (challenge !== undefined && headers.authorization !== basic(ada)) {
      response.writeHead(401, { 'www-authenticate': challenge, 'content-type': 'text/html' }).end('<h1>Closed</h1>');
      return;
    }
    response.setHeader('content-type', 'text/html').end(`<h1>Come in to ${path}</h1>`);
  });
  return Object.assign(Object.create(backend) as RecordingBackend, {
    requests: backend.requests,
    to: (path: string) =>
      backend.requests.filter(({ target }) =>
        path.endsWith('/') ? target.startsWith(path) : target.split('?')[0] === path,
      ),
  });
}
