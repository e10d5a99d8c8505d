import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import type { TestRequest } from '../helpers/events.ts';
import type { Result } from '../helpers/lambda.ts';
import { cookieOf, formOf, logIn, logInSettings, opensPage } from '../helpers/log-in-client.ts';
import { ada, basic, type ProtectedSite, protectedSite } from '../helpers/protected-site.ts';
import { bytesOf, type Entry, type Way, ways } from '../helpers/ways.ts';

const host = 'proxy.example';

/** The standalone server is behind a proxy that terminates TLS. */
const settingsFor = ({ front }: Way) => (front === undefined ? { TRUST_FORWARDED: 'true' } : {});
const fieldsFor = ({ front }: Way): Record<string, string> =>
  front === undefined ? { 'x-forwarded-proto': 'https', 'x-forwarded-host': host } : {};

describe.each(ways)('a Basic log-in by way of $name', (way) => {
  let site: ProtectedSite;
  let entry: Entry;
  let uninstall: () => void;
  const send = ({ headers, ...request }: TestRequest) =>
    entry({ ...request, headers: { ...fieldsFor(way), ...headers } });
  const textOf = (result: Result) => bytesOf(result, way).toString('utf8');

  beforeAll(async () => {
    uninstall = installAwsLambda();
    site = await protectedSite({ '/garden/': 'Negotiate, Basic realm="Garden", charset="UTF-8"' });
    entry = await way.open({ REMOTE_URL: site.url, ...logInSettings, ...settingsFor(way) });
  });
  afterAll(async () => {
    await entry.close();
    await site.close();
    uninstall();
  });

  test('shows a page for a navigation, keeps the log-in in a cookie, and sends it to the backend as Authorization [O20]', async () => {
    const page = await send({ target: '/garden/beds?year=1', headers: opensPage });
    expect(page.statusCode).toBe(401);
    expect(textOf(page)).toContain('<bdi>Garden</bdi>');
    expect(textOf(page)).toContain('action="?year=1&amp;_rproxy_log_in"');
    const accepted = await send(formOf('/garden/beds?year=1'));
    expect([accepted.statusCode, accepted.headers['location'], accepted.body]).toEqual([303, './beds?year=1', '']);
    expect(accepted.cookies).toEqual([
      expect.stringMatching(
        /^__Host-rproxy-log-in=v1\.[\w-]+; Max-Age=43200; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    const cookie = `theme=dark; ${cookieOf(accepted)}; sid=1`;
    const opened = await send({ target: '/garden/beds?year=1', headers: { ...opensPage, cookie } });
    expect([opened.statusCode, textOf(opened)]).toEqual([200, '<h1>Come in to /garden/beds</h1>']);
    const sent = site.requests.at(-1)?.headers;
    expect(sent?.authorization).toBe(basic(ada));
    expect(sent?.cookie).toMatch(/^theme=dark; *sid=1$/);
  });

  test('says on the page that a password is wrong, and sets no cookie [O21]', async () => {
    const refused = await send(formOf('/garden/', { password: 'thaw' }));
    expect([refused.statusCode, refused.cookies]).toEqual([401, []]);
    expect(textOf(refused)).toContain('role="alert">The user name or the password is not correct.');
  });

  test('gives the challenge as it is to clients that open no page [O22]', async () => {
    for (const headers of [{ accept: '*/*' }, { 'sec-fetch-mode': 'no-cors', accept: 'text/html' }, {}]) {
      const result = await send({ target: '/garden/', headers: headers as Record<string, string> });
      expect([result.statusCode, textOf(result)]).toEqual([401, '<h1>Closed</h1>']);
      expect(result.headers['www-authenticate']).toBe('Negotiate, Basic realm="Garden", charset="UTF-8"');
    }
  });

  test('leaves Authorization of a client alone, with a log-in cookie too [O22]', async () => {
    const cookie = await logIn(send, '/garden/');
    const result = await send({ target: '/garden/', headers: { ...opensPage, cookie, authorization: 'Bearer x' } });
    expect(result.statusCode).toBe(401);
    expect(site.requests.at(-1)?.headers.authorization).toBe('Bearer x');
  });

  test('is ended by the button on the log-out page [O27]', async () => {
    const cookie = await logIn(send, '/garden/');
    const before = site.requests.length;
    const asked = await send({ target: '/_rproxy/log-out', headers: { ...opensPage, cookie } });
    expect([asked.statusCode, asked.cookies]).toEqual([200, []]);
    expect(textOf(asked)).toContain('<form method="post">');
    const done = await send({ ...formOf('/'), target: '/_rproxy/log-out' });
    expect([done.statusCode, done.cookies]).toEqual([
      200,
      ['__Host-rproxy-log-in=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax'],
    ]);
    expect(site.requests).toHaveLength(before);
  });
});
