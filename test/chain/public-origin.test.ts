import { describe, expect, test } from '@jest/globals';
import { restApiFront } from '../../src/local/rest-api.ts';
import { eventFor, fronts } from '../helpers/events.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { httpResponse, scriptedBackend } from '../helpers/scripted-backend.ts';
import { valuesOf, wire } from '../helpers/wire.ts';

const targetOf = (raw: string) => raw.split(' ', 2)[1];

describe('PUBLIC_PATH, through the whole chain,', () => {
  const { send } = wire();
  const env = { PUBLIC_PATH: '/app' };

  test.each([
    ['/app/x?q', '/x?q'],
    ['/app', '/'],
    ['/x', '/x'],
    ['/apple', '/apple'],
  ])('%s is %s for the backend, which is told the path [H50]', async (target, expected) => {
    const sent = await send({ 'x-forwarded-prefix': '/evil' }, { target }, env);
    expect(targetOf(sent.raw)).toBe(expected);
    expect(valuesOf(sent, 'x-forwarded-prefix')).toEqual(['/app']);
  });

  test.each(['/app/admin', '/app//admin', '/app/%61dmin', '/admin', '/app/x/../admin'])(
    'opens no way around the path filter: %s [F1 H50]',
    async (target) => {
      const { result, lines } = await send({}, { target }, { ...env, FILTERED_PATH: '/admin' });
      expect([result.statusCode, lines]).toEqual([403, undefined]);
    },
  );

  test.each(['/app/admin/x', '/admin/x', '/app/app/admin/../../admin'])(
    'opens no way around the path filter in Destination: %s [F20 H50]',
    async (destination) => {
      const request = { method: 'COPY', target: '/app/a' };
      const { result, lines } = await send({ destination }, request, { ...env, FILTERED_PATH: '/admin' });
      expect([result.statusCode, lines]).toEqual([403, undefined]);
    },
  );

  test('is not in the link of a page to the backend [H50]', async () => {
    const url = 'http://127.0.0.1:1/base';
    const shown = { REMOTE_URL: url, SHOW_TARGET_LINK: 'true' };
    const { result } = await send({ accept: 'text/html' }, { target: '/app/x' }, { ...env, ...shown });
    expect(bodyText(result)).toContain(`${url}/x"`);
  });
});

describe('The stage of a default endpoint, through the whole chain,', () => {
  const domain = restApiFront.domainName;

  test('covers Destination for the path filter as for the backend [F20 H46 H50]', async () => {
    const backend = await scriptedBackend(httpResponse('fine'));
    const handler = handlerWith({ REMOTE_URL: backend.url, FILTERED_PATH: '/admin', HOST_HEADER: 'backend' });
    const copyTo = (destination: string) =>
      handler(eventFor({ method: 'COPY', target: '/a', headers: { destination } }, restApiFront));
    expect((await copyTo(`https://${domain}/prod/admin/x`)).statusCode).toBe(403);
    expect((await copyTo(`https://${domain}/x`)).statusCode).toBe(400);
    expect(backend.requests).toHaveLength(0);
    expect((await copyTo(`https://${domain}/prod/x`)).statusCode).toBe(200);
    expect(backend.requests[0]?.toLowerCase()).toContain(`destination: ${backend.url}/x\r\n`);
    await backend.close();
  });

  test('is in the URL of the dump and in its curl command [H50 D5]', async () => {
    const handler = handlerWith({ REMOTE_URL: 'http://127.0.0.1:1' });
    for (const front of fronts) {
      const event = eventFor({ target: '/x?dump_request=y', headers: { accept: 'application/json' } }, front);
      const { request, curl } = JSON.parse(bodyText(await handler(event)));
      const url = `https://${front.domainName}${front.stage?.path ?? ''}/x`;
      expect(request.url).toBe(url);
      expect(curl).toContain(`'${url}'`);
    }
  });
});

describe('Behind a trusted proxy, through the whole chain,', () => {
  const { send } = wire();

  test('the dump has the public URL, with PUBLIC_PATH [H10 H50 D5]', async () => {
    const env = { TRUST_FORWARDED: 'true', PUBLIC_PATH: '/app' };
    const headers = { 'x-forwarded-host': 'www.example', accept: 'application/json' };
    const { result } = await send(headers, { target: '/app/x?dump_request=y' }, env);
    const { request } = JSON.parse(bodyText(result));
    expect(request).toMatchObject({ url: 'https://www.example/app/x', host: 'www.example', path: '/x' });
  });
});
