import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { type ClientAccess, clientsOf } from './clients.ts';
import { publicName } from './endpoint.ts';

/** Verdaccio with no uplink: a registry of its own packages, which anybody may publish who has logged in. */
const configuration = (folder: string) => `
storage: ${folder}/storage
auth:
  htpasswd:
    file: ${folder}/htpasswd
packages:
  '**':
    access: $all
    publish: $authenticated
log: { type: stdout, level: warn }
`;

let folder: string;
let registry: ChildProcess;
let access: ClientAccess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-verdaccio-'));
  await writeFile(join(folder, 'config.yaml'), configuration(folder));
  const port = await freePort();
  const program = join(import.meta.dirname, 'node_modules/verdaccio/bin/verdaccio');
  registry = await start(
    process.execPath,
    [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`],
    port,
  );
  access = await clientsOf({ REMOTE_URL: `http://127.0.0.1:${port}` });
});
afterAll(async () => {
  await access.close();
  await stop(registry);
  await rm(folder, { recursive: true, force: true });
});

test('npm publishes a package to Verdaccio, and installs it from the address that the registry names', async () => {
  const address = `https://${publicName}/`;
  const user = await access.run('curl', [
    '--silent',
    '--cacert',
    access.certificate,
    '--header',
    'content-type: application/json',
    '--request',
    'PUT',
    '--data',
    '{"name":"ada","password":"correct horse"}',
    `${address}-/user/org.couchdb.user:ada`,
  ]);
  const { token } = JSON.parse(user) as { token: string };
  const npmrc = [`registry=${address}`, `//${publicName}/:_authToken=${token}`, `cafile=${access.certificate}`];
  await writeFile(join(access.folder, '.npmrc'), npmrc.join('\n'));
  const source = join(access.folder, 'source');
  await mkdir(source);
  await writeFile(join(source, 'package.json'), '{"name":"@ada/engine","version":"1.0.0","main":"index.js"}');
  await writeFile(join(source, 'index.js'), 'module.exports = "ü";\n');
  await access.run('npm', ['publish', '--access', 'public'], source);
  const consumer = join(access.folder, 'consumer');
  await mkdir(consumer);
  await writeFile(join(consumer, 'package.json'), '{"name":"consumer","private":true}');
  await access.run('npm', ['install', '--no-audit', '--no-fund', '@ada/engine'], consumer);
  expect(await readFile(join(consumer, 'node_modules/@ada/engine/index.js'), 'utf8')).toBe('module.exports = "ü";\n');
  // The registry writes the address at which it was asked into each package; npm installs from there.
  expect(await readFile(join(consumer, 'package-lock.json'), 'utf8')).toContain(
    `"resolved": "${address}@ada/engine/-/`,
  );
});
