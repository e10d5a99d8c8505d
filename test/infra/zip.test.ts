import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { brandingFiles } from '../../infra/branding-files.ts';
import { sha256, zipOf } from '../../infra/zip.ts';

const root = join(import.meta.dirname, '../..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function temporary(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  folders.push(folder);
  return folder;
}

/** Unix permissions of the entries, from the zip's central directory (APPNOTE.TXT 4.3.12). */
function modes(zip: Uint8Array): number[] {
  const bytes = Buffer.from(zip);
  const found: number[] = [];
  for (let at = bytes.indexOf('PK\x01\x02'); at !== -1; at = bytes.indexOf('PK\x01\x02', at + 1))
    found.push(bytes.readUInt32LE(at + 38) >>> 16);
  return found;
}

/** Builds and packages a copy of the repository in another folder, in a new process. */
function packIn(folder: string, env: NodeJS.ProcessEnv): string {
  for (const part of ['src', 'middlewares', 'infra', 'build', 'package.json', 'esbuild.config.ts'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const packing = spawnSync(process.execPath, ['infra/package.ts'], {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  expect(packing.stderr).toBe('');
  return /sha256 ([\da-f]{64})/.exec(packing.stdout)?.[1] ?? packing.stdout;
}

describe('the zip', () => {
  test('is the same to the byte wherever, whenever and in which time zone it is made', () => {
    const one = packIn(temporary('one-'), { TZ: 'Pacific/Kiritimati' });
    const other = packIn(temporary('another-with-a-longer-name-'), { TZ: 'America/New_York' });
    expect(one).toMatch(/^[\da-f]{64}$/);
    expect(other).toBe(one);
  }, 60_000);

  test('is the same to the byte whatever built-in modules export in the Node.js that runs the build', () => {
    const others = ['util', 'fs', 'stream', 'net', 'http', 'path', 'url', 'buffer', 'events']
      .map((name) => `Object.assign(process.getBuiltinModule('${name}'), { aNewExport: 1, zebra: 2 })`)
      .join(';');
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(others)}`;
    expect(packIn(temporary('new-'), { NODE_OPTIONS })).toBe(packIn(temporary('old-'), { NODE_OPTIONS: '' }));
  }, 60_000);

  test('holds both shapes but no source maps, readable by everybody, in the order of the names', () => {
    const folder = temporary('dist-');
    for (const name of [
      'index.mjs',
      'b.mjs',
      'a.mjs',
      'index.mjs.map',
      'index.mjs.LEGAL.txt',
      'server.mjs',
      'server.mjs.LEGAL.txt',
    ])
      writeFileSync(join(folder, name), name, { mode: 0o600 });
    const before = zipOf(folder);
    utimesSync(join(folder, 'index.mjs'), 0, 0);
    expect(sha256(zipOf(folder))).toEqual(sha256(before));
    const names = [
      'a.mjs',
      'b.mjs',
      'index.js',
      'index.mjs',
      'index.mjs.LEGAL.txt',
      'package.json',
      'server.mjs',
      'server.mjs.LEGAL.txt',
    ];
    expect(Object.keys(unzipSync(before))).toEqual(names);
    expect(modes(before)).toEqual(names.map(() => 0o100644));
  });

  test('of a folder without a build is refused', () => {
    expect(() => zipOf(temporary('empty-'))).toThrow('holds no build: run npm run build');
  });

  test('has the files that PAGE_CSS and PAGE_LOGO name, under these names, and none in place of the build', () => {
    const folder = temporary('look-');
    mkdirSync(join(folder, 'brand'));
    writeFileSync(join(folder, 'brand/site.css'), 'h1 { color: green }');
    const build = temporary('build-');
    for (const name of ['index.mjs', 'server.mjs']) writeFileSync(join(build, name), 'export {}');
    const files = brandingFiles(['./brand/site.css', 'data:image/png;base64,AAAA', undefined, ''], folder);
    expect(brandingFiles(['h1 { color: red }'], folder)).toEqual({});
    const zip = unzipSync(
      zipOf(build, { ...files, 'index.mjs': new Uint8Array([1]), 'index.js': new Uint8Array([1]) }),
    );
    expect(Object.keys(zip).sort()).toEqual(expect.arrayContaining(['brand/site.css', 'index.mjs']));
    expect(Buffer.from(zip['brand/site.css'] ?? []).toString()).toBe('h1 { color: green }');
    expect(Buffer.from(zip['index.mjs'] ?? []).toString()).toBe('export {}');
    expect(Buffer.from(zip['index.js'] ?? []).toString()).toContain('./server.mjs');
  });

  test.each([
    ['a Web Function', { AWS_LAMBDA_HTTP_ENDPOINT: '0.0.0.0:3000' }, 'server undefined undefined'],
    ['a function', {}, 'handler function function'],
  ])('starts as %s by way of index.js, and loads nothing of the other shape', (_, env, printed) => {
    const folder = temporary('dist-');
    writeFileSync(
      join(folder, 'index.mjs'),
      "console.log('handler'); export const handler = () => 1, streamHandler = () => 2;",
    );
    writeFileSync(join(folder, 'server.mjs'), "console.log('server');");
    const unpacked = temporary('task-');
    for (const [name, bytes] of Object.entries(unzipSync(zipOf(folder)))) writeFileSync(join(unpacked, name), bytes);
    const program = `import('./index.js').then((all) => console.log(typeof all.handler, typeof all.streamHandler))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
      cwd: unpacked,
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
    });
    expect([stderr, stdout.replaceAll('\n', ' ').trim()]).toEqual(['', printed]);
  });

  test.each([
    ['missing.css', /missing\.css cannot be read in .*ENOENT/],
    ['../secret.css', /\.\.\/secret\.css is outside /],
  ])('is not made without %s', (path, message) => {
    expect(() => brandingFiles([path], temporary('look-'))).toThrow(message);
  });
});
