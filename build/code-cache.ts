import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

/**
 * The last and optional step of a build: V8's compiled code beside the source, so that a cold start reads it instead of
 * compiling. An ES module cannot be given such a cache, and so the entry becomes a script that a small `index.mjs` runs.
 *
 * It makes nothing worse. V8 takes the cache only if its own version and its flags are those of the build, and else
 * compiles as ever. A cache of other code cannot be met: the names of both files hold the hash of the source.
 */

async function asScript(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    external: ['./*'],
    write: false,
  });
  return `(function(exports,module){${outputFiles[0]?.text}\n})`;
}

/** Runs the script, which lies beside it as its cache does. What it exports is copied; the training sees to it that this is right. */
const loader = (name: string, exported: readonly string[]) => `
const { readFileSync } = process.getBuiltinModule('node:fs');
const { Script, constants } = process.getBuiltinModule('node:vm');
const filename = \`\${import.meta.dirname}/${name}.cjs\`;
const read = () => {
  try {
    return readFileSync(\`\${import.meta.dirname}/${name}.cache\`);
  } catch {
    // No cache: V8 compiles.
  }
};
const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData: read(), importModuleDynamically });
const module = { exports: {} };
script.runInThisContext()(module.exports, module);
export const { ${exported.join(', ')} } = module.exports;
export const codeCache = { script, isRejected: script.cachedDataRejected, exported: module.exports };
`;

/**
 * Turns a built entry into a script with a code cache.
 *
 * @param outdir folder of the build; its `index.mjs` is replaced
 * @param exported names that the entry exports
 * @param flags of Node that V8 compiles differently under, as in the runtime; with others the cache is not taken
 */
export async function addCodeCache(
  outdir: string,
  exported: readonly string[],
  flags: readonly string[],
): Promise<void> {
  const entry = join(outdir, 'index.mjs');
  const source = await asScript(entry);
  const name = `proxy-${createHash('sha256').update(source).digest('hex').slice(0, 16)}`;
  await writeFile(join(outdir, `${name}.cjs`), source, 'latin1');
  await writeFile(entry, loader(name, exported).trimStart());
  await rm(`${entry}.map`, { force: true });
  const training = join(import.meta.dirname, 'train.ts');
  const target = join(outdir, `${name}.cache`);
  await promisify(execFile)(process.execPath, [...flags, training, entry, target]);
  console.log(`${target.padEnd(28)} ${((await readFile(target)).length / 1000).toFixed(1)} KB of code cache`);
}
