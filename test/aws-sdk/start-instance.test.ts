import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import type http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';

const id = 'i-0123456789abcdef0';

/** An error as EC2 responds with it. */
const errorXml = (code: string) =>
  `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>no</Message></Error></Errors><RequestID>r</RequestID></Response>`;

describe('the SDK of Lambda’s runtime', () => {
  let folder: string;
  let ec2: Backend;
  let respond: (response: http.ServerResponse) => void;
  const requests: { body: string; authorization: string }[] = [];
  beforeAll(async () => {
    // As on Lambda, the SDK is beside the code and not in it.
    folder = await mkdtemp(join(tmpdir(), 'wake-'));
    await cp('src/wake', folder, { recursive: true });
    await symlink(join(process.cwd(), 'test/aws-sdk/node_modules'), join(folder, 'node_modules'));
    ec2 = await httpBackend(async (request, response) => {
      requests.push({ body: await text(request), authorization: request.headers.authorization ?? '' });
      respond(response);
    });
  });
  afterAll(async () => {
    await ec2.close();
    await rm(folder, { recursive: true });
  });

  /** Starts the instance in a process of its own, and returns what that says. */
  async function start(timeoutMs = 10_000): Promise<string> {
    const code = `
      const { startInstance } = await import(${JSON.stringify(join(folder, 'ec2.ts'))});
      console.log(await startInstance('${id}', ${timeoutMs}).then(
        () => 'started',
        ({ message, remedy }) => message + ': ' + remedy,
      ));`;
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', code], {
      env: {
        PATH: process.env['PATH'],
        AWS_REGION: 'eu-north-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL_EC2: ec2.url,
      },
    });
    const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    expect(complained).toBe('');
    return said.trim();
  }

  test('starts the instance that WAKE names, in the function’s own region [O13]', async () => {
    respond = (response) =>
      response.end(
        `<StartInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><instancesSet><item><instanceId>${id}</instanceId></item></instancesSet></StartInstancesResponse>`,
      );
    expect(await start()).toBe('started');
    const { body = '', authorization = '' } = requests.at(-1) ?? {};
    expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
      Action: 'StartInstances',
      'InstanceId.1': id,
    });
    expect(authorization).toContain('/eu-north-1/ec2/');
  }, 30_000);

  test.each([
    ['UnauthorizedOperation', 403, /allow ec2:StartInstances/],
    ['InvalidInstanceID.NotFound', 400, /own region and account/],
    ['IncorrectInstanceState', 400, /stopping/],
    ['InsufficientInstanceCapacity', 500, /capacity/],
    ['Unheard', 400, /NAT gateway/],
  ])(
    'says what to do about %s, and tries once [O13]',
    async (code, status, remedy) => {
      const before = requests.length;
      respond = (response) => response.writeHead(status).end(errorXml(code));
      const said = await start();
      expect(said).toContain(`EC2 did not start ${id} (${code})`);
      expect(said).toMatch(remedy);
      expect(requests.length - before).toBe(1);
    },
    30_000,
  );

  test('does not wait longer than it may [O13]', async () => {
    respond = () => undefined;
    expect(await start(300)).toMatch(/\(TimeoutError\).*NAT gateway/);
  }, 30_000);
});
