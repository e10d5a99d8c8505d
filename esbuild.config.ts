import { readdir, readFile, rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { builtIns } from './build/built-ins.ts';
import { addCodeCache } from './build/code-cache.ts';
import { gotReadsOnly } from './build/got-stream.ts';
import { gotIsVerified } from './build/got-version.ts';
import { lazyListFormat } from './build/lazy-list-format.ts';
import { inOneEntry } from './build/one-entry.ts';
import { standIns, standInsFor } from './build/stand-ins.ts';

/**
 * Budgets in bytes for the function: the entry, which every cold start reads, and all files together. The difference is
 * what few requests need: some 90 KB are the pages in all languages and the dump, 123 KB the Tracer, for sampled
 * requests, some 45 KB the masking of secrets, the words of failures and what the log says of traces and of
 * trouble, 10 KB optional settings and waking, 18 KB the log-in page, and a few the metrics.
 */
const budget = { entry: 268_000, total: 568_000 };

/** The standalone server is one file, to be copied into a container. It starts once and not for a request. */
const serverFile = 'server.mjs';

/**
 * `--code-cache` adds V8's compiled code, `--outdir` builds elsewhere than in `dist`, `--without` leaves a step of build/
 * out, by the name of its plugin or of the module that a stand-in replaces, to measure what it saves.
 */
const { values } = parseArgs({
  options: {
    outdir: { type: 'string', default: 'dist' },
    'code-cache': { type: 'boolean', default: false },
    without: { type: 'string', multiple: true, default: [] },
  },
});
const { outdir, without } = values;
const isWanted = (name: string) => !without.includes(name);

const common: BuildOptions = {
  outdir,
  outExtension: { '.js': '.mjs' },
  platform: 'node',
  target: 'node24',
  format: 'esm',
  bundle: true,
  minify: true,
  // Messages in Japanese or Arabic would be three times as long in escapes.
  charset: 'utf8',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  mainFields: ['module', 'main'],
  // Part of Lambda's runtime; loaded with SECRET_ARN alone.
  external: ['@aws-sdk/*'],
  plugins: [
    ...[gotIsVerified, gotReadsOnly, lazyListFormat, builtIns].filter(({ name }) => isWanted(name)),
    standInsFor(standIns.filter(({ module }) => isWanted(module))),
  ],
  logLevel: 'warning',
};

await rm(outdir, { recursive: true, force: true });
// Dynamic imports become chunks: the Tracer with the X-Ray SDK, the pages, each language.
const { metafile } = await build({
  ...common,
  entryPoints: { index: 'src/index.ts' },
  splitting: true,
  metafile: true,
});
await build({ ...common, entryPoints: { server: 'src/server.ts' } });

/** Returns a file and all that it imports statically, by esbuild's names for its outputs, which are relative to here. */
function withImports(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const { path, kind, external } of metafile.outputs[file]?.imports ?? []) {
    if (kind === 'import-statement' && !external) withImports(path, found);
  }
  return found;
}

const [, ...shared] = withImports(relative('.', `${outdir}/index.mjs`));
const chunks = shared.map((file) => ({ file, exports: metafile.outputs[file]?.exports ?? [] }));
const sharedNames = isWanted('one-entry') ? await inOneEntry(outdir, chunks) : [];
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(8)} KB`;
const files = (await readdir(outdir)).filter((name) => name.endsWith('.mjs')).sort();
const sizes = await Promise.all(
  files.map(async (name) => {
    const content = await readFile(`${outdir}/${name}`);
    return { name, raw: content.length, gzip: gzipSync(content).length };
  }),
);
const ofFunction = sizes.filter(({ name }) => name !== serverFile);
const total = ofFunction.reduce((sum, { raw, gzip }) => ({ raw: sum.raw + raw, gzip: sum.gzip + gzip }), {
  raw: 0,
  gzip: 0,
});
for (const { name, raw, gzip } of [...sizes, { name: 'function', ...total }]) {
  console.log(`${`${outdir}/${name}`.padEnd(28)}${kilobytes(raw)}${kilobytes(gzip)} gzip`);
}

const entry = sizes.find(({ name }) => name === 'index.mjs')?.raw ?? Number.POSITIVE_INFINITY;
const over = [
  entry > budget.entry && `a cold start reads ${entry} bytes, over its budget of ${budget.entry}`,
  total.raw > budget.total && `all files together have ${total.raw} bytes, over their budget of ${budget.total}`,
].filter(Boolean);
if (over.length > 0 && without.length === 0) {
  console.error(`Too large: ${over.join('; ')}. Find what grew (esbuild --analyze), or argue for a larger budget.`);
  process.exitCode = 1;
}

// Those of Lambda's flags for Node that V8's code cache depends on.
if (values['code-cache']) await addCodeCache(outdir, ['handler', 'streamHandler', ...sharedNames], ['--expose-gc']);
