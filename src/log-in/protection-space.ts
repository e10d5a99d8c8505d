/** More times than any client encodes a path. */
const mostDecodings = 4;

/** A segment that names its own directory or the one above, as some server may read it. */
const dotSegment = /(?:^|[/\\;])[\s\0]*\.{1,2}[\s\0]*(?=[/\\;?#\0]|$)/;

/**
 * Returns whether a server may resolve the path to another one: by dot segments, also encoded several times. Browsers
 * resolve them before they send a request.
 */
function mayMove(path: string): boolean {
  let text = path;
  for (let times = 0; times < mostDecodings; times += 1) {
    if (dotSegment.test(text.normalize('NFKC'))) return true;
    const decoded = text.replace(/(?:%[\da-f]{2})+/gi, (escapes) =>
      Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
    );
    if (decoded === text) return false;
    text = decoded;
  }
  return true;
}

/**
 * Returns whether a path belongs to a protection space, whichever way a backend reads it.
 *
 * @param path of the request, percent-encoding kept
 * @param space a path and everything below it
 * @example isWithin('/docs/a.html', '/docs/') // true
 */
export function isWithin(path: string, space: string): boolean {
  if (space === '/') return true;
  const isBelow = path.startsWith(space.endsWith('/') ? space : `${space}/`);
  return (isBelow || path === space) && !mayMove(path);
}

/** Directories that may be the protection space of a path, the root first; the path's own directory comes last. */
function directoriesOf(path: string): string[] {
  const directories: string[] = [];
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1))
    directories.push(path.slice(0, end + 1));
  return directories;
}

/** Directories that are tried. Each costs a request to the backend. */
const mostTried = 4;

/** A name that no site has: what protects a directory protects it, too. */
const anyName = 'rproxy-log-in';

/**
 * Returns the protection space of a path that was challenged (RFC 7617 §2.2): the uppermost directory in which any name
 * is challenged for the same realm, else the path's own directory. A path of the root directory alone, when the rest of
 * the site is open, is its own space.
 *
 * @param path that was challenged, percent-encoding kept
 * @param isChallenged whether a request for this path, without credentials, is challenged for the same realm
 */
export async function findSpace(path: string, isChallenged: (path: string) => Promise<boolean>): Promise<string> {
  const directories = directoriesOf(path);
  const own = directories.at(-1) ?? '/';
  // A path that is a directory itself was challenged already.
  const tried = path === own ? directories.slice(0, -1) : directories;
  for (const directory of tried.slice(0, mostTried)) {
    if (await isChallenged(`${directory}${anyName}`)) return directory;
  }
  return own === '/' ? path : own;
}
