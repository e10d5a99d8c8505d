import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { errorPages } from '../../middlewares/error-pages.ts';
import { type FailureCode, failureOf, ProxyError } from '../../src/failures.ts';
import { de } from '../../src/pages/messages/de.ts';
import { type Backend, httpBackend, httpsBackend, rawBackend } from '../helpers/backends.ts';
import { eventFor, fronts, type TestRequest } from '../helpers/events.ts';
import { bodyText, handlerWith, lambdaContext, type Result } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';

const html = { accept: 'text/html' };
const json = { accept: 'application/json' };

/** One way to each kind of failure: status, `error` of Proxy-Status, and whether trying again makes sense. */
interface Case {
  readonly code: string;
  readonly status: number;
  readonly proxyError: string;
  readonly retry: boolean;
  readonly settings: Record<string, string>;
  readonly request?: TestRequest;
}

describe('a failure', () => {
  let down: string;
  let silent: Backend;
  let closing: Backend;
  let malformed: Backend;
  let large: Backend;
  let untrusted: Backend;
  let cases: readonly Case[];

  beforeAll(async () => {
    down = await refusedUrl();
    silent = await httpBackend(() => undefined);
    closing = await rawBackend((socket) => socket.once('data', () => socket.destroy()));
    malformed = await rawBackend((socket) => socket.once('data', () => socket.end('no HTTP at all\r\n\r\n')));
    large = await httpBackend((_request: http.IncomingMessage, response) => response.end('x'.repeat(11)));
    untrusted = (await httpsBackend((_request, response) => response.end())).backend;
    cases = [
      {
        code: 'connection_refused',
        status: 502,
        proxyError: 'connection_refused',
        retry: true,
        settings: { REMOTE_URL: down },
      },
      {
        code: 'connection_terminated',
        status: 502,
        proxyError: 'connection_terminated',
        retry: true,
        settings: { REMOTE_URL: closing.url },
      },
      {
        code: 'response_timeout',
        status: 504,
        proxyError: 'http_response_timeout',
        retry: true,
        settings: { REMOTE_URL: silent.url, REQUEST_TIMEOUT: '0.05' },
      },
      {
        code: 'response_malformed',
        status: 502,
        proxyError: 'http_protocol_error',
        retry: false,
        settings: { REMOTE_URL: malformed.url },
      },
      {
        code: 'tls_certificate',
        status: 502,
        proxyError: 'tls_certificate_error',
        retry: false,
        settings: { REMOTE_URL: untrusted.url, REMOTE_TLS: 'verify' },
      },
      {
        code: 'response_too_large',
        status: 413,
        proxyError: 'http_response_body_size',
        retry: false,
        settings: { REMOTE_URL: large.url, PAYLOAD_QUOTA: '10' },
      },
      {
        code: 'path_filtered',
        status: 403,
        proxyError: 'http_request_denied',
        retry: false,
        settings: { REMOTE_URL: down, FILTERED_PATH: '/' },
      },
      {
        code: 'bad_request',
        status: 400,
        proxyError: 'http_request_error',
        retry: false,
        settings: { REMOTE_URL: down },
        request: { headers: { 'x-a': 'line\nbreak' } },
      },
      {
        code: 'method_not_allowed',
        status: 405,
        proxyError: 'http_request_error',
        retry: false,
        settings: { REMOTE_URL: down },
        request: { method: 'TRACE' },
      },
      { code: 'configuration_error', status: 500, proxyError: 'proxy_configuration_error', retry: false, settings: {} },
    ];
  });
  afterAll(() => Promise.all([silent, closing, malformed, large, untrusted].map((backend) => backend.close())));

  const responseTo = ({ settings, request }: Case, headers: Record<string, string> = {}, extra: TestRequest = {}) =>
    handlerWith(settings)(eventFor({ ...request, ...extra, headers: { ...request?.headers, ...headers } }));

  const inEveryForm = async (check: (failure: Case, result: Result, accept: string) => void) => {
    for (const failure of cases) {
      for (const accept of ['text/html', 'application/json', 'text/plain']) {
        check(failure, await responseTo(failure, { accept }), accept);
      }
    }
  };

  test('has its own status and Proxy-Status in every representation', async () => {
    await inEveryForm(({ code, status, proxyError }, { statusCode, headers }) => {
      expect([code, statusCode]).toEqual([code, status]);
      expect(headers['proxy-status']).toBe(`lambda-rproxy; error=${proxyError}`);
    });
  });

  test('is not stored, not indexed, not sniffed and sends no referrer [P4]', async () => {
    await inEveryForm((_, { headers }) => {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-robots-tag': 'noindex, nofollow',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        vary: 'Accept, Accept-Language',
        'content-language': 'en',
      });
    });
  });

  test('says Retry-After only where trying again makes sense [P4]', async () => {
    await inEveryForm(({ code, retry }, { headers }) => {
      expect([code, 'retry-after' in headers]).toEqual([code, retry]);
    });
  });

  test('is told in the representation asked for [P7, P8]', async () => {
    await inEveryForm(({ code, status }, result, accept) => {
      const type = result.headers['content-type'];
      if (accept === 'text/html') {
        expect(type).toBe('text/html; charset=utf-8');
        expect(bodyText(result)).toMatch(/^<!doctype html>/);
      } else if (accept === 'application/json') {
        expect(type).toBe('application/problem+json');
        expect(JSON.parse(bodyText(result))).toMatchObject({
          type: `urn:lambda-rproxy:error:${code}`,
          status,
          code,
          title: expect.any(String),
          detail: expect.any(String),
          instance: expect.stringMatching(/^urn:uuid:[\da-f-]{36}$/),
        });
      } else {
        expect(type).toBe('text/plain; charset=utf-8');
        expect(bodyText(result)).toContain(`Failure code: ${code}`);
      }
    });
  });

  test('names the request as the log does [P10]', async () => {
    for (const headers of [html, json, {}]) {
      const requestId = '0d1f2a3b-0000-4000-8000-00000000abcd';
      const result = await handlerWith({ REMOTE_URL: down })(eventFor({ headers }), lambdaContext(30_000, requestId));
      expect(bodyText(result)).toContain(requestId);
    }
  });

  test('responds to HEAD with the fields of GET and no body [P9]', async () => {
    for (const failure of cases.filter(({ request, code }) => !request?.method && code !== 'response_too_large')) {
      for (const accept of ['text/html', 'application/json', 'text/plain']) {
        const get = await responseTo(failure, { accept });
        const head = await responseTo(failure, { accept }, { method: 'HEAD' });
        const headers = { ...get.headers, 'x-request-id': expect.any(String) };
        expect(head).toEqual({ ...get, headers, body: '', isBase64Encoded: false });
        expect(get.body).not.toBe('');
      }
    }
  });

  test('has a page under 12 KB that loads nothing, runs its own script alone and matches its policy [P3, P5]', async () => {
    for (const failure of cases) {
      const result = await responseTo(failure, html);
      const page = bodyText(result);
      expect(Buffer.byteLength(page)).toBeLessThan(12_000);
      expect(page).not.toMatch(/<img|<link|@import|url\(|\son\w+=|src=|http-equiv/i);
      const hashOf = (pattern: RegExp) => {
        const [, text = ''] = pattern.exec(page) ?? [];
        return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
      };
      const policy = result.headers['content-security-policy'];
      expect(policy).toContain(`default-src 'none'; style-src ${hashOf(/<style>([\s\S]*?)<\/style>/)};`);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(page.match(/<script/g)).toHaveLength(1);
      // The page for a backend that may be starting waits for it; the script of the others copies what to quote.
      const waits = failure.code === 'connection_refused';
      const script = `script-src ${hashOf(/<script type="module">([\s\S]*?)<\/script>/)}; ${waits ? "connect-src 'self'; " : ''}base-uri`;
      expect([failure.code, policy]).toEqual([failure.code, expect.stringContaining(script)]);
      expect([failure.code, page.includes('fetch(')]).toEqual([failure.code, waits]);
      expect(page.match(/<h1>/g)).toHaveLength(1);
    }
  });

  test('is told in the language that the client prefers, in every representation [P13]', async () => {
    const german = { 'accept-language': 'de-CH,de;q=0.9,en;q=0.8' };
    for (const failure of cases) {
      const words = de.failures[failure.code as FailureCode];
      for (const accept of ['text/html', 'application/json', 'text/plain']) {
        const result = await responseTo(failure, { accept, ...german });
        expect(result.headers).toMatchObject({ 'content-language': 'de', vary: 'Accept, Accept-Language' });
        const isFiltered = failure.code === 'path_filtered';
        const text = isFiltered ? de.defaults.filteredUrlMessage : words.advice;
        expect(bodyText(result)).toContain(text);
        expect(result.headers['proxy-status']).toBe(`lambda-rproxy; error=${failure.proxyError}`);
      }
    }
  });

  test('has the look of the operator, under a policy that lets it apply [P12]', async () => {
    const css = ':root { --accent: #0a6b4f; }';
    const logo = 'data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E';
    const settings = { REMOTE_URL: down, PAGE_CSS: css, PAGE_LOGO: logo };
    const result = await handlerWith(settings)(eventFor({ headers: html }));
    expect(bodyText(result)).toContain(`<style>${css}</style>`);
    expect(bodyText(result)).toContain(`<img src="${logo}" alt="">`);
    const policy = result.headers['content-security-policy'];
    expect(policy).toContain(`'sha256-${createHash('sha256').update(css).digest('base64')}'`);
    expect(policy).toContain('img-src data:');
  });

  test('of a request that may have changed something offers nothing that repeats it [P11]', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const result = await handlerWith({ REMOTE_URL: down })(eventFor({ method, headers: html, body: 'x' }));
      expect(result.statusCode).toBe(502);
      // The one script copies the facts to quote.
      expect(bodyText(result)).not.toMatch(/fetch|id="wait"|<a /);
      expect(result.headers['content-security-policy']).not.toContain('connect-src');
    }
  });

  test('reflects nothing that the client sent and nothing of the backend [P1, P2]', async () => {
    const marked = {
      target: '/m4rker<x>?m4rker="><script>&q=m4rker',
      headers: { 'x-m4rker': 'm4rker', cookie: 'm4rker=m4rker', 'user-agent': 'm4rker', referer: 'https://m4rker/' },
      sourceIp: '192.0.2.77',
    };
    for (const failure of cases) {
      for (const accept of ['text/html', 'application/json', 'text/plain', 'm4rker/m4rker']) {
        const result = await responseTo(failure, { ...marked.headers, accept }, marked);
        const everything = `${bodyText(result)}${JSON.stringify(result)}`;
        for (const text of ['m4rker', '192.0.2.77', '127.0.0.1', 'REMOTE_URL', 'ECONN', '/node_modules/']) {
          expect(everything).not.toContain(text);
        }
      }
    }
  });

  for (const front of fronts) {
    test(`is told to clients of ${front.source} too [F24]`, async () => {
      const result = await handlerWith({ REMOTE_URL: down })(eventFor({ headers: html }, front));
      expect(result.statusCode).toBe(502);
      expect(bodyText(result)).toContain('connection_refused');
    });
  }

  test('is an ERROR line from status 500 on and a WARN line below, and its stack is for bugs alone', async () => {
    for (const failure of cases) {
      const { lines } = await logsOf(() => responseTo(failure));
      const own = lines.find(({ message }) => message !== 'request' && !message.startsWith('trace: '));
      const [level, message] = failure.status >= 500 ? ['ERROR', 'request failed'] : ['WARN', 'request refused'];
      expect(own).toMatchObject({ level, message });
      expect(own?.['error']).toEqual({ type: failure.code });
    }
  });

  test('has the remedy of its row in the log, or a more specific one', async () => {
    for (const failure of cases) {
      const line = (await logsOf(() => responseTo(failure))).lines.find(({ reason }) => reason);
      const { remedy } = failureOf(failure.code as FailureCode);
      expect([failure.code, line?.['remedy']]).toEqual([
        failure.code,
        failure.code === 'tls_certificate'
          ? expect.stringMatching(/^REMOTE_TLS=sha256:[\dA-F:]{95} .*REMOTE_CA/)
          : remedy,
      ]);
    }
    const { remedy } = failureOf('response_too_large');
    for (const part of ['PAYLOAD_QUOTA', 'index.streamHandler', '200 MB', '4.7 MB of binary']) {
      expect(remedy).toContain(part);
    }
  });

  test('has a reason in words of the proxy’s own, and a library’s words among the causes alone', async () => {
    const theirs = /connect ECONN|socket hang up|Timeout awaiting|Parse Error|self-signed certificate$|ms$/;
    for (const failure of cases.filter(({ status }) => status >= 500)) {
      const line = (await logsOf(() => responseTo(failure))).lines.find(({ reason }) => reason);
      expect([failure.code, line?.['reason']]).toEqual([failure.code, expect.not.stringMatching(theirs)]);
      if (failure.code !== 'configuration_error') {
        expect(String(line?.['reason']).startsWith(failureOf(failure.code as FailureCode).reason)).toBe(true);
      }
    }
  });

  test('says of a request that did not arrive that it may be sent again, whatever its method', async () => {
    const reasonOf = async (method: string, url: string) => {
      const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: url })(eventFor({ method, body: 'x' })));
      return lines.find(({ level }) => level === 'ERROR')?.['reason'];
    };
    for (const method of ['POST', 'PUT', 'DELETE', 'GET']) {
      expect(await reasonOf(method, down)).toMatch(
        new RegExp(`^nothing listens .*; the ${method} did not arrive and may be sent again$`),
      );
      expect(await reasonOf(method, closing.url)).not.toContain('sent again');
    }
  });

  test('carries the operator’s texts, escaped [P1]', async () => {
    const settings = { REMOTE_URL: down, APP_NAME: '<i>App</i> & "Co"', GENERAL_ERROR: "O'Error <b>" };
    const page = bodyText(await handlerWith(settings)(eventFor({ headers: html })));
    expect(page).toContain('&lt;i&gt;App&lt;/i&gt; &amp; &quot;Co&quot;');
    expect(page).toContain('O&#39;Error &lt;b&gt;');
    expect(page).not.toMatch(/<i>|<b>(?!\d{3}<|You|Proxy|Site)/);
  });

  test('links to the target only when told to, with the base path, and escapes the path [P1, P2]', async () => {
    const target = '/a"b<c>?q=m4rker';
    const page = async (settings: Record<string, string>) =>
      bodyText(await handlerWith(settings)(eventFor({ target, headers: html })));
    const remote = down.replace('//', '//user:p4ssw0rd@');
    expect(await page({ REMOTE_URL: remote })).not.toContain(new URL(down).port);
    const linked = await page({ REMOTE_URL: `${remote}/base?key=p4ssw0rd`, SHOW_TARGET_LINK: 'true' });
    expect(linked).toContain(`href="${down}/base/a&quot;b&lt;c&gt;"`);
    expect(linked).not.toContain('p4ssw0rd');
    expect(linked).not.toContain('m4rker');
  });

  test('never links to a filtered path, which would lead around the filter [P1]', async () => {
    const settings = { REMOTE_URL: down, SHOW_TARGET_LINK: 'true', FILTERED_PATH: '/closed' };
    const page = async (target: string) => bodyText(await handlerWith(settings)(eventFor({ target, headers: html })));
    expect(await page('/open')).toContain(`href="${down}/open"`);
    expect(await page('/closed')).not.toContain(down);
  });

  test('never links to another host, whatever the path looks like [P1]', async () => {
    for (const [rawPath, status] of [
      ['@evil.example/x', 400],
      [':1/x', 400],
      ['javascript:alert(1)', 400],
      ['//evil.example/x', 502],
    ] as const) {
      const event = { ...eventFor({ headers: html }), rawPath };
      const result = await handlerWith({ REMOTE_URL: down, SHOW_TARGET_LINK: 'true' })(event);
      expect([rawPath, result.statusCode]).toEqual([rawPath, status]);
      for (const [, href = ''] of bodyText(result).matchAll(/href="([^"]*)"/g)) {
        if (href !== '') expect(new URL(href, down).origin).toBe(down);
      }
    }
  });
});

describe('the representation', () => {
  const long = Array.from({ length: 700 }, (_, index) => `text/x${index}`).join(',');

  test.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'text/html'],
    ['application/xhtml+xml', 'text/html'],
    ['text/*', 'text/plain'],
    ['*/*', 'text/plain'],
    ['', 'text/plain'],
    ['application/json', 'application/problem+json'],
    ['application/problem+json, text/html;q=0.5', 'application/problem+json'],
    ['application/vnd.api+json', 'application/problem+json'],
    ['text/html;q=0, application/json;q=0.1', 'application/problem+json'],
    ['text/html;q=0', 'text/plain'],
    ['image/png', 'text/plain'],
    ['text/html;q=nonsense;;,,/,\u0000', 'text/plain'],
    [long, 'text/plain'],
    [`${long},text/html`, 'text/html'],
  ])('for Accept: %s is %s [P7]', async (accept, contentType) => {
    const { statusCode, headers } = await handlerWith({})(eventFor({ headers: { accept } }));
    expect(statusCode).toBe(500);
    expect(headers['content-type']?.split(';')[0]).toBe(contentType);
  });

  test('without Accept is plain text [P7]', async () => {
    const result = await handlerWith({})(eventFor());
    expect(result.headers['content-type']).toBe('text/plain; charset=utf-8');
  });
});

describe('an error that is none of the known failures', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await httpBackend((_request, response) => response.end('fine'));
  });
  afterAll(() => backend.close());

  /** A context on which the core trips: a fault in the chain as a bug would be. */
  const tripping = (): Context => ({
    ...lambdaContext(),
    getRemainingTimeInMillis: () => {
      throw new RangeError('a bug named s3cret');
    },
  });

  test.each(['text/html', 'application/json', 'text/plain'])(
    'is 500 internal_error for %s, its stack in the log alone',
    async (accept) => {
      const { value, lines } = await logsOf(() =>
        handlerWith({ REMOTE_URL: backend.url })(eventFor({ headers: { accept } }), tripping()),
      );
      expect(value.statusCode).toBe(500);
      expect(value.headers['proxy-status']).toBe('lambda-rproxy; error=proxy_internal_error');
      expect(bodyText(value)).toContain('internal_error');
      expect(JSON.stringify(value)).not.toMatch(/s3cret|RangeError|\.ts:/);
      expect(lines.find(({ level }) => level === 'ERROR')).toMatchObject({
        message: 'request failed',
        error: { type: 'internal_error', stack: expect.stringMatching(/RangeError: a bug named s3cret\n +at /) },
        proxy: { fault: 'proxy' },
      });
    },
  );

  test('while the page is being made still ends in a plain 500 [E32]', async () => {
    // The request's id cannot be had where a page is made, so that making one of any kind throws.
    const context = Object.defineProperty(lambdaContext(), 'awsRequestId', {
      get: () => {
        if (new Error().stack?.includes('splashOf')) throw new TypeError('no text');
        return 'id';
      },
    });
    const url = await refusedUrl();
    for (const settings of [{ REMOTE_URL: url }, { REMOTE_URL: url, FILTERED_PATH: '/' }, {}] as Record<
      string,
      string
    >[]) {
      for (const headers of [html, json, {}]) {
        const { value, lines } = await logsOf(() => handlerWith(settings)(eventFor({ headers }), context));
        expect(value).toMatchObject({
          statusCode: 500,
          headers: {
            'content-type': 'text/plain; charset=utf-8',
            'cache-control': 'no-store',
            'proxy-status': 'lambda-rproxy; error=proxy_internal_error',
          },
        });
        expect(bodyText(value)).toMatch(/^The proxy itself failed\. [\w ,.]+\n$/);
        expect(lines.at(-2)).toMatchObject({
          level: 'ERROR',
          error: { type: 'internal_error', stack: expect.stringContaining('TypeError: no text') },
          reason: 'the response to a failure could not be made',
        });
        expect(lines.at(-1)).toMatchObject({ message: 'request', error: { type: 'internal_error' } });
      }
    }
  });
});

describe('the step', () => {
  /** A request whose core failed, after the step. */
  const stepped = async (accept: string, error: Error) => {
    const request = {
      event: { method: 'GET', rawPath: '/', headers: { accept } },
      context: { ...lambdaContext(), exchange: {} },
      error,
      response: undefined,
    };
    await logsOf(async () => errorPages().onError?.(request as never));
    return request;
  };

  test.each([
    ['text/html', 'text/html; charset=utf-8', /^<!doctype html>/],
    ['application/json', 'application/problem+json', /^\{/],
  ])('responds itself to Accept: %s, and keeps the page out of the error', async (accept, contentType, body) => {
    const failure = new ProxyError('connection_refused');
    const { message } = failure;
    const { response, error } = await stepped(accept, failure);
    expect(response).toEqual({
      statusCode: 502,
      headers: expect.objectContaining({ 'content-type': contentType, 'retry-after': '10' }),
      body: expect.stringMatching(body),
    });
    expect([error, error.message]).toEqual([failure, message]);
  });

  test('leaves plain text to @middy/http-error-handler, in the failure that was thrown', async () => {
    const failure = new ProxyError('method_not_allowed', { headers: { allow: 'GET' } });
    const { response, error } = await stepped('text/plain', failure);
    expect(response).toBeUndefined();
    expect(error).toBe(failure);
    expect(error).toMatchObject({
      statusCode: 405,
      expose: true,
      message: expect.stringContaining('Failure code: method_not_allowed'),
      headers: { allow: 'GET', 'content-type': 'text/plain; charset=utf-8', 'content-language': 'en' },
    });
  });

  test('hands what a library threw on as the failure that it is', async () => {
    const thrown = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:80'), { code: 'ECONNREFUSED' });
    for (const accept of ['text/html', 'text/plain']) {
      const { error } = await stepped(accept, thrown);
      expect(error).toMatchObject({ code: 'connection_refused', cause: thrown });
      expect(error.message).not.toContain('10.0.0.7');
    }
  });
});

describe('the log line of a failure', () => {
  test('names cause and fault, and nothing that the client sent', async () => {
    const url = await refusedUrl();
    const { lines } = await logsOf(() =>
      handlerWith({ REMOTE_URL: url })(
        eventFor({ target: '/?q=m4rker', headers: { cookie: 'sid=m4rker', authorization: 'm4rker' }, body: 'm4rker' }),
      ),
    );
    expect(lines.find(({ level }) => level === 'ERROR')).toMatchObject({
      message: 'request failed',
      error: { type: 'connection_refused' },
      causes: [{ code: 'ECONNREFUSED', message: expect.stringContaining('ECONNREFUSED') }],
      proxy: { fault: 'backend' },
    });
    expect(JSON.stringify(lines)).not.toContain('m4rker');
  });

  /** The line of an error, thrown at the step itself. */
  const lineOf = async (error: unknown) => {
    const event = { method: 'GET', rawPath: '/', headers: {} };
    const context = { ...lambdaContext(), exchange: {} };
    const { lines } = await logsOf(async () => errorPages().onError?.({ event, context, error } as never));
    return lines[0];
  };

  test('names five causes at most, each by name, message and code alone', async () => {
    const chain = (left: number): Error =>
      Object.assign(new TypeError(`cause ${left}`, left === 1 ? {} : { cause: chain(left - 1) }), {
        ...(left === 7 ? { code: 'ECODE' } : {}),
        options: { headers: { authorization: 's3cret' } },
      });
    const line = await lineOf(chain(7));
    expect(line?.['causes']).toEqual([
      { name: 'TypeError', message: 'cause 7', code: 'ECODE' },
      ...[6, 5, 4, 3].map((left) => ({ name: 'TypeError', message: `cause ${left}` })),
    ]);
    expect(JSON.stringify(line)).not.toContain('s3cret');
  });

  test('has no stack of what is thrown without being an Error', async () => {
    for (const thrown of [undefined, null, 'text', { stack: 's3cret' }]) {
      const line = await lineOf(thrown);
      expect(line).toMatchObject({ level: 'ERROR', causes: [] });
      expect(line?.['error']).toEqual({ type: 'internal_error' });
    }
  });

  test('offers no pin for a certificate that was refused unseen', async () => {
    const line = await lineOf(new ProxyError('tls_certificate', { reason: 'refused' }));
    expect(line?.['remedy']).toBe('REMOTE_CA trusts its authority, REMOTE_TLS=insecure accepts any');
  });

  test('says which setting would accept a refused certificate', async () => {
    const { backend, fingerprint } = await httpsBackend((_request, response) => response.end());
    const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: backend.url, REMOTE_TLS: 'verify' })(eventFor()));
    await backend.close();
    const line = lines.find(({ level }) => level === 'ERROR');
    expect(line).toMatchObject({ error: { type: 'tls_certificate' } });
    expect(line?.['remedy']).toContain(`REMOTE_TLS=sha256:${fingerprint}`);
    expect(line?.['remedy']).toContain('REMOTE_CA');
  });
});

test('a response of the backend is never replaced, its own 4xx and 5xx included [E29]', async () => {
  const backend = await httpBackend(async (request, response) => {
    request.resume();
    await once(request, 'end');
    response.writeHead(Number(request.url?.slice(1)), { 'content-type': 'text/x-own' }).end('its own words');
  });
  for (const status of [400, 403, 404, 413, 500, 502, 503, 504]) {
    const result = await handlerWith({ REMOTE_URL: backend.url })(eventFor({ target: `/${status}`, headers: html }));
    expect(result).toMatchObject({ statusCode: status, headers: { 'content-type': 'text/x-own' } });
    expect(result.headers).not.toHaveProperty('proxy-status');
    expect(bodyText(result)).toBe('its own words');
  }
  await backend.close();
});
