import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { type ClientAccess, clientsOf } from './clients.ts';
import { administer, startAdmin } from './django-admin.ts';
import { publicName } from './endpoint.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

/** nginx with a page for one user, as its manual sets it up. */
const nginxConfig = (folder: string, port: number, djangoPort: number, closedDjangoPort: number) => `
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
  server {
    listen 127.0.0.1:${closedDjangoPort};
    auth_basic "Admin";
    auth_basic_user_file ${folder}/users;
    location / {
      proxy_pass http://127.0.0.1:${djangoPort};
      proxy_set_header Host $http_host;
    }
  }
}
`;

let folder: string;
let nginx: ChildProcess;
let django: ChildProcess;
let host: string;
let openDjango: string;
let closedDjango: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-basic-'));
  const [port, djangoPort, closedDjangoPort] = [await freePort(), await freePort(), await freePort()];
  await writeFile(join(folder, 'users'), 'ada:{PLAIN}frost\n');
  await writeFile(join(folder, 'index.html'), '<title>Garden</title><h1>Come in</h1>');
  await writeFile(join(folder, 'nginx.conf'), nginxConfig(folder, port, djangoPort, closedDjangoPort));
  execFileSync('git', ['init', '--bare', '--quiet', '--initial-branch=main', join(folder, 'shop.git')]);
  const tree = execFileSync('git', ['hash-object', '-t', 'tree', '-w', '/dev/null'], { cwd: join(folder, 'shop.git') });
  const who = {
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
  const inRepository = { cwd: join(folder, 'shop.git'), env: { ...process.env, ...who } };
  const commit = execFileSync('git', ['commit-tree', '-m', 'Seeds', String(tree).trim()], inRepository);
  execFileSync('git', ['update-ref', 'refs/heads/main', String(commit).trim()], inRepository);
  execFileSync('git', ['update-server-info'], inRepository);
  django = await startAdmin(folder, djangoPort);
  nginx = await start('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'user root;'], port);
  host = `127.0.0.1:${port}`;
  openDjango = `http://127.0.0.1:${djangoPort}`;
  closedDjango = `http://127.0.0.1:${closedDjangoPort}`;
});
afterAll(async () => {
  await Promise.all([nginx, django].map(stop));
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

const logInPage = { BASIC_LOGIN: 'on', BASIC_LOGIN_SECRET: 'correct-horse-battery-staple-0123456789' };

/** Enters user and password on the log-in page. */
async function enter(page: Page, password: string): Promise<void> {
  await page.fill('#username', 'ada');
  await page.fill('#password', password);
  await page.click('button');
}

/** Logs in on the log-in page, once with a wrong password, and logs out. */
const useLogInPage: Journey = async (page, site) => {
  const seen: string[] = [];
  const note = async (selector: string) => seen.push(`${page.url()}: ${(await page.textContent(selector))?.trim()}`);
  await page.goto(`${site}/index.html?bed=1`);
  seen.push(`${page.url()}: ${await page.textContent('h1')}, ${await page.textContent('.area')}`);
  await enter(page, 'thaw');
  await note('[role=alert]');
  await enter(page, 'frost');
  await note('h1');
  for (const { name, secure, httpOnly, sameSite } of await page.context().cookies())
    seen.push(`cookie ${name}: secure ${secure}, httpOnly ${httpOnly}, ${sameSite}`);
  seen.push(`scripts see: ${JSON.stringify(await page.evaluate('document.cookie'))}`);
  await page.goto(`${site}/_rproxy/log-out`);
  await page.click('button');
  await note('h1');
  await page.click('a.button');
  await note('h1');
  return seen;
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

  test('happens on the page of BASIC_LOGIN, a wrong password first, and ends on the log-out page', async () => {
    const { seen, log } = await visitThroughProxy(`http://${host}`, useLogInPage, logInPage);
    expect(seen).toEqual([
      '[site]/index.html?bed=1: Log in, Protected area: Garden',
      '[site]/index.html?bed=1&_rproxy_log_in: The user name or the password is not correct.',
      '[site]/index.html?bed=1: Come in',
      'cookie __Host-rproxy-log-in: secure true, httpOnly true, Lax',
      'scripts see: ""',
      '[site]/_rproxy/log-out: You are logged out',
      '[site]/: Log in',
      '401 for GET /index.html',
      '401 for POST /index.html',
      '401 for GET /',
    ]);
    expect(log).not.toMatch(/frost|thaw|YWRh/);
    expect(log).toContain('"log_in":"accepted"');
  });

  test('in front of the admin of Django loads its pages and styles, as without htpasswd', async () => {
    const logInFirst: Journey = async (page, site) => {
      await page.goto(`${site}/admin/auth/user/`);
      await enter(page, 'frost');
      return administer(page, site);
    };
    const direct = await visitDirectly(openDjango, administer);
    expect(direct).toContain('logged out: Logged out');
    const { seen } = await visitThroughProxy(closedDjango, logInFirst, logInPage);
    const plain = (lines: readonly string[]) => lines.map((line) => line.replace(/__Host-rproxy-log-in true,?/, ''));
    expect(plain(seen)).toEqual([...direct, '401 for GET /admin/auth/user/']);
  });

  test('is sent unrequested by git and curl, which get the renamed challenge without it', async () => {
    const access: ClientAccess = await clientsOf({ REMOTE_URL: `http://${host}`, ...logInPage });
    try {
      const site = `https://${publicName}`;
      const curl = (...words: string[]) =>
        access.run('curl', ['--silent', '--show-error', '--include', '--cacert', access.certificate, ...words]);
      const refused = await curl(`${site}/index.html`);
      expect(refused).toMatch(/\n401|HTTP\/1.1 401/);
      expect(refused.toLowerCase()).toContain('x-amzn-remapped-www-authenticate: basic realm="garden"');
      expect(await curl('--user', 'ada:frost', `${site}/index.html`)).toContain('Come in');
      const authorization = `Authorization: Basic ${Buffer.from('ada:frost').toString('base64')}`;
      await access.run('git', [
        '-c',
        `http.extraHeader=${authorization}`,
        'clone',
        '--quiet',
        `${site}/shop.git`,
        'copy',
      ]);
      expect(await access.run('git', ['-C', 'copy', 'log', '--format=%s'])).toBe('Seeds\n');
    } finally {
      await access.close();
    }
  });
});
