import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** The version of got that src/backend/got-client.ts and the plugins here were verified with. */
export const gotVersion = '16.1.0';

/** What rests on details of got: the file or behaviour, and how to verify it with another version. */
export const gotChecklist: readonly string[] = [
  'src/backend/got-client.ts, openStream: the options of a new stream are read after the call returns, and `request` may' +
    ' return a promise of a response (core/index.js, flush, _makeRequest). Run test/backend',
  'src/backend/got-client.ts, translateError: ReadError and `cause` (core/errors.js). Run' +
    ' test/backend/got-client.test.ts and the fault matrix',
  'src/backend/got-client.ts, clientFor: defaults that change a request or a response (core/options.js). Run' +
    ' test/backend/requests.test.ts and test/backend/responses.test.ts',
  "build/read-only-duplex.js: the members of Duplex that got's request uses (core/index.js). Run test/build and" +
    ' test/runtime/garbage.test.ts after `npm run build`',
  'build/stand-ins.ts: the modules that stand-ins replace, and their exports. Run test/build',
  'build/lazy-list-format.ts: the dependency that makes an Intl.ListFormat when it is loaded. Run' +
    ' test/runtime/loading.test.ts',
];

/** Text of the error for a version that was not verified. */
const problem = (found: string) =>
  [
    `got ${found} is installed, and the build was verified with got ${gotVersion}. Verify:`,
    ...gotChecklist.map((item) => `- ${item}`),
    'Then set gotVersion in build/got-version.ts.',
  ].join('\n');

/** Fails the build with any other version of got than {@link gotVersion}. */
export const gotIsVerified: Plugin = {
  name: 'got-version',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/]got[\\/]dist[\\/]source[\\/]index\.js$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path.replace(/dist.source.index\.js$/, 'package.json'), 'utf8'));
      return version === gotVersion ? undefined : { errors: [{ text: problem(version) }] };
    });
  },
};
