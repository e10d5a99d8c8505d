import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { standIns } from '../../build/stand-ins.ts';

const run = promisify(execFile);
const root = process.cwd();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(root, 'node_modules/.build-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;

/** Bundles the code with the product's plugins, in a process of its own because esbuild does not run inside of Jest. */
async function bundled(code: string, plugins = 'builtIns'): Promise<string> {
  count += 1;
  const [entry, outfile, script] = ['in.mjs', 'out.mjs', 'build.mjs'].map((end) => join(folder, `${count}.${end}`));
  await writeFile(entry as string, code);
  const options = { entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'silent' };
  await writeFile(
    script as string,
    `import { build } from 'esbuild';
     import { builtIns } from ${JSON.stringify(join(root, 'build/built-ins.ts'))};
     import { gotReadsOnly } from ${JSON.stringify(join(root, 'build/got-stream.ts'))};
     import { standInsFor } from ${JSON.stringify(join(root, 'build/stand-ins.ts'))};
     import { lazyListFormat } from ${JSON.stringify(join(root, 'build/lazy-list-format.ts'))};
     await build({ ...${JSON.stringify(options)}, plugins: [${plugins}] });`,
  );
  await run(process.execPath, [script as string]);
  return outfile as string;
}

const isLoaded = `const loaded = (name) => process.moduleLoadList.includes('NativeModule ' + name);\n`;

/** What the code prints once it is bundled. */
async function printed(code: string, plugins?: string): Promise<string[]> {
  const outfile = await bundled(code, plugins);
  const { stdout } = await run(process.execPath, [outfile]);
  return stdout.trim().split('\n');
}

describe('built-in modules in the bundle', () => {
  test('that few requests need are loaded by the first use of an export, named or not', async () => {
    const code = `
      import { createHash } from 'node:crypto';
      import zlib, { gzipSync } from 'zlib';
      ${isLoaded}
      console.log(loaded('crypto'), loaded('zlib'));
      console.log(createHash('sha256').update('').digest('hex').slice(0, 8), loaded('crypto'), loaded('zlib'));
      console.log(zlib.gunzipSync(gzipSync('text')).toString(), loaded('zlib'));`;
    expect(await printed(code)).toEqual(['false false', 'e3b0c442 true false', 'text true']);
  });

  test('that are imported dynamically have their exports', async () => {
    const code = `const { AsyncLocalStorage } = await import('node:async_hooks');
      console.log(typeof AsyncLocalStorage, new AsyncLocalStorage().getStore());`;
    expect(await printed(code)).toEqual(['function undefined']);
  });

  test('are the modules themselves, so that identities and classes hold', async () => {
    const code = `
      import { checkServerIdentity, TLSSocket } from 'node:tls';
      import http from 'node:http';
      const tls = process.getBuiltinModule('node:tls');
      console.log(checkServerIdentity === tls.checkServerIdentity, TLSSocket === tls.TLSSocket);
      console.log(http === process.getBuiltinModule('node:http'));`;
    expect(await printed(code)).toEqual(['true true', 'true']);
  });

  test('are whole for packages that require them, which may change them', async () => {
    const code = `
      const https = require('node:https');
      https.marked = true;
      console.log(process.getBuiltinModule('node:https').marked);`;
    expect(await printed(code)).toEqual(['true']);
  });
});

test('lists in error messages are worded as Intl.ListFormat does', async () => {
  const code = `
    import { assert } from '@sindresorhus/is';
    import { LazyListFormat } from ${JSON.stringify(join(root, 'build/lazy-list-format.js'))};
    try { assert.any([Number.isInteger, Array.isArray], 'x'); } catch ({ name }) { console.log(name); }
    console.log(new LazyListFormat('en', { type: 'disjunction' }).format(['a', 'b', 'c']));`;
  const wording = new Intl.ListFormat('en', { type: 'disjunction' }).format(['a', 'b', 'c']);
  expect(await printed(code, 'lazyListFormat, builtIns')).toEqual(['TypeError', wording]);
  await expect(bundled('console.log(1)', 'lazyListFormat')).rejects.toThrow('makes no Intl.ListFormat any more');
});

describe('what stands in for a module that never runs', () => {
  const throwing = standIns.filter(({ contents }) => contents.includes('throw'));

  test.each(throwing)('$module says so when it runs after all', async ({ module, contents }) => {
    const isFunction = contents.includes('=> {');
    const call = contents.includes('auto()') ? 'part.auto()' : isFunction ? 'part()' : 'new part()';
    const code = `import part from ${JSON.stringify(join(root, 'node_modules', module))};
      try { ${call}; } catch (error) { console.log(error.message); }`;
    const list = `[${JSON.stringify(standIns.find((each) => each.module === module))}]`;
    expect(await printed(code, `builtIns, standInsFor(${list})`)).toEqual([
      expect.stringMatching(/^got's .* is not part of this build$/),
    ]);
  });

  test('all but one throw; the diagnostics channels are called, and have no effect', () => {
    const silent = standIns.filter((each) => !throwing.includes(each)).map(({ module }) => module);
    expect(silent).toEqual(['got/dist/source/core/diagnostics-channel.js']);
  });

  test('a stand-in for what is not in the graph fails the build', async () => {
    const list = `[{ module: 'gone/index.js', because: '', contents: '' }]`;
    await expect(bundled('console.log(1)', `standInsFor(${list})`)).rejects.toThrow(
      'gone/index.js is not in the graph',
    );
  });
});

test("got's request is a Readable in the bundle, and a build without it fails", async () => {
  const code = `
    import { create, Options } from 'got';
    import { Writable } from 'node:stream';
    const client = create({ options: new Options('http://127.0.0.1:1/', { retry: { limit: 0 } }), handlers: [] });
    const stream = client.stream();
    console.log(stream instanceof Writable, typeof stream.read);
    stream.on('error', ({ code }) => console.log(code));
    try { stream.write('x'); } catch ({ message }) { console.log(message); }`;
  expect(await printed(code, 'gotReadsOnly, builtIns')).toEqual([
    'false function',
    "writing to got's stream is not part of this build",
    'ECONNREFUSED',
  ]);
  await expect(bundled('console.log(1)', 'gotReadsOnly')).rejects.toThrow('imports no stream any more');
});
