import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** A chunk that the entry imports statically, and the names that it exports. */
export interface Shared {
  readonly file: string;
  readonly exports: readonly string[];
}

/**
 * Moves the chunks that every start reads into the entry. esbuild makes a chunk of everything that the entry shares with
 * a lazy part; each chunk is a file to find, read and link, a millisecond at every cold start. The lazy parts still import
 * from the chunks, which now only re-export from the entry, so that each module exists once.
 *
 * @param outdir folder of the build; its `index.mjs` and the shared chunks are replaced
 * @param shared the chunks
 * @returns the names that the entry exports for them
 */
export async function inOneEntry(outdir: string, shared: readonly Shared[]): Promise<string[]> {
  const pairs = shared.map(({ file, exports }, index) => ({
    file: basename(file),
    names: exports.map((name) => ({ name, public: `${name}$${index}` })),
  }));
  const list = (names: readonly string[], from: string) => `export { ${names.join(', ')} } from './${from}';\n`;
  const contents = pairs.map(({ file, names }) =>
    list(
      names.map((each) => `${each.name} as ${each.public}`),
      file,
    ),
  );
  await build({
    stdin: { contents: `export * from './index.mjs';\n${contents.join('')}`, resolveDir: outdir },
    outfile: join(outdir, 'index.mjs'),
    allowOverwrite: true,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    sourcemap: 'linked',
    sourcesContent: false,
    // They are in files by now, and comments point to those.
    legalComments: 'inline',
    logLevel: 'warning',
    plugins: [
      {
        name: 'lazy-parts',
        setup({ onResolve }) {
          onResolve({ filter: /^\.\// }, ({ path, kind }) =>
            kind === 'dynamic-import' ? { path, external: true } : undefined,
          );
        },
      },
    ],
  });
  for (const { file, names } of pairs) {
    const chunk = list(
      names.map((each) => `${each.public} as ${each.name}`),
      'index.mjs',
    );
    await writeFile(join(outdir, file), chunk);
    await rm(join(outdir, `${file}.map`), { force: true });
  }
  return pairs.flatMap(({ names }) => names.map((each) => each.public));
}
