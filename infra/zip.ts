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
 * The entries of both shapes. A Web Function starts `index.js`. So does a function with the handler `index.handler`: the
 * runtime looks for `index.js` before `index.mjs`. In an ES module the package.json beside it says that it is one.
 */
const entries = {
  'index.js': `const shape = await (process.env.AWS_LAMBDA_HTTP_ENDPOINT ? import('./server.mjs') : import('./index.mjs'));
export const { handler, streamHandler } = shape;
`,
  'package.json': `${JSON.stringify({ name: 'lambda-rproxy', type: 'module' })}\n`,
};

/**
 * Packs the built function, for a handler and for a Web Function. The same files make the same bytes on every machine: names are sorted, times and permissions
 * fixed, and the compressor is JavaScript, since zlib's output differs from processor to processor.
 *
 * @param folder the build; source maps are left out
 * @param files more files; none takes the place of one of the build
 */
export function zipOf(folder: string, files: Files = {}): Uint8Array {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map(({ name }) => name)
    .sort();
  if (!names.includes('index.mjs') || !names.includes('server.mjs'))
    throw new Error(`${folder} holds no build: run npm run build`);
  const built = names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))] as const);
  const own = Object.entries(entries).map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
  const all = new Map<string, Uint8Array>([...Object.entries(files), ...own, ...built]);
  return zipSync(Object.fromEntries([...all].sort(([one], [other]) => (one < other ? -1 : 1))), entryOptions);
}

/** SHA-256 of some bytes: in hexadecimal digits, and as Lambda writes it (CodeSha256). */
export function sha256(bytes: Uint8Array): { hex: string; base64: string } {
  const digest = createHash('sha256').update(bytes).digest();
  return { hex: digest.toString('hex'), base64: digest.toString('base64') };
}
