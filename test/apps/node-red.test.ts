import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

/** A flow of two nodes: GET /greeting, and its response. */
const flows = [
  { id: 'tab', type: 'tab', label: 'Greeting', disabled: false, info: '' },
  { id: 'in', type: 'http in', z: 'tab', name: '', url: '/greeting', method: 'get', x: 140, y: 80, wires: [['text']] },
  {
    id: 'text',
    type: 'template',
    z: 'tab',
    name: '',
    field: 'payload',
    syntax: 'plain',
    template: 'grüß dich',
    x: 320,
    y: 80,
    wires: [['out']],
  },
  { id: 'out', type: 'http response', z: 'tab', name: '', x: 500, y: 80, wires: [] },
];

let folder: string;
let editor: ChildProcess;
let backend: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-node-red-'));
  await writeFile(join(folder, 'flows.json'), JSON.stringify(flows));
  const port = await freePort();
  const program = join(import.meta.dirname, 'node_modules/node-red/red.js');
  const settings = join(import.meta.dirname, 'node-red/settings.cjs');
  editor = await start(process.execPath, [program, '--userDir', folder, '--settings', settings], port, {
    env: { PORT: String(port) },
  });
  backend = `http://127.0.0.1:${port}`;
}, 30_000);
afterAll(async () => {
  await stop(editor);
  await rm(folder, { recursive: true, force: true });
});

/** Logs in to the editor, changes a node, deploys, and sees the change at the flow's own address. */
const deploy: Journey = async (page, site) => {
  const seen: string[] = [];
  const text = `grüß dich ${Date.now()}`;
  await page.goto(`${site}/`);
  await page.fill('#node-dialog-login-username', 'ada');
  await page.fill('#node-dialog-login-password', 'correct horse');
  await page.click('#node-dialog-login-submit');
  await page.waitForSelector('.red-ui-flow-node-group');
  seen.push(`nodes in the editor: ${await page.locator('.red-ui-flow-node-group').count()}`);
  await page.evaluate(
    `{ const node = RED.nodes.node('text'); node.template = ${JSON.stringify(text)}; node.changed = true; node.dirty = true; RED.nodes.dirty(true); RED.view.redraw(true); }`,
  );
  await page.evaluate('document.querySelector("#red-ui-header-button-deploy").click()');
  await page.waitForFunction('!RED.nodes.dirty()');
  // The runtime starts the flow after it has taken it: until then its address is a 404, or the flow of before.
  await page.waitForFunction(
    `fetch('/greeting').then((r) => r.text()).then((text) => text === ${JSON.stringify(text)})`,
  );
  seen.push('the flow runs');
  return seen;
};

test('The editor of Node-RED logs in, loads and deploys a flow as it does without the proxy, and says that its WebSocket is missing', async () => {
  const withoutStart = (lines: readonly string[]) => lines.filter((line) => line !== '404 for GET /greeting');
  const direct = withoutStart(await visitDirectly(backend, deploy));
  // The editor finds out by a 401 that it has to log in.
  expect(direct).toEqual(['nodes in the editor: 3', 'the flow runs', '401 for GET /settings']);
  const { seen } = await visitThroughProxy(backend, async (page, site) => {
    const observed = await deploy(page, site);
    await page.goto(`${site}/`);
    await page.waitForSelector('text=/Lost connection to server/');
    return [...observed, 'the editor: Lost connection to server'];
  });
  expect(withoutStart(seen)).toEqual([
    ...direct.slice(0, 2),
    'the editor: Lost connection to server',
    ...direct.slice(2),
  ]);
});
