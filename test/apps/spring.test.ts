import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

const jars = [
  ...[
    'api',
    'catalina',
    'coyote',
    'util',
    'util-scan',
    'juli',
    'jni',
    'servlet-api',
    'annotations-api',
    'jaspic-api',
  ].map((name) => `tomcat9-${name}`),
  ...['core', 'beans', 'context', 'web'].map((name) => `spring3-${name}`),
  'commons-logging',
].map((name) => `/usr/share/java/${name}.jar`);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-spring-'));
  execFileSync('javac', ['-cp', jars.join(':'), '-d', folder, join(import.meta.dirname, 'spring/Site.java')]);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

let tomcat: ChildProcess;
afterEach(() => stop(tomcat));

/** Spring's filter and a servlet in Tomcat. */
async function startSpring(strategy: 'framework' | 'none'): Promise<string> {
  const port = await freePort();
  const classPath = [folder, ...jars].join(':');
  tomcat = await start('java', ['-cp', classPath, 'Site', String(port), strategy], port, { cwd: folder });
  return `http://127.0.0.1:${port}`;
}

/** Is sent to the log-in form, logs in, and reads the home page. */
const logIn: Journey = async (page, site) => {
  const seen: string[] = [];
  await page.goto(`${site}/`);
  seen.push(`sent to ${page.url()}`);
  await page.fill('input[name=name]', 'ada');
  await page.click('button');
  seen.push(`${page.url()} shows ${await page.textContent('h1')}`, `link: ${await page.textContent('p')}`);
  return seen;
};

describe("Spring's ForwardedHeaderFilter", () => {
  test('makes redirects and links as they are without the proxy', async () => {
    const backend = await startSpring('framework');
    const direct = await visitDirectly(backend, logIn);
    expect(direct).toEqual(['sent to [site]/log-in', '[site]/ shows ada', 'link: [site]/']);
    expect((await visitThroughProxy(backend, logIn)).seen).toEqual(direct);
    // The filter reads X-Forwarded-Host before Host.
    expect((await visitThroughProxy(backend, logIn, { HOST_HEADER: 'backend' })).seen).toEqual(direct);
  });

  test('is needed for links alone: without it the log-in works, and absolute links begin with http:', async () => {
    const backend = await startSpring('none');
    const { seen } = await visitThroughProxy(backend, async (page, site) =>
      (await logIn(page, site)).map((line) => line.replaceAll(site.replace('https:', 'http:'), '[http site]')),
    );
    expect(seen).toEqual(['sent to [site]/log-in', '[site]/ shows ada', 'link: [http site]/']);
  });
});
