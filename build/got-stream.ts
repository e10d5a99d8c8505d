import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { mustHappen } from './must-happen.ts';

const got = /[\\/]node_modules[\\/]got[\\/]dist[\\/]source[\\/]core[\\/]index\.js$/;

/**
 * Makes got's request a Readable. It is a Duplex, and its writable half never gets a byte: src/backend/native-request.ts
 * and upload.ts send the content.
 *
 * The Duplex costs much. `WritableState` holds a function that is written where it is assigned to a property, and V8,
 * once it has optimised that code, makes such functions among the old objects. What they refer to then outlives every
 * minor collection: got's request, its options, both messages and their bytes, some 20 KB for each request and all of a
 * large response. Since so much survives, V8 makes its nursery as large as it may, far from what a processor's own cache
 * holds. Altogether it was a tenth of the CPU of a small request and a third at 100 KB.
 *
 * Fails when got does not import a Duplex any more, as after an update.
 */
export const gotReadsOnly: Plugin = {
  name: 'got-stream',
  setup(build) {
    const happened = mustHappen(build, "got's request imports no stream any more; take build/got-stream.ts out");
    build.onResolve({ filter: /^node:stream$/ }, ({ importer }) => {
      if (!got.test(importer)) return undefined;
      happened();
      return { path: join(import.meta.dirname, 'read-only-duplex.js') };
    });
  },
};
