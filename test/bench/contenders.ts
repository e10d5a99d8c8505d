import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

export const base = 'bare';
export const product = 'lambda-rproxy';
/** The product with V8's compiled code beside it, which concerns cold starts alone. */
export const cachedProduct = `${product} with the code cache`;

/** A forwarder under test, built. */
export interface Contender {
  readonly name: string;
  /** The folder with its `index` file. */
  readonly taskRoot: string;
  readonly streams: boolean;
  /** Bytes of code in the files that every start reads, and in all files. */
  readonly bytes: { readonly entry: number; readonly all: number };
}

const peers = [
  { name: base, source: 'bare.cjs', streams: true },
  { name: 'undici', source: 'undici.js', streams: false },
  { name: 'hono', source: 'hono.js', streams: true },
  { name: 'fastify', source: 'fastify.js', streams: true },
  { name: 'express', source: 'express.js', streams: false },
];

/** A file's name and those of all that it imports statically, in minified code. */
async function readAtStart(folder: string, name: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(name)) return found;
  found.add(name);
  const code = await readFile(join(folder, name), 'utf8');
  for (const [, file = ''] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) await readAtStart(folder, file, found);
  return found;
}

async function bytesOf(folder: string): Promise<Contender['bytes']> {
  const names = (await readdir(folder)).filter((name) => /\.(?:[cm]?js|cache)$/.test(name) && name !== 'server.mjs');
  const sum = async (files: Iterable<string>) => {
    const sizes = await Promise.all([...files].map(async (name) => (await stat(join(folder, name))).size));
    return sizes.reduce((total, size) => total + size, 0);
  };
  const entry = names.find((name) => name.startsWith('index.')) ?? 'index.js';
  return { entry: await sum(await readAtStart(folder, entry)), all: await sum(names) };
}

/**
 * Builds the peers as their users would: one minified file. CommonJS, because its `require` of Node's modules makes no
 * facades, which is the faster start for all of them.
 *
 * @param folder where to build them
 * @param productRoot the product's build
 * @param only names of the peers that are wanted; all unless given
 * @returns the peers and, last, the product
 */
export async function contenders(
  folder: string,
  productRoot: string,
  only: readonly string[] = peers.map(({ name }) => name),
): Promise<Contender[]> {
  const wanted = peers.filter(({ name }) => only.includes(name));
  const built = wanted.map(async ({ name, source, streams }) => {
    const taskRoot = join(folder, name);
    await mkdir(taskRoot, { recursive: true });
    await build({
      entryPoints: [join(import.meta.dirname, 'contenders', source)],
      outfile: join(taskRoot, 'index.cjs'),
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      bundle: true,
      minify: true,
      mainFields: ['module', 'main'],
      logLevel: 'error',
    });
    return { name, taskRoot, streams, bytes: await bytesOf(taskRoot) };
  });
  const ours = { name: product, taskRoot: productRoot, streams: true, bytes: await bytesOf(productRoot) };
  return [...(await Promise.all(built)), ours];
}

/**
 * Builds the product with its code cache.
 *
 * @param folder where to build it
 */
export async function withCodeCache(folder: string): Promise<Contender> {
  const taskRoot = join(folder, 'code-cache');
  await promisify(execFile)(process.execPath, ['esbuild.config.ts', '--code-cache', `--outdir=${taskRoot}`]);
  return { name: cachedProduct, taskRoot, streams: true, bytes: await bytesOf(taskRoot) };
}
