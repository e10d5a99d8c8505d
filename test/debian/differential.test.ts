import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../helpers/free-port.ts';
import { type BackendResponse, send } from '../helpers/http-client.ts';
import { inProcess, type RunningProxy } from '../helpers/proxies.ts';
import { type Case, cases } from './differential/cases.ts';
import { known } from './differential/known.ts';
import { type Recorded, type Recorder, startRecorder } from './differential/recorder.ts';
import { start, stop } from './process.ts';

const nginxConfig = (folder: string, port: number, backend: string) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 64; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 10m;
    large_client_header_buffers 4 16k;
    location / {
      proxy_pass ${backend};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;

/** What one proxy made of a case: what the backend saw, and what the client got. */
interface Outcome {
  readonly seen: Recorded | undefined;
  readonly response: BackendResponse;
}

const show = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));

/** The differences between two sets of fields, one line each. */
function fieldDifferences(
  side: string,
  theirs: Readonly<Record<string, unknown>> = {},
  ours: Readonly<Record<string, unknown>> = {},
): string[] {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].sort();
  return names
    .filter((name) => show(theirs[name]) !== show(ours[name]))
    .map((name) => `${side} ${name}: nginx ${show(theirs[name])}, ours ${show(ours[name])}`);
}

function differences(theirs: Outcome, ours: Outcome): string[] {
  const lines = (outcome: Outcome) => ({
    'backend method': outcome.seen?.method,
    'backend target': outcome.seen?.target,
    'backend body': outcome.seen?.body,
    status: outcome.response.status,
    body: outcome.response.body.toString('base64'),
  });
  return [
    ...fieldDifferences('the', lines(theirs), lines(ours)),
    ...fieldDifferences('backend header', theirs.seen?.headers, ours.seen?.headers),
    ...fieldDifferences('response header', theirs.response.headers, ours.response.headers),
  ];
}

describe('lambda-rproxy beside nginx, in front of the same backend', () => {
  let folder: string;
  let recorder: Recorder;
  let nginx: ChildProcess;
  let nginxUrl: string;
  let proxy: RunningProxy;
  const shown = new Set<number>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rproxy-differential-'));
    recorder = await startRecorder();
    const port = await freePort();
    nginxUrl = `http://127.0.0.1:${port}`;
    await writeFile(`${folder}/nginx.conf`, nginxConfig(folder, port, recorder.url));
    nginx = await start('/usr/sbin/nginx', ['-c', `${folder}/nginx.conf`, '-g', 'user root;'], port);
    proxy = await inProcess({ REMOTE_URL: recorder.url, HOST_HEADER: 'backend' });
  }, 30_000);
  afterAll(async () => {
    await proxy?.close();
    await stop(nginx);
    await recorder?.close();
    await rm(folder, { recursive: true });
  });

  async function ask(
    url: string,
    { method = 'GET', target = '/', headers = {}, body, response = '' }: Case,
  ): Promise<Outcome> {
    recorder.respondWith(typeof response === 'string' ? response.replaceAll('BACKEND', recorder.url) : response);
    const got = await send(url, {
      method,
      target,
      headers: headers as Record<string, string>,
      ...(body === undefined ? {} : { body }),
    }).catch(
      (error: Error): BackendResponse => ({ status: 0, headers: {}, body: Buffer.from(error.message), text: '' }),
    );
    const publicHeaders = JSON.parse(
      JSON.stringify(got.headers).replaceAll(url, 'PUBLIC').replaceAll(recorder.url, 'BACKEND'),
    );
    return { seen: recorder.last(), response: { ...got, headers: publicHeaders } };
  }

  test('has 150 cases or more', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    const names = cases.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test.each(cases)('$name differs only where it is meant to', async (testCase) => {
    const found = differences(await ask(nginxUrl, testCase), await ask(proxy.url, testCase));
    const unlisted = found.filter((what) => {
      const matching = known.flatMap((row, index) =>
        row.what.test(what) && (row.cases?.test(testCase.name) ?? true) ? [index] : [],
      );
      for (const index of matching) shown.add(index);
      return matching.length === 0;
    });
    expect(unlisted).toEqual([]);
  });

  test('every listed difference still exists', () => {
    expect(known.filter((_, index) => !shown.has(index)).map(({ what }) => String(what))).toEqual([]);
  });
});
