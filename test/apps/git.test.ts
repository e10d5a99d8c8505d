import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { type ClientAccess, clientsOf } from './clients.ts';
import { publicName } from './endpoint.ts';

/** nginx in front of git's own CGI program, as git's manual sets it up. */
const nginxConfig = (folder: string, port: number, cgiPort: number) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 64; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  client_max_body_size 20m;
  server {
    listen 127.0.0.1:${port};
    location / {
      fastcgi_pass 127.0.0.1:${cgiPort};
      fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
      fastcgi_param GIT_PROJECT_ROOT ${folder}/repositories;
      fastcgi_param GIT_HTTP_EXPORT_ALL "";
      fastcgi_param PATH_INFO $uri;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
      fastcgi_param REMOTE_USER tester;
    }
  }
}
`;

let folder: string;
let servers: ChildProcess[] = [];
let access: ClientAccess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-git-'));
  const [port, cgiPort] = [await freePort(), await freePort()];
  execFileSync('git', ['init', '--bare', '--quiet', '--initial-branch=main', `${folder}/repositories/shop.git`]);
  await writeFile(`${folder}/nginx.conf`, nginxConfig(folder, port, cgiPort));
  servers = [
    await start('/usr/sbin/fcgiwrap', ['-s', `tcp:127.0.0.1:${cgiPort}`], cgiPort),
    await start('/usr/sbin/nginx', ['-c', `${folder}/nginx.conf`, '-g', 'user root;'], port),
  ];
  access = await clientsOf({ REMOTE_URL: `http://127.0.0.1:${port}` });
});
afterAll(async () => {
  await access.close();
  await Promise.all(servers.map(stop));
  await rm(folder, { recursive: true, force: true });
});

const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];

test('git pushes a commit with a large binary file, and a clone brings it back to the byte', async () => {
  const url = `https://${publicName}/shop.git`;
  await access.run('git', ['init', '--quiet', '--initial-branch=main', 'work']);
  const work = join(access.folder, 'work');
  const blob = randomBytes(2_000_000);
  await writeFile(join(work, 'blob.bin'), blob);
  await access.run('git', ['add', '.'], work);
  await access.run('git', [...identity, 'commit', '--quiet', '--message', 'A blob'], work);
  await access.run('git', ['push', '--quiet', url, 'main'], work);
  await access.run('git', ['clone', '--quiet', url, 'copy']);
  expect(await access.run('git', ['hash-object', 'copy/blob.bin'])).toBe(
    await access.run('git', ['hash-object', 'work/blob.bin']),
  );
});
