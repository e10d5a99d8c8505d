import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventFor, fronts } from '../helpers/events.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';
import { startTestServer } from '../helpers/web-server.ts';

const secret = 'a-secret-of-20-characters-or-more';
const inside = '192.0.2.7';
const outside = '203.0.113.66';
const proxy = '130.176.0.1';
const html = { accept: 'text/html' };

describe('the list of allowed networks', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend();
  });
  afterAll(() => backend.close());

  const listing = (extra: Record<string, string> = {}) =>
    handlerWith({ REMOTE_URL: backend.url, ALLOWED_CIDRS: '192.0.2.0/24,2001:db8::/32', ...extra });

  const behindProxy = { TRUST_FORWARDED: 'true', ORIGIN_SECRET: secret };

  for (const front of fronts) {
    test(`lets clients of these networks in and nobody else, from ${front.source} [C2]`, async () => {
      const before = backend.requests.length;
      for (const [sourceIp, status] of [
        [inside, 200],
        ['2001:db8::7', 200],
        [outside, 403],
        ['2001:db9::7', 403],
      ] as const) {
        const { statusCode } = await listing()(eventFor({ sourceIp }, front));
        expect([sourceIp, statusCode]).toEqual([sourceIp, status]);
      }
      expect(backend.requests).toHaveLength(before + 2);
    });

    test(`cannot be talked around with fields that name a client, from ${front.source} [C3]`, async () => {
      const names = [
        'x-forwarded-for',
        'x-real-ip',
        'true-client-ip',
        'cf-connecting-ip',
        'x-client-ip',
        'x_forwarded_for',
      ];
      const claims = Object.fromEntries(names.map((name) => [name, inside]));
      const headers = { ...claims, forwarded: `for=${inside}`, 'x-origin-verify': secret };
      expect((await listing()(eventFor({ sourceIp: outside, headers }, front))).statusCode).toBe(403);
    });

    test(`holds for the proxy's client behind a proxy that proves itself, from ${front.source} [C3]`, async () => {
      const statusOf = async (forwardedFor: string) => {
        const headers = { 'x-forwarded-for': forwardedFor, 'x-origin-verify': secret };
        return (await listing(behindProxy)(eventFor({ sourceIp: proxy, headers }, front))).statusCode;
      };
      expect(await statusOf(inside)).toBe(200);
      expect(await statusOf(`${outside}, ${inside}`)).toBe(200);
      expect(await statusOf(outside)).toBe(403);
      expect(await statusOf(`${inside}, ${outside}`)).toBe(403);
      expect(await statusOf(`${inside}, ${proxy}, ${outside}`)).toBe(403);
    });
  }

  test('lets everybody in when there is none', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url });
    expect((await handler(eventFor({ sourceIp: outside }))).statusCode).toBe(200);
  });

  test('takes the last address as it stands at a server of one’s own, where nobody has appended the proxy’s [C3]', async () => {
    const server = await startTestServer({
      REMOTE_URL: backend.url,
      ALLOWED_CIDRS: '192.0.2.0/24',
      TRUST_FORWARDED: 'true',
      ORIGIN_SECRET: secret,
    });
    const statusOf = async (forwardedFor: string, value = secret) => {
      const headers = { 'x-forwarded-for': forwardedFor, 'x-origin-verify': value };
      return (await fetch(server.url, { headers })).status;
    };
    // The client may share the proxy's address, as behind one gateway: then the last is the client's, and what it wrote
    // stands before it.
    expect(await statusOf(`${inside}, 127.0.0.1`)).toBe(403);
    expect(await statusOf(`${inside}, ${outside}`)).toBe(403);
    expect(await statusOf(inside)).toBe(200);
    expect(await statusOf(inside, 'a-wrong-secret-that-is-long-enough')).toBe(403);
    await server.drain();
  });

  test('behind a proxy, whoever asks the function directly stays outside, whatever is claimed [C3 C4]', async () => {
    const handler = listing(behindProxy);
    for (const guess of [undefined, '', 'a-secret-of-20-characters-or-less']) {
      const headers = {
        'x-forwarded-for': `${inside}, ${outside}`,
        ...(guess === undefined ? {} : { 'x-origin-verify': guess }),
      };
      expect((await handler(eventFor({ sourceIp: outside, headers }))).statusCode).toBe(403);
    }
  });

  test('is refused as a setting where a trusted proxy does not prove itself [C3]', async () => {
    const { value, lines } = await logsOf(() => listing({ TRUST_FORWARDED: 'true' })(eventFor({ sourceIp: inside })));
    expect(value.statusCode).toBe(500);
    expect(lines.find(({ message }) => message.startsWith('request '))).toMatchObject({
      reason: expect.stringMatching(/^ALLOWED_CIDRS needs ORIGIN_SECRET beside TRUST_FORWARDED/),
    });
  });

  test('shuts out a request of a load balancer that names no client, its own health checks among them [C2]', async () => {
    const alb = fronts.find(({ source }) => source === 'alb-multi');
    const event = eventFor({ sourceIp: inside }, alb) as { multiValueHeaders: Record<string, string[]> };
    delete event.multiValueHeaders['x-forwarded-for'];
    expect((await listing({ ALLOWED_CIDRS: '0.0.0.0/0,::/0' })(event)).statusCode).toBe(403);
  });

  test.each(['?dump_request=y', '?trace_connection=y'])('stands before the debug query %s [C2]', async (query) => {
    const event = eventFor({ target: `/${query}`, sourceIp: outside, headers: html });
    const { value, lines } = await logsOf(() => listing()(event));
    expect(value.statusCode).toBe(403);
    expect(bodyText(value)).not.toContain('Request dump');
    expect(lines.filter(({ level }) => level === 'DEBUG')).toEqual([]);
  });

  test('the page shows neither a network nor the backend, and the log names the address', async () => {
    const handler = listing({ SHOW_TARGET_LINK: 'true' });
    const { value, lines } = await logsOf(() => handler(eventFor({ sourceIp: outside, headers: html })));
    expect(bodyText(value)).toContain('This site is not open to your network');
    for (const hidden of ['192.0.2', 'ALLOWED_CIDRS', backend.url]) expect(bodyText(value)).not.toContain(hidden);
    expect(lines.find(({ message }) => message.startsWith('request '))).toMatchObject({
      level: 'WARN',
      message: 'request refused',
      error: { type: 'client_not_allowed' },
      reason: `${outside} is in none of the networks of ALLOWED_CIDRS`,
    });
    expect(lines.find(({ message }) => message.startsWith('request '))).toMatchObject({
      remedy: expect.stringMatching(/^add the client's network to ALLOWED_CIDRS/),
    });
  });

  test('a proxy that names no client is told of, with the setting that helps', async () => {
    const handler = listing({ ...behindProxy, CLIENT_IP_HEADER: 'true-client-ip' });
    const headers = { 'x-origin-verify': secret, 'x-forwarded-for': inside };
    const { value, lines } = await logsOf(() => handler(eventFor({ sourceIp: proxy, headers })));
    expect(value.statusCode).toBe(403);
    expect(lines.find(({ message }) => message.startsWith('request '))).toMatchObject({
      reason: 'the proxy in front names no client in true-client-ip',
      remedy: expect.stringContaining('CLIENT_IP_HEADER'),
    });
  });
});
