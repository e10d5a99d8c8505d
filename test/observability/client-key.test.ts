import { createPrivateKey } from 'node:crypto';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readTemplate } from '../../infra/template.ts';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { certificate, type IssuedCertificate } from '../helpers/certificates.ts';
import { eventFor } from '../helpers/events.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';
import { command } from '../infra/command.ts';

/** Returns every piece of eight characters of a private key, as hexadecimal and as base64 in any context. */
function piecesOf({ key }: IssuedCertificate): string[] {
  const secret = Buffer.from(String(createPrivateKey(key).export({ format: 'jwk' }).d), 'base64url');
  const shifted = [0, 1, 2].map((count) =>
    Buffer.concat([Buffer.alloc(count), secret])
      .toString('base64')
      .slice(count === 0 ? 0 : 4, -4),
  );
  const texts = [...shifted, secret.toString('hex'), secret.toString('hex').toUpperCase()];
  return texts.flatMap((text) => Array.from({ length: text.length - 7 }, (_, index) => text.slice(index, index + 8)));
}

describe('REMOTE_KEY is', () => {
  let client: IssuedCertificate;
  let pieces: string[];
  let server: https.Server;
  let env: Record<string, string>;
  let uninstall: () => void;
  beforeAll(async () => {
    uninstall = installAwsLambda();
    client = await certificate({ purpose: 'client' });
    pieces = piecesOf(client);
    const own = await certificate();
    server = https.createServer({ key: own.key, cert: own.cert }, (_request, response) => response.end('fine'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    env = {
      REMOTE_URL: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      REMOTE_TLS: `sha256:${own.fingerprint}`,
      REMOTE_CERT: client.cert,
      REMOTE_KEY: client.key,
    };
  });
  afterAll(() => {
    uninstall();
    server.close();
    server.closeAllConnections();
  });

  const expectNoKey = (seen: unknown) => {
    const text = typeof seen === 'string' ? seen : JSON.stringify(seen);
    expect(text.length).toBeGreaterThan(0);
    expect(pieces.filter((piece) => text.includes(piece))).toEqual([]);
  };

  test('found by this test where it is', () => {
    expect(() => expectNoKey(client.key)).toThrow();
    expect(() => expectNoKey({ key: client.key })).toThrow();
  });

  test('not in the log of a request that is served, traced or fails [N15]', async () => {
    for (const target of ['/', '/?trace_connection=y']) {
      for (const settings of [env, { ...env, REMOTE_TLS: 'verify' }]) {
        const { lines } = await logsOf(() => handlerWith(settings)(eventFor({ target })));
        expectNoKey(lines);
        const streamed = await logsOf(() => startStream(streamHandlerWith(settings), { target }).over);
        expectNoKey(streamed.lines);
      }
    }
  });

  test.each(['text/html', 'application/json', '*/*'])('not on a dump or an error page as %s [N15]', async (accept) => {
    for (const [settings, target] of [
      [env, '/?dump_request=y&dump_body=y'],
      [{ ...env, REMOTE_TLS: 'verify', SHOW_TARGET_LINK: 'true' }, '/'],
      [{ ...env, REMOTE_CERT: 'x' }, '/'],
    ] as const) {
      const { value, lines } = await logsOf(() => handlerWith(settings)(eventFor({ target, headers: { accept } })));
      expectNoKey([value.headers, bodyText(value), lines]);
    }
  });

  const bare = () => client.key.replaceAll(/-----.*?-----|\s/g, '');

  test.each([
    ['for another certificate', async () => ({ REMOTE_CERT: (await certificate()).cert })],
    ['without a certificate', () => ({ REMOTE_CERT: '' })],
    ['with http', () => ({ REMOTE_URL: 'http://127.0.0.1' })],
    ['without its first line', () => ({ REMOTE_KEY: bare() })],
    ['cut short', () => ({ REMOTE_KEY: client.key.slice(0, 150) })],
    ['in the place of the certificate', () => ({ REMOTE_CERT: client.key })],
    ['in the place of the certificate, without its first line', () => ({ REMOTE_CERT: bare() })],
    ['in the place of the certificate, with a broken first line', () => ({ REMOTE_CERT: client.key.slice(1) })],
    ['behind the certificate', () => ({ REMOTE_CERT: `${client.cert}${client.key}` })],
    ['in the place of the authority', () => ({ REMOTE_CA: client.key, REMOTE_TLS: client.key })],
    [
      'in any other place',
      () => ({
        ALLOWED_CIDRS: `"${bare()}"`,
        HOST_HEADER: bare(),
        PAYLOAD_QUOTA: client.key,
        PUBLIC_PATH: bare(),
        REQUEST_TIMEOUT: bare(),
        VIA: `"${bare()}`,
      }),
    ],
  ] satisfies [string, () => Record<string, string> | Promise<Record<string, string>>][])(
    'not in the configuration error of a key %s [N15]',
    async (_, wrong) => {
      const { value, lines } = await logsOf(async () => handlerWith({ ...env, ...(await wrong()) })(eventFor()));
      expect(value.statusCode).toBe(500);
      expect(lines.map(({ message }) => message)).toContain('request failed');
      expectNoKey([lines, bodyText(value)]);
    },
  );

  test.each([[[]], [['--json']]])(
    'not in the report of the doctor, nor in its errors %j [N15]',
    async (form) => {
      const parameters = [`RemoteTls=${env['REMOTE_TLS']}`, `RemoteCert=${client.cert}`, `RemoteKey=${client.key}`];
      const good = await command('doctor.ts', [String(env['REMOTE_URL']), ...parameters, ...form]);
      expect([good.exitCode, good.errors]).toEqual([0, '']);
      const wrong = [`RemoteCert=${(await certificate()).cert}`, `RemoteKey=${client.key}`];
      const bad = await command('doctor.ts', [String(env['REMOTE_URL']), ...wrong, ...form]);
      expect([bad.exitCode, bad.errors]).toEqual([2, expect.stringContaining('belongs to another key')]);
      const swapped = await command('doctor.ts', [String(env['REMOTE_URL']), `RemoteCert=${client.key}`, ...form]);
      expect(swapped.exitCode).toBe(2);
      expectNoKey([good, bad, swapped]);
    },
    60_000,
  );

  test('hidden by CloudFormation, and in no output of the stack [N15]', () => {
    const { Parameters, Outputs, Resources } = readTemplate();
    expect(Parameters['RemoteKey']?.NoEcho).toBe(true);
    expect(JSON.stringify(Outputs)).not.toContain('RemoteKey');
    const users = Object.entries(Resources).filter(([, resource]) => JSON.stringify(resource).includes('"RemoteKey"'));
    expect(users.map(([, { Type }]) => Type)).toEqual(['AWS::Lambda::Function']);
  });
});
