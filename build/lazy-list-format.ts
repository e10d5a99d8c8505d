import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { mustHappen } from './must-happen.ts';

const file = /[\\/]node_modules[\\/]@sindresorhus[\\/]is[\\/].*\.js$/;
const dear = 'Intl.ListFormat';

/**
 * Has @sindresorhus/is make its two `Intl.ListFormat` when it words an error message, and not when it is loaded: they
 * cost 12 ms of ICU data. Fails when it makes none any more.
 */
export const lazyListFormat: Plugin = {
  name: 'lazy-list-format',
  setup(build) {
    const happened = mustHappen(
      build,
      `@sindresorhus/is makes no ${dear} any more; take build/lazy-list-format.ts out`,
    );
    build.onLoad({ filter: file }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(dear)) return undefined;
      happened();
      const from = JSON.stringify(join(import.meta.dirname, 'lazy-list-format.js'));
      return { contents: `import { LazyListFormat } from ${from};\n${source.replaceAll(dear, 'LazyListFormat')}` };
    });
  },
};
