import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

/** nginx with a page for one user, as its manual sets it up. */
const nginxConfig = (folder: string, port: number) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 64; }
http {
  access_log off;
  default_type text/html;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${port};
    root ${folder};
    auth_basic "Garden";
    auth_basic_user_file ${folder}/users;
  }
}
`;

let folder: string;
let nginx: ChildProcess;
let host: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-basic-'));
  const port = await freePort();
  await writeFile(join(folder, 'users'), 'ada:{PLAIN}frost\n');
  await writeFile(join(folder, 'index.html'), '<title>Garden</title><h1>Come in</h1>');
  await writeFile(join(folder, 'nginx.conf'), nginxConfig(folder, port));
  nginx = await start('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'user root;'], port);
  host = `127.0.0.1:${port}`;
});
afterAll(async () => {
  await stop(nginx);
  await rm(folder, { recursive: true, force: true });
});

/** Opens the page, and enters user and password when the browser asks for them. */
const logIn: Journey = async (page, site) => {
  let prompts = 0;
  const session = await page.context().newCDPSession(page);
  session.on('Fetch.requestPaused', ({ requestId }) => session.send('Fetch.continueRequest', { requestId }));
  session.on('Fetch.authRequired', ({ requestId }) => {
    prompts += 1;
    const user = { response: 'ProvideCredentials', username: 'ada', password: 'frost' } as const;
    return session.send('Fetch.continueWithAuth', { requestId, authChallengeResponse: user });
  });
  await session.send('Fetch.enable', { handleAuthRequests: true });
  const response = await page.goto(site);
  return [`prompts: ${prompts}`, `${response?.status()}: ${await page.textContent('h1')}`];
};

describe('A Basic log-in', () => {
  test('never begins behind a Function URL, which renames WWW-Authenticate', async () => {
    const direct = await visitDirectly(`http://${host}`, logIn);
    expect(direct.slice(0, 2)).toEqual(['prompts: 1', '200: Come in']);
    const { seen } = await visitThroughProxy(`http://${host}`, logIn);
    expect(seen.slice(0, 2)).toEqual(['prompts: 0', '401: 401 Authorization Required']);
  });

  test('is not needed where REMOTE_URL has user and password', async () => {
    expect((await visitThroughProxy(`http://ada:frost@${host}`, logIn)).seen).toEqual(['prompts: 0', '200: Come in']);
  });
});
