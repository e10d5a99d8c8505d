import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brandingFiles } from './branding-files.ts';
import { commandLine, isInstalled, root, workFolder } from './installation.ts';
import { Help, runMain, UserError } from './user-error.ts';
import { sha256, zipOf } from './zip.ts';

/** The packaged function. */
export interface Package {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256 in hexadecimal digits. */
  readonly hex: string;
  /** SHA-256 as Lambda writes it: CodeSha256. */
  readonly base64: string;
}

/** Runs the bundler in a process of its own, because an installed package has none. */
function build(codeCache: boolean): void {
  const words = ['esbuild.config.ts', ...(codeCache ? ['--code-cache'] : [])];
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new UserError('The build failed. Run npm run build to see why.');
}

/**
 * Builds the function and packages it as `lambda-rproxy.zip`. An installed package has the function built.
 *
 * @param branding values of PAGE_CSS and PAGE_LOGO; the files that they name in the repository are added
 * @param codeCache true adds V8's compiled code for the version and architecture of this Node.js
 * @throws {UserError} when the build fails or a file does not exist
 */
export function packageFunction(branding: readonly (string | undefined)[] = [], codeCache = false): Package {
  const files = brandingFiles(branding, workFolder);
  if (!isInstalled) build(codeCache);
  else if (codeCache) throw new UserError('--code-cache needs the repository, with its bundler.', 2);
  const bytes = zipOf(join(root, 'dist'), files);
  const path = join(workFolder, 'lambda-rproxy.zip');
  writeFileSync(path, bytes);
  return { path, bytes, ...sha256(bytes) };
}

const usage = `Usage: ${commandLine('package', '[--code-cache] [FILE …]')}
Makes lambda-rproxy.zip, the code of a function (index.handler, index.streamHandler) and of a Web Function (index.js), and
prints its SHA-256.
  --code-cache  adds V8's compiled code for this version and architecture of Node.js (docs/performance.md)
  FILE          a file that PAGE_CSS or PAGE_LOGO names, to be added to the zip`;

/** `npm run package`. */
export const main = (): Promise<void> =>
  runMain(async (words) => {
    if (words.some((word) => word === '--help' || word === '-h')) throw new Help(usage);
    const { path, bytes, hex, base64 } = packageFunction(
      words.filter((word) => word !== '--code-cache'),
      words.includes('--code-cache'),
    );
    console.log(`${path}\n  ${bytes.length} bytes, sha256 ${hex}\n  CodeSha256 in Lambda: ${base64}`);
  });

if (import.meta.main) await main();
