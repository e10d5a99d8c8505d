import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HtmlValidate } from 'html-validate';
import type { Browser, Page } from 'playwright-core';
import { type FailureCode, failures } from '../../src/failures.ts';
import { buildBackendRequest } from '../../src/http/request/backend-request.ts';
import { describeRequest } from '../../src/pages/dump.ts';
import { dumpPage } from '../../src/pages/dump-page.ts';
import { languageTags, messagesFor } from '../../src/pages/languages.ts';
import { logInPage, logOutPage } from '../../src/pages/log-in-page.ts';
import { en } from '../../src/pages/messages/en.ts';
import { type Splash, splashPage } from '../../src/pages/splash.ts';
import type { ProxyContext } from '../../src/types.ts';
import { configWith, ownName, request } from '../helpers/http-fixtures.ts';
import { lambdaContext } from '../helpers/lambda.ts';
import { hostileTexts } from '../helpers/markup.ts';
import { launch } from './browser.ts';

const codes = Object.keys(failures) as FailureCode[];

const splash = (parts: Partial<Splash> = {}): Splash => ({
  code: 'path_filtered',
  method: 'GET',
  requestId: '8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60',
  time: new Date(0),
  appName: 'Greenhouse',
  generalError: 'Sorry',
  filteredUrlMessage: 'Closed.',
  targetLink: 'https://203.0.113.9/x',
  ...parts,
});

/** A dump of a request with one text in every part that a client controls. */
function dumpOf(text: string): string {
  const word = text.replace(/\p{Cc}/gu, '');
  const config = configWith();
  const incoming = request({
    method: 'POST',
    rawPath: `/${word}`,
    rawQuery: `${word.replaceAll('&', '+')}=1`,
    headers: { 'x-a': `${word}→`, cookie: `n=${word.replaceAll(';', '')}→`, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ n: word })),
  });
  const { backendRequest: sent } = buildBackendRequest(incoming, config, ownName);
  const capacity = { streams: false, limit: 1, maxDurationMs: 1, measure: () => 0 };
  const context = {
    ...lambdaContext(),
    capacity,
    exchange: { startedAt: 0, traced: false },
  } as unknown as ProxyContext;
  const headerSource = { request: incoming, config, pseudonym: ownName, keepsCodings: true, body: sent.body };
  return dumpPage(describeRequest({ headerSource, sent, context, remainingMs: 1, content: incoming.body as Buffer }))
    .html;
}

describe('html-validate finds nothing', () => {
  const validator = new HtmlValidate({
    extends: ['html-validate:recommended', 'html-validate:document', 'html-validate:a11y'],
    rules: {
      // HTML's own serialisation; the rule is about style.
      'doctype-style': ['error', { style: 'lowercase' }],
      // Messages are long in some languages, and nothing is truncated.
      'long-title': 'off',
    },
  });
  const findings = async (html: string) => {
    const { results } = await validator.validateString(html);
    return results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`),
    );
  };

  test.each(languageTags)('on any page for a failure in %s [P5]', async (tag) => {
    const words = await messagesFor(tag);
    for (const code of codes) {
      for (const method of ['GET', 'POST']) {
        const { html } = splashPage(
          splash({ code, method, branding: { css: 'p { color: red; }', logo: 'data:image/png;base64,AA==' } }),
          words,
        );
        expect([code, method, await findings(html)]).toEqual([code, method, []]);
      }
    }
  });

  test.each(languageTags)('on the pages of the log-in in %s [O30]', async (tag) => {
    const client = { method: 'GET', headers: { 'accept-language': tag } };
    const facts = { statusCode: 401, realm: 'Garden "<b>" & co', action: '?a=b&_rproxy_log_in' };
    const pages = [
      await logInPage(client, configWith(), facts),
      await logInPage(client, configWith(), { ...facts, problem: 'wrong', notSent: true }),
      await logOutPage(client, configWith(), false),
      await logOutPage(client, configWith(), true),
    ];
    expect(await Promise.all(pages.map(({ body }) => findings(body)))).toEqual(pages.map(() => []));
  });

  test('on the dump [P5]', async () => {
    expect(await findings(dumpOf('plain'))).toEqual([]);
  });
});

describe('what a client or an operator writes', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launch();
    page = await browser.newPage();
  }, 30_000);
  afterAll(() => browser?.close());

  /** Elements and attribute names, as Chromium parses the pages. */
  const parsed = (pages: readonly string[]): Promise<string[]> =>
    page.evaluate(
      `(${JSON.stringify(pages)}).map((html) => Array.from(
        new DOMParser().parseFromString(html, 'text/html').querySelectorAll('*'),
        (element) => [element.localName, ...element.getAttributeNames()].join(' '),
      ).join('\\n'))`,
    );

  const samples = [
    ...hostileTexts,
    ...fc.sample(fc.stringMatching(/^[<>"'`&;/=! a-z\u00e9→-]{1,24}$/), { numRuns: 200, seed: 6 }),
    ...fc.sample(fc.string({ unit: 'grapheme', minLength: 1 }), { numRuns: 100, seed: 6 }),
  ];

  test('adds no tag and no attribute to a failure page [P1 P6]', async () => {
    const pageOf = (text: string) =>
      splashPage(
        splash({ appName: text, generalError: text, filteredUrlMessage: text, targetLink: `https://h/${text}` }),
        en,
      ).html;
    const [plain, ...others] = await parsed(['plain', ...samples].map(pageOf));
    for (const [index, elements] of others.entries())
      expect([samples[index], elements]).toEqual([samples[index], plain]);
  });

  test('adds no tag and no attribute to the dump [P1 D4]', async () => {
    const [plain, ...others] = await parsed(['plain', ...samples].map(dumpOf));
    for (const [index, elements] of others.entries())
      expect([samples[index], elements]).toEqual([samples[index], plain]);
  });

  test('in an accepted style sheet closes no style element [P12]', async () => {
    const css = ['p::before { content: "<b> --> ]]> <x"; }', 'p { } /* <script <img */', `p { content: '<'; }`];
    const [plain, ...others] = await parsed(
      ['p { }', ...css].map((sheet) => splashPage(splash({ branding: { css: sheet } }), en).html),
    );
    expect(others).toEqual(css.map(() => plain));
  });
});
