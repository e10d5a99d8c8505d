import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brandingFiles } from './branding-files.ts';
import { runMain, UserError } from './user-error.ts';
import { sha256, zipOf } from './zip.ts';

const root = join(import.meta.dirname, '..');

/** The packaged function. */
export interface Package {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256 in hexadecimal digits. */
  readonly hex: string;
  /** SHA-256 as Lambda writes it: CodeSha256. */
  readonly base64: string;
}

/**
 * Builds the function and packages it as `lambda-rproxy.zip`.
 *
 * @param branding values of PAGE_CSS and PAGE_LOGO; the files that they name in the repository are added
 * @throws {UserError} when the build fails or a file does not exist
 */
export function packageFunction(branding: readonly (string | undefined)[] = []): Package {
  const files = brandingFiles(branding, root);
  const build = ['esbuild.config.ts'];
  const { status } = spawnSync(process.execPath, build, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new UserError('The build failed. Run npm run build to see why.');
  const bytes = zipOf(join(root, 'dist'), files);
  const path = join(root, 'lambda-rproxy.zip');
  writeFileSync(path, bytes);
  return { path, bytes, ...sha256(bytes) };
}

if (import.meta.main) {
  await runMain(async (branding) => {
    const { path, bytes, hex, base64 } = packageFunction(branding);
    console.log(`${path}\n  ${bytes.length} bytes, sha256 ${hex}\n  CodeSha256 in Lambda: ${base64}`);
  });
}
