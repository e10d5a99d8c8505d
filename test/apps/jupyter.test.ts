import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-jupyter-'));
  await writeFile(join(folder, 'Frost.ipynb'), '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let notebook: ChildProcess;
afterEach(() => stop(notebook));

/** Jupyter Notebook with a token, on the loopback address. */
async function startNotebook(...words: string[]): Promise<string> {
  const port = await freePort();
  notebook = await start(
    '/usr/bin/jupyter-notebook',
    [
      '--no-browser',
      '--allow-root',
      '--ip=127.0.0.1',
      `--port=${port}`,
      `--notebook-dir=${folder}`,
      '--NotebookApp.token=for-tests-only',
      ...words,
    ],
    port,
    { env: { HOME: folder, JUPYTER_ALLOW_INSECURE_WRITES: '1' } },
  );
  return `http://127.0.0.1:${port}`;
}

/** Logs in by token, reads the list of notebooks, and makes a folder, which is a POST with a check of Origin. */
const list: Journey = async (page, site) => {
  const seen: string[] = [];
  await page.goto(`${site}/`);
  seen.push(`sent to ${page.url()}`);
  await page.fill('#password_input', 'for-tests-only');
  await page.click('#login_submit');
  await page.waitForSelector('text=Frost.ipynb');
  seen.push(`list at ${page.url()}`);
  await page.click('#new-dropdown-button');
  await page.click('#new-folder a');
  await page.waitForSelector('text=/^Untitled Folder/');
  seen.push('made a folder');
  await page.click('#logout');
  await page.waitForSelector('text=Successfully logged out');
  seen.push('logged out');
  return seen;
};

describe('Jupyter Notebook', () => {
  test('with allow_remote_access logs in by token, lists notebooks and makes a folder as it does without the proxy', async () => {
    const backend = await startNotebook('--NotebookApp.allow_remote_access=True', '--NotebookApp.trust_xheaders=True');
    const direct = await visitDirectly(backend, list);
    expect(direct).toEqual([
      'sent to [site]/login?next=%2Ftree%3F',
      'list at [site]/tree?',
      'made a folder',
      'logged out',
    ]);
    // An event of Lambda cannot tell /tree? from /tree.
    const withoutEmptyQuery = direct.map((line) => line.replace(/%3F$|\?$/, ''));
    expect((await visitThroughProxy(backend, list)).seen).toEqual(withoutEmptyQuery);
  });

  test('without allow_remote_access refuses the public host with 403', async () => {
    const backend = await startNotebook();
    const { seen } = await visitThroughProxy(backend, async (page, site) => {
      await page.goto(`${site}/`);
      return [];
    });
    expect(seen).toContain('403 for GET /tree');
  });
});
