import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { Files } from './branding-files.ts';

/** The oldest time that a zip can tell, in the zip's own local time: the same in every time zone. */
const mtime = new Date(1980, 0, 1);

/** A regular file that everybody may read, as Lambda needs it; `os: 3` says that the attributes are Unix ones. */
const entryOptions = { mtime, os: 3, attrs: (0o100644 << 16) >>> 0, level: 9 } as const;

/**
 * Packs the built function. The same files make the same bytes on every machine: names are sorted, times and permissions
 * fixed, and the compressor is JavaScript, since zlib's output differs from processor to processor.
 *
 * @param folder the build; source maps and the standalone server are left out
 * @param files more files; none takes the place of one of the build
 */
export function zipOf(folder: string, files: Files = {}): Uint8Array {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.map$|^server\.mjs/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  if (!names.includes('index.mjs')) throw new Error(`${folder} holds no build: run npm run build`);
  const built = names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))] as const);
  const all = new Map<string, Uint8Array>([...Object.entries(files), ...built]);
  return zipSync(Object.fromEntries([...all].sort(([one], [other]) => (one < other ? -1 : 1))), entryOptions);
}

/** SHA-256 of some bytes: in hexadecimal digits, and as Lambda writes it (CodeSha256). */
export function sha256(bytes: Uint8Array): { hex: string; base64: string } {
  const digest = createHash('sha256').update(bytes).digest();
  return { hex: digest.toString('hex'), base64: digest.toString('base64') };
}
