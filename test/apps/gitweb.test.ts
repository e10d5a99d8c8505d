import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { stylesOf, upgrade } from './styles.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

/** nginx in front of gitweb: on the first port it says to the CGI program which scheme the client used, on the other not. */
const nginxConfig = (folder: string, ports: readonly number[], cgiPort: number) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 64; }
http {
  access_log off;
  include /etc/nginx/mime.types;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  map $http_x_forwarded_proto $forwarded_https { https on; }
${ports
  .map(
    (port, index) => `
  server {
    listen 127.0.0.1:${port};
    location /static/ { root /usr/share/gitweb; }
    location / {
      fastcgi_param HTTP_HOST $http_host;
      ${index === 0 ? 'fastcgi_param HTTPS $forwarded_https if_not_empty;' : ''}
      fastcgi_param SERVER_NAME $server_name;
      fastcgi_param SERVER_PORT $server_port;
      fastcgi_param SERVER_PROTOCOL $server_protocol;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param SCRIPT_NAME "";
      fastcgi_param PATH_INFO $uri;
      fastcgi_param SCRIPT_FILENAME /usr/share/gitweb/gitweb.cgi;
      fastcgi_param GITWEB_CONFIG ${folder}/gitweb.conf;
      fastcgi_pass 127.0.0.1:${cgiPort};
    }
  }`,
  )
  .join('')}
}
`;

const gitwebConfig = (folder: string) => `
our $projectroot = "${folder}/repositories";
$feature{'pathinfo'}{'default'} = [1];
our @stylesheets = ("/static/gitweb.css");
our $javascript = "/static/gitweb.js";
our $logo = "/static/git-logo.png";
our $favicon = "/static/git-favicon.png";
1;
`;

let folder: string;
let servers: ChildProcess[] = [];
let backend: string;
let unaware: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-gitweb-'));
  const work = join(folder, 'work');
  await mkdir(work);
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words], { cwd: work });
  git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(work, 'grüße & co.txt'), 'Grüße\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'First frost');
  git('clone', '--quiet', '--bare', work, join(folder, 'repositories/garden.git'));
  const [port, otherPort, cgiPort] = [await freePort(), await freePort(), await freePort()];
  await writeFile(join(folder, 'nginx.conf'), nginxConfig(folder, [port, otherPort], cgiPort));
  await writeFile(join(folder, 'gitweb.conf'), gitwebConfig(folder));
  servers = [
    await start('/usr/sbin/fcgiwrap', ['-s', `tcp:127.0.0.1:${cgiPort}`], cgiPort),
    await start('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'user root;'], port),
  ];
  backend = `http://127.0.0.1:${port}`;
  unaware = `http://127.0.0.1:${otherPort}`;
});
afterAll(async () => {
  await Promise.all(servers.map(stop));
  await rm(folder, { recursive: true, force: true });
});

/** Goes from the list of projects to a file by its links, and reads the address that the feed of commits names. */
const browse: Journey = async (page, site) => {
  const seen: string[] = [];
  const arrive = async (what: string) => {
    await page.waitForLoadState();
    seen.push(`${what} at ${page.url().replace(/[0-9a-f]{40}/g, 'ID')}: ${await page.title()}`);
    const addresses = `[...document.querySelectorAll('a[href],link[href],script[src],img[src],form[action],base[href]')].map((e) => e.href || e.src || e.action)`;
    const foreign = await page.evaluate(`${addresses}.filter((url) => !url.startsWith(${JSON.stringify(`${site}/`)}))`);
    seen.push(`links elsewhere: ${JSON.stringify(foreign)}`);
  };
  await page.goto(`${site}/`);
  await arrive('projects');
  await page.click('td a.list');
  await arrive('summary');
  await page.click('text=First frost');
  await arrive('commit');
  await page.click('.page_nav >> text=tree');
  await arrive('tree');
  await page.click('text=grüße & co.txt');
  await arrive('file');
  seen.push(`reads: ${(await page.textContent('.page_body'))?.trim()}`);
  await page.goto(`${site}/?p=garden.git;a=search;st=commit;s=frost`);
  await arrive('search');
  const feed = (await page.evaluate(`fetch('/garden.git/atom').then((response) => response.text())`)) as string;
  seen.push(`feed: ${feed.match(/<link rel="alternate" href="([^"]*)"/)?.[1]}`);
  return seen;
};

test('gitweb shows its pages, links and feeds at the public address, as it does without the proxy', async () => {
  const direct = await visitDirectly(backend, browse);
  expect(direct).toContain('reads: 1 Grüße');
  expect((await visitThroughProxy(backend, browse)).seen).toEqual(direct);
});

/** Opens a project, and follows a link of it. */
const follow: Journey = async (page, site) => {
  await page.goto(`${site}/garden.git`);
  const styles = await stylesOf(page);
  const arrived = Promise.race([
    page.waitForURL(/commit/).then(
      () => page.url(),
      () => 'nowhere',
    ),
    page.waitForEvent('requestfailed').then(() => 'nowhere'),
  ]);
  await page.click('text=First frost');
  return [...styles, `arrives at: ${(await arrived).replace(/[0-9a-f]{40}/, 'ID')}`];
};

test('gitweb that does not know of https has its styles and links with upgrade-insecure-requests, and not without', async () => {
  const without = await visitThroughProxy(unaware, follow);
  expect(without.seen).toEqual(['http: blocked', 'arrives at: nowhere']);
  const { seen } = await visitThroughProxy(unaware, follow, upgrade);
  expect(seen).toEqual(['http: loaded', 'arrives at: [site]/garden.git/commit/ID']);
}, 60_000);
