import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { freePort } from '../helpers/free-port.ts';
import { send } from '../helpers/http-client.ts';
import { guard } from '../runtime/guard.ts';
import { collectLines } from '../runtime/line-log.ts';
import { buildWithBuildah, hasBuildah } from './buildah.ts';
import { type Image, replay } from './replay.ts';

const root = process.cwd();
const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
const ignore = readFileSync(join(root, '.dockerignore'), 'utf8');

/** A program that builds images and has what it needs: docker lists containers only with its daemon. */
const builder = ['docker', 'podman'].find((name) => spawnSync(name, ['ps']).status === 0);
const canBuildAlone = builder === undefined && hasBuildah();
if (canBuildAlone)
  process.stdout.write(
    'NOT RUN: build on the real base image (no running docker or podman); buildah builds on a stand-in\n',
  );
else if (builder === undefined)
  process.stdout.write(
    'NOT RUN: build of the container image (no docker, podman or buildah); its steps are replayed\n',
  );

let folder: string;
let image: Image;
let backend: Backend;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'image-'));
  image = replay(text, folder, root, ignore);
  backend = await httpBackend((_request, response) => response.end('fine'));
}, 180_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  await backend.close();
});

/** Starts what the image starts. */
/** Servers of this file; one that a failed test leaves would keep Jest from ending. */
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(env: Record<string, string>) {
  const [program = '', ...parameters] = image.command;
  const child: ChildProcess = spawn(program, parameters, {
    cwd: image.workdir,
    env: { PATH: process.env['PATH'], ...image.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guard(child);
  children.push(child);
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) collectLines(stream as Readable, log);
  return { child, log, exited: once(child, 'close').then(([code]) => code as number | null) };
}

const health = (env: Record<string, string>) => {
  const [program = '', ...parameters] = image.healthCheck;
  return spawnSync(program, parameters, { env: { PATH: process.env['PATH'], ...image.env, ...env } }).status;
};

describe('The Dockerfile', () => {
  test('has no problem that a linter finds', () => {
    expect(validate(text)).toEqual([]);
  });

  test('uses the major version of Node.js that the project uses, in every stage', () => {
    const version = readFileSync(join(root, '.nvmrc'), 'utf8').trim().split('.')[0];
    expect(text.match(/^FROM .*$/gm)).toEqual([`FROM node:${version}-slim AS build`, `FROM node:${version}-slim`]);
  });

  test('lets a context through that holds its sources alone', () => {
    expect(ignore.split('\n')[0]).toBe('*');
  });

  test('makes an image with the server alone, which does not run as root', () => {
    expect(readdirSync(image.workdir).sort()).toEqual(['server.mjs', 'server.mjs.LEGAL.txt']);
    expect(image.user).toBe('node');
    expect(image.env['NODE_ENV']).toBe('production');
  });

  test('starts a server that is healthy, serves, and ends with 0 on SIGTERM', async () => {
    const PORT = String(await freePort());
    expect(health({ PORT })).toBe(1);
    const { child, log, exited } = start({ REMOTE_URL: backend.url, PORT });
    while (!log.some((line) => line.includes('"listening"'))) {
      if (child.exitCode !== null) throw new Error(log.join('\n'));
      await sleep(10);
    }
    expect(health({ PORT })).toBe(0);
    expect((await send(`http://127.0.0.1:${PORT}/`)).text).toBe('fine');
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  }, 20_000);

  test('ends a server with a wrong setting with 1 and the message', async () => {
    const { log, exited } = start({ REMOTE_URL: 'nonsense' });
    expect(await exited).toBe(1);
    expect(log).toEqual([expect.stringMatching(/^REMOTE_URL must begin with http/)]);
  }, 20_000);

  (canBuildAlone ? test : test.skip)(
    'builds with buildah, and the container serves as the user node',
    async () => {
      const [, base = ''] = /^FROM (\S+) AS build$/m.exec(text) ?? [];
      const built = buildWithBuildah(mkdtempSync(join(folder, 'buildah-')), root, base);
      const PORT = String(await freePort());
      const child = built.run({ PORT, REMOTE_URL: backend.url }, image.command);
      guard(child);
      try {
        let response: string | undefined;
        while (response === undefined) {
          if (child.exitCode !== null) throw new Error('the container ended');
          await sleep(100);
          response = await send(`http://127.0.0.1:${PORT}/`).then(
            ({ text: body }) => body,
            () => undefined,
          );
        }
        expect(response).toBe('fine');
        const user = built.run({}, ['id', '-u']);
        expect((await textOf(user.stdout as Readable)).trim()).toBe('1000');
        const listed = built.run({}, ['/bin/sh', '-c', 'echo *; echo $NODE_ENV']);
        expect((await textOf(listed.stdout as Readable)).trim()).toBe('server.mjs server.mjs.LEGAL.txt\nproduction');
      } finally {
        process.kill(-(child.pid as number), 'SIGKILL');
      }
    },
    300_000,
  );

  const buildTest = builder === undefined ? test.skip : test;
  buildTest(
    'builds, and the container serves',
    async () => {
      const run = (...parameters: string[]) =>
        spawnSync(builder as string, parameters, { cwd: root, encoding: 'utf8' });
      const built = run('build', '--tag', 'lambda-rproxy-test', '.');
      expect([built.status, built.status === 0 ? '' : built.stderr]).toEqual([0, '']);
      const PORT = String(await freePort());
      const started = run(
        'run',
        '--detach',
        '--rm',
        '--network',
        'host',
        '-e',
        `PORT=${PORT}`,
        '-e',
        `REMOTE_URL=${backend.url}`,
        'lambda-rproxy-test',
      );
      const id = started.stdout.trim();
      try {
        let response: string | undefined;
        while (response === undefined) {
          await sleep(100);
          response = await send(`http://127.0.0.1:${PORT}/`).then(
            ({ text: body }) => body,
            () => undefined,
          );
        }
        expect(response).toBe('fine');
        expect(run('exec', id, 'id', '-u').stdout.trim()).not.toBe('0');
      } finally {
        run('stop', id);
      }
    },
    600_000,
  );
});
