import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { failures } from '../../src/failures.ts';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { eventFor } from '../helpers/events.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';

/** Returns the links of a page that are called as failures are. */
async function failureLinks(backend: DemoBackend): Promise<[code: string, target: string][]> {
  const page = await (await fetch(backend.httpUrl)).text();
  return [...page.matchAll(/<a href="\.([^"]+)">(\w+)<\/a>/g)].flatMap(([, target = '', code = '']) =>
    Object.hasOwn(failures, code) ? [[code, target]] : [],
  );
}

const started = (streams: boolean) =>
  startDemoBackend({ story: { frontDoor: 'a Lambda Function URL', streams, filteredPath: '/closed' } });

describe('the guided part of the start page', () => {
  let whole: DemoBackend;
  let streamed: DemoBackend;
  beforeAll(async () => {
    [whole, streamed] = [await started(false), await started(true)];
  });
  afterAll(() => Promise.all([whole.close(), streamed.close()]));

  test('links to pages of failures, each of which is the page of the failure that it names [O15]', async () => {
    const handler = handlerWith({ REMOTE_URL: whole.httpUrl, REQUEST_TIMEOUT: '3' });
    const links = await failureLinks(whole);
    expect(links.length).toBeGreaterThan(8);
    const seen = await Promise.all(
      links.map(async ([, target]) => {
        const result = await handler(eventFor({ target, headers: { accept: 'application/json' } }));
        return (JSON.parse(bodyText(result)) as { code: string }).code;
      }),
    );
    expect(seen).toEqual(links.map(([code]) => code));
  }, 30_000);

  test('links to none that has begun before it fails, where responses are streamed [O15]', async () => {
    const codes = (await failureLinks(streamed)).map(([code]) => code);
    expect(codes.sort()).toEqual([
      'connection_terminated',
      'response_headers_too_large',
      'response_malformed',
      'response_timeout',
      'upgrade_refused',
    ]);
  });
});
