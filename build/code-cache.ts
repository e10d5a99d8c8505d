import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

/**
 * The last and optional step of a build: V8's compiled code beside the source, so that a cold start reads it instead of
 * compiling. ES modules have no such cache, so the entry becomes a script that a small `index.mjs` runs.
 *
 * V8 accepts a cache if its own version, its flags, the read-only part of its heap and the length of the source are those
 * of the build, and compiles otherwise. It verifies nothing else: it also accepts the cache of another release of Node.js
 * with the same V8, and a wrong byte can end the process. So the names of both files contain the hash of the source, and
 * that of the cache the version and the architecture of Node.js: a cache never meets another.
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

/** Source of the entry that runs the script beside it. The exports are copied; build/train.ts verifies that they never change. */
const loader = (name: string, exported: readonly string[]) => `
const { readFileSync } = process.getBuiltinModule('node:fs');
const { Script, constants } = process.getBuiltinModule('node:vm');
const filename = \`\${import.meta.dirname}/${name}.cjs\`;
const read = () => {
  try {
    return readFileSync(\`\${import.meta.dirname}/${name}-\${process.version}-\${process.arch}.cache\`);
  } catch {
    // None of this Node.js: V8 compiles.
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
 * @param flags of Node as in the runtime; V8 rejects a cache that was made under others
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
  const target = join(outdir, `${name}-${process.version}-${process.arch}.cache`);
  await promisify(execFile)(process.execPath, [...flags, training, entry, target]);
  console.log(`${target.padEnd(28)} ${((await readFile(target)).length / 1000).toFixed(1)} KB of code cache`);
}
