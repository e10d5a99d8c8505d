import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { mustHappen } from './must-happen.ts';

const file = /[\\/]node_modules[\\/]@sindresorhus[\\/]is[\\/].*\.js$/;
const costly = 'Intl.ListFormat';

/**
 * Makes @sindresorhus/is create its two `Intl.ListFormat` with the first error message instead of when it is loaded: they
 * cost 12 ms of ICU data. Fails when it does not create them any more.
 */
export const lazyListFormat: Plugin = {
  name: 'lazy-list-format',
  setup(build) {
    const happened = mustHappen(
      build,
      `@sindresorhus/is makes no ${costly} any more; take build/lazy-list-format.ts out`,
    );
    build.onLoad({ filter: file }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(costly)) return undefined;
      happened();
      const from = JSON.stringify(join(import.meta.dirname, 'lazy-list-format.js'));
      return { contents: `import { LazyListFormat } from ${from};\n${source.replaceAll(costly, 'LazyListFormat')}` };
    });
  },
};
