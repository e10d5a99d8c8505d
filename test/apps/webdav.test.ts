import { type ChildProcess, execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { npmStart } from '../helpers/npm-start.ts';
import { type ClientAccess, clientsOf } from './clients.ts';
import { publicName } from './endpoint.ts';

const run = promisify(execFile);

/** Apache as a WebDAV server of one folder, with locks, as its manual sets it up. */
const apacheConfig = (folder: string, port: number) => `
ServerRoot ${folder}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile ${folder}/apache.pid
ErrorLog ${folder}/error.log
User www-data
Group www-data
${['mpm_prefork', 'authz_core', 'dav', 'dav_fs', 'alias', 'headers'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
DavLockDB ${folder}/locks
DocumentRoot ${folder}/files
<Directory ${folder}/files>
  Dav On
  Require all granted
</Directory>
`;

let folder: string;
let apache: ChildProcess;
let site: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-webdav-'));
  // Apache gives up root for its workers, which write here.
  await chmod(folder, 0o777);
  for (const name of ['files', 'files/team', 'files/team/shelf']) {
    await mkdir(join(folder, name));
    await chmod(join(folder, name), 0o777);
  }
  const port = await freePort();
  await writeFile(join(folder, 'apache.conf'), apacheConfig(folder, port));
  apache = await start('/usr/sbin/apache2', ['-DFOREGROUND', '-f', join(folder, 'apache.conf')], port);
  site = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await stop(apache);
  await rm(folder, { recursive: true, force: true });
});

/** What litmus says of each of its groups, and each test that failed or warned. */
async function litmus(url: string): Promise<string[]> {
  const work = await mkdtemp(join(tmpdir(), 'rproxy-litmus-'));
  try {
    const { stdout } = await run('litmus', ['--keep-going', `${url}/`], { cwd: work }).catch((error) => error);
    return (stdout as string).split('\n').filter((line) => /^<- summary|FAIL|WARNING/.test(line));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

describe('litmus, the test suite of WebDAV,', () => {
  /** Runs it by way of what `npm start` runs. */
  async function throughProxy(base: string): Promise<string[]> {
    const { child, url, exit } = npmStart({ REMOTE_URL: `${site}${base}` });
    try {
      return await litmus(await url());
    } finally {
      child.kill('SIGINT');
      await exit;
    }
  }

  test('passes all 104 tests by way of npm start, as it does directly', async () => {
    const direct = await litmus(site);
    expect(direct.filter((line) => line.startsWith('<-')).join()).toMatch(
      /16 passed.*13 passed.*30 passed.*41 passed.*4 passed/,
    );
    expect(await throughProxy('')).toEqual(direct);
  });

  test('passes with a base path all but the one that reads a path out of a body, which the proxy does not rewrite', async () => {
    const direct = await litmus(`${site}/team/shelf`);
    const proxied = await throughProxy('/team/shelf');
    const added = proxied.filter((line) => !direct.includes(line));
    expect(added.map((line) => line.trim())).toEqual([
      expect.stringContaining('response href for wrong resource'),
      expect.stringContaining('No responses returned'),
      expect.stringContaining("`props': of 30 tests run: 29 passed, 1 failed"),
    ]);
  });
});

describe('rclone', () => {
  let access: ClientAccess;
  beforeAll(async () => {
    access = await clientsOf({ REMOTE_URL: site });
  });
  afterAll(() => access.close());

  test('copies a folder up and down by WebDAV, moves a file there, and finds no difference', async () => {
    const remote = `:webdav,url='https://${publicName}/':`;
    const rclone = (...words: string[]) => access.run('rclone', ['--ca-cert', access.certificate, ...words]);
    const source = join(access.folder, 'source');
    await mkdir(join(source, 'ordner mit ü'), { recursive: true });
    await writeFile(join(source, 'ordner mit ü/a & b#c.bin'), randomBytes(300_000));
    await writeFile(join(source, 'plain.txt'), 'plain');
    await rclone('copy', 'source', `${remote}up`);
    await rclone('moveto', `${remote}up/plain.txt`, `${remote}up/mövéd 100%.txt`);
    await rclone('copy', `${remote}up`, 'down');
    expect(await readFile(join(access.folder, 'down/mövéd 100%.txt'), 'utf8')).toBe('plain');
    expect(
      (await readFile(join(access.folder, 'down/ordner mit ü/a & b#c.bin'))).equals(
        await readFile(join(source, 'ordner mit ü/a & b#c.bin')),
      ),
    ).toBe(true);
  });
});
