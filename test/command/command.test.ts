import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { sha256 } from '../../infra/zip.ts';
import { freePort } from '../helpers/free-port.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';
import { scriptedAws } from '../infra/scripted-aws/scripted-aws.ts';

const root = join(import.meta.dirname, '../..');

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

describe('the tarball of npm pack', () => {
  let folder = '';
  let empty = '';
  let tarball = '';
  let backend: RecordingBackend;
  /** npm with a cache of its own, so that nothing comes from this machine. */
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'package-'));
    empty = join(folder, 'empty');
    mkdirSync(empty);
    env = {
      ...process.env,
      npm_config_cache: join(folder, 'cache'),
      npm_config_offline: 'true',
      NO_UPDATE_NOTIFIER: '1',
    };
    await promisify(execFile)('npm', ['pack', '--pack-destination', folder], { cwd: root });
    tarball = `../${readdirSync(folder).find((name) => name.endsWith('.tgz'))}`;
    backend = await recordingBackend();
  });
  afterAll(async () => {
    await backend.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs the command as a user does who has only the tarball. */
  const npx = async (words: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> => {
    const options = { cwd: empty, env: { ...env, ...more } };
    return promisify(execFile)('npx', ['--yes', tarball, ...words], options).then(
      (ended) => ({ ...ended, code: 0 }),
      (error: Ended) => error,
    );
  };

  test('installs nothing beside itself, and runs the doctor in an empty folder, offline', async () => {
    const { stdout, code } = await npx(['doctor', backend.url]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('The function can serve this backend.')]);
    expect(backend.requests.length).toBeGreaterThan(0);
    const [place = ''] = readdirSync(join(folder, 'cache/_npx'));
    const installed = readdirSync(join(folder, 'cache/_npx', place, 'node_modules')).filter(
      (name) => !name.startsWith('.'),
    );
    expect(installed).toEqual(['lambda-rproxy']);
  });

  test('has the built function, the command and the template, and no sources', async () => {
    const { stdout } = await promisify(execFile)('tar', ['tzf', tarball], { cwd: empty });
    const names = stdout.trim().split('\n');
    expect(names).toEqual(
      expect.arrayContaining(
        [
          ...['dist/index.mjs', 'dist/server.mjs', 'dist/command/lambda-rproxy.mjs', 'infra/template.yaml'],
          ...['infra/web-function.yaml', 'README.md'],
        ].map((name) => `package/${name}`),
      ),
    );
    expect(names.filter((name) => /\.(?:ts|map)$/.test(name))).toEqual([]);
  });

  test('says what commands there are, and refuses others', async () => {
    const help = await npx(['--help']);
    for (const name of ['start', 'doctor', 'deploy', 'undeploy', 'why', 'package'])
      expect(help.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect((await npx(['--version'])).stdout.trim()).toBe(version);
    const wrong = await npx(['deplyo']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('There is no command "deplyo"')]);
    expect((await npx(['deploy', '--help'])).stdout).toContain('Usage: lambda-rproxy deploy RemoteUrl=');
  });

  test('makes the zip that npm run package makes', async () => {
    const { stdout } = await npx(['package']);
    const zip = readFileSync(join(empty, 'lambda-rproxy.zip'));
    expect(stdout).toContain(sha256(zip).hex);
    const files = unzipSync(zip);
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['index.js', 'index.mjs', 'package.json', 'server.mjs']));
    const own = await promisify(execFile)('npm', ['run', '--silent', 'package'], { cwd: root });
    expect(own.stdout).toContain(sha256(zip).hex);
  });

  test('makes a zip that starts as a Web Function within a fraction of the 10 seconds that Lambda gives', async () => {
    const task = join(folder, 'task');
    mkdirSync(task);
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(join(empty, 'lambda-rproxy.zip')))))
      writeFileSync(join(task, name), bytes);
    const port = await freePort();
    const startedAt = performance.now();
    const child = spawn(join(root, 'node_modules/node/bin/node'), ['index.js'], {
      cwd: task,
      env: { REMOTE_URL: backend.url, AWS_LAMBDA_HTTP_ENDPOINT: `127.0.0.1:${port}` },
      stdio: 'ignore',
    });
    try {
      let response: Response | undefined;
      for (let attempt = 0; response === undefined && attempt < 1000; attempt += 1)
        response = await fetch(`http://127.0.0.1:${port}/`).catch(() => sleep(10).then(() => undefined));
      expect(response?.status).toBe(200);
      expect(performance.now() - startedAt).toBeLessThan(5000);
    } finally {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
  });

  test('starts the proxy in front of the demo backend', async () => {
    const port = await freePort();
    const child = spawn('npx', ['--yes', tarball, 'start'], {
      cwd: empty,
      env: { ...env, PORT: String(port) },
      detached: true,
    });
    try {
      let response: Response | undefined;
      for (let attempt = 0; response === undefined && attempt < 300; attempt += 1) {
        response = await fetch(`http://127.0.0.1:${port}/headers`).catch(() => sleep(100).then(() => undefined));
      }
      expect([response?.status, await response?.text()]).toEqual([200, expect.stringContaining('"X-Forwarded-For"')]);
      const dump = await fetch(`http://127.0.0.1:${port}/?dump_request=y`, { headers: { accept: 'text/html' } });
      expect(await dump.text()).toContain('<html');
    } finally {
      const exit = once(child, 'exit');
      process.kill(-(child.pid ?? 0), 'SIGINT');
      await exit;
    }
  });

  test('deploys, changes and undeploys with the AWS CLI', async () => {
    const aws = scriptedAws();
    try {
      const more = { ...aws.env, PATH: `${aws.env['PATH']?.split(':')[0]}:${process.env['PATH']}` };
      const words = ['RemoteUrl=https://backend.example', '--no-doctor', '--url-seconds=0'];
      const deployed = await npx(['deploy', ...words], more);
      expect([deployed.stderr, deployed.code]).toEqual(['', 0]);
      const key = aws.state().bucket?.keys[0] ?? '';
      expect(key).toBe(`lambda-rproxy/${sha256(readFileSync(join(empty, 'lambda-rproxy.zip'))).hex}.zip`);
      const typo = await npx(['deploy', 'AllowedCidrs=300.1.1.1'], more);
      expect([typo.code, typo.stderr]).toEqual([2, expect.stringContaining('ALLOWED_CIDRS must be')]);
      const removed = await npx(['undeploy', '--yes'], more);
      expect([removed.stderr, removed.code]).toEqual(['', 0]);
      const web = await npx(['deploy', 'Shape=WebFunction', ...words], more);
      expect([web.stderr, web.code]).toEqual(['', 0]);
      expect(JSON.stringify(aws.calls())).toContain('AWS::Lambda::WebFunctionRevision');
      const gone = await npx(['undeploy', '--yes'], more);
      expect([gone.stderr, gone.code]).toEqual(['', 0]);
      expect(existsSync(join(empty, 'lambda-rproxy.zip'))).toBe(true);
    } finally {
      aws.close();
    }
  });
});
