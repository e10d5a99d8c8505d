import { readdir, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { builtIns } from './built-ins.ts';
import { gotReadsOnly } from './got-stream.ts';
import { gotIsVerified } from './got-version.ts';
import { lazyListFormat } from './lazy-list-format.ts';
import { standIns, standInsFor } from './stand-ins.ts';

/**
 * Builds the command of the package, `lambda-rproxy`, with everything that it needs: who installs the package installs
 * no other. It runs on older versions of Node.js than the function, because npm runs it on the one of the machine.
 */

const outdir = 'dist/command';

await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: { 'lambda-rproxy': 'infra/command.ts' },
  outdir,
  outExtension: { '.js': '.mjs' },
  banner: { js: '#!/usr/bin/env node' },
  platform: 'node',
  target: 'node20',
  format: 'esm',
  bundle: true,
  splitting: true,
  minify: true,
  charset: 'utf8',
  legalComments: 'linked',
  mainFields: ['module', 'main'],
  external: ['@aws-sdk/*'],
  plugins: [gotIsVerified, gotReadsOnly, lazyListFormat, builtIns, standInsFor(standIns)],
  logLevel: 'warning',
});
console.log(`${outdir}: ${(await readdir(outdir)).length} files`);
