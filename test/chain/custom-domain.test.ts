import { afterEach, describe, expect, test } from '@jest/globals';
import { eventFixture } from '../helpers/event-fixtures.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { type ScriptedBackend, scriptedBackend, send } from '../helpers/scripted-backend.ts';

/** An event of each payload format, for a path of the event and of the whole request. */
type Event = Record<string, unknown>;
const ofHttpApi = (domainName: string, stage: string, rawPath: string): Event => {
  const event = eventFixture('http-api-json');
  const context = event['requestContext'] as { http: object };
  const http = { ...context.http, method: 'GET', path: rawPath };
  return { ...event, rawPath, body: undefined, requestContext: { ...context, domainName, stage, http } };
};
const ofPayloadV1 = (domainName: string, stage: string, path: string): Event => {
  const event = eventFixture('payload-1.0-json');
  const context = event['requestContext'] as object;
  return { ...event, httpMethod: 'GET', path, body: null, requestContext: { ...context, domainName, stage, path } };
};
const ofRestApi = (domainName: string, stage: string, path: string): Event => {
  const event = eventFixture('rest-api-custom-domain');
  const context = event['requestContext'] as object;
  return { ...event, httpMethod: 'GET', path, body: null, requestContext: { ...context, domainName, stage, path } };
};
const formats = { 'an HTTP API': ofHttpApi, 'an HTTP API, payload format 1.0': ofPayloadV1, 'a REST API': ofRestApi };

let backend: ScriptedBackend;
afterEach(() => backend.close());

/** Sends an event; returns what the backend was sent, and what the client gets back. */
async function exchange(event: Event, env: Record<string, string> = {}) {
  const fields = 'Location: /next\r\nSet-Cookie: a=1; Path=/\r\nContent-Length: 0\r\n';
  backend = await scriptedBackend(send(`HTTP/1.1 302 Found\r\n${fields}\r\n`));
  const { headers, multiValueHeaders, cookies } = (await handlerWith({ REMOTE_URL: backend.url, ...env })(
    event,
  )) as unknown as {
    headers?: Record<string, string>;
    multiValueHeaders?: Record<string, string[]>;
    cookies?: string[];
  };
  const raw = backend.requests[0] ?? '';
  return {
    target: raw.split(' ', 2)[1],
    prefix: /\r\nX-Forwarded-Prefix: (.*)\r\n/.exec(raw)?.[1],
    location: headers?.['location'] ?? multiValueHeaders?.['location']?.[0],
    cookie: cookies?.[0] ?? multiValueHeaders?.['set-cookie']?.[0],
  };
}

const domain = 'api.example.com';
const endpoint = 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';
const mapped = { target: '/x', prefix: '/shop', location: '/shop/next', cookie: 'a=1; Path=/shop' };
const plain = { target: '/x', prefix: undefined, location: '/next', cookie: 'a=1; Path=/' };

describe.each(Object.entries(formats))('Behind a custom domain of %s', (name, eventOf) => {
  const env = { PUBLIC_PATH: '/shop' };

  test.each([
    ['the path of the mapping', 'live', '/shop/x'],
    ['the path of the mapping, which is called as the stage', 'shop', '/shop/x'],
    ['the path of the mapping of the default stage', '$default', '/shop/x'],
    ['no path of a mapping', 'live', '/x'],
  ])('PUBLIC_PATH holds on the way in and out, where the event has %s [H50 R48 M19]', async (_what, stage, path) => {
    expect(await exchange(eventOf(domain, stage, path), env)).toEqual(mapped);
  });

  test('the path of the mapping is removed once, also where it is called as the stage [H50 M19]', async () => {
    for (const stage of ['live', 'shop', '$default']) {
      expect((await exchange(eventOf(domain, stage, '/shop/shop/x'), env)).target).toBe('/shop/x');
      await backend.close();
    }
  });

  test('the stage is no part of the public path [H50 R48]', async () => {
    expect(await exchange(eventOf(domain, 'live', '/x'))).toEqual(plain);
  });

  test('without PUBLIC_PATH the path of the mapping stays [M19]', async () => {
    expect(await exchange(eventOf(domain, 'live', '/shop/x'))).toEqual({ ...plain, target: '/shop/x' });
  });

  if (name === 'a REST API') {
    test('a path that only looks like the stage stays [M19]', async () => {
      expect(await exchange(eventOf(domain, 'live', '/live/x'))).toEqual({ ...plain, target: '/live/x' });
    });
  } else {
    test('the stage, which the gateway writes into the path, is removed and never put back [M19 R48]', async () => {
      expect(await exchange(eventOf(domain, 'live', '/live/x'))).toEqual(plain);
      await backend.close();
      expect(await exchange(eventOf(domain, 'live', '/live/x'), env)).toEqual(mapped);
    });

    test('the default endpoint of the same API keeps its stage in and out, whatever PUBLIC_PATH is [H50 R48]', async () => {
      expect(await exchange(eventOf(endpoint, 'live', '/live/x'), env)).toEqual({
        target: '/x',
        prefix: '/live',
        location: '/live/next',
        cookie: 'a=1; Path=/live',
      });
    });
  }
});
