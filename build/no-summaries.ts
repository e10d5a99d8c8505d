import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { mustHappen } from './must-happen.ts';

const file = /[\\/]src[\\/]config[\\/]settings\.ts$/;
const summary = /\bsummary:\s*(?:(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")\s*(?:\+\s*)?)+,/g;

/**
 * Leaves the summaries of the settings out: 6 KB that only the documentation reads. Fails when a setting has none, or one
 * that is no plain text.
 */
export const noSummaries: Plugin = {
  name: 'no-summaries',
  setup(build) {
    const happened = mustHappen(
      build,
      'src/config/settings.ts has no summaries any more; take build/no-summaries.ts out',
    );
    build.onLoad({ filter: file }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace(summary, "summary: '',");
      const settings = source.match(/: setting\(\{/g)?.length;
      const removed = contents.match(/\bsummary: '',/g)?.length;
      if (settings !== removed)
        throw new Error(`${path} has ${settings} settings, and ${removed} summaries were found`);
      happened();
      return { contents, loader: 'ts' };
    });
  },
};
