import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventSources } from '../../src/events/index.ts';
import type { EventSource } from '../../src/events/source.ts';
import type { Front } from '../../src/local/front.ts';
import { type Carries, carries, fronts, sourceFor } from '../helpers/events.ts';
import { hostileEvent, singleChanges } from '../helpers/hostile-events.ts';
import { httpRequest, httpResponse, type Parts } from '../helpers/http-messages.ts';

const pairs = fronts.map((front): [string, Front, EventSource, Carries] => [
  front.source,
  front,
  sourceFor(front),
  carries(front),
]);

/** An event as Lambda hands it over: parsed from JSON. */
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

/** What a backend would understand: percent-decoded bytes, leniently. */
const understood = (path: string) =>
  Buffer.from(
    path.replace(/%[\da-f]{2}|[^%]|%/giu, (part) =>
      part.length === 3 && part.startsWith('%')
        ? String.fromCharCode(Number.parseInt(part.slice(1), 16))
        : Buffer.from(part).toString('latin1'),
    ),
    'latin1',
  ).toString('utf8');

/** Fields as a front door delivers them: lower-case names, of repeats all in a list or the last. */
function expectedFields({ fields }: Parts, { repeats }: Carries): Map<string, string> {
  const expected = new Map<string, string>();
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    const before = expected.get(lower);
    expected.set(lower, before === undefined || repeats === 'last' ? value : `${before},${value}`);
  }
  for (const lost of ['keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer']) expected.delete(lost);
  return expected;
}

/** Pairs of a query, undecoded, without the empty ones. */
const rawPairs = (query: string) =>
  query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals === -1 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
    });

/** What is left of a query's meaning: whatever a front door keeps must be the same before and after. */
function meaningOf(query: string, kept: Carries['query']): unknown {
  if (kept === 'as sent') return query;
  const values = new Map<string, string[]>();
  for (const [name = '', value = ''] of kept === 'encoded anew' ? new URLSearchParams(`?${query}`) : rawPairs(query)) {
    values.set(name, kept === 'last parts' ? [value] : [...(values.get(name) ?? []), value]);
  }
  return values;
}

describe.each(pairs)('Through a %s and back', (_, front, source, way) => {
  test('method, query, fields, cookies, body and client of any request come out as they went in [M1 M21 H24 H26 H27 H31 H33 B1 B2 B10]', () => {
    fc.assert(
      fc.property(httpRequest, (parts) => {
        const { request, query, cookies } = parts;
        const event = asJson(front.toEvent(request));
        expect(source.recognises(event)).toBe(true);
        const decoded = source.decode(event);
        expect(decoded.method).toBe(request.method);
        expect(meaningOf(decoded.rawQuery, way.query)).toEqual(meaningOf(query ?? '', way.query));
        expect(decoded.body.equals(request.body)).toBe(true);
        expect(decoded.headers['cookie']).toBe(cookies.length === 0 ? undefined : cookies.join('; '));
        for (const [name, value] of expectedFields(parts, way)) expect(decoded.headers[name]).toBe(value);
        expect(decoded.client).toEqual({
          stagePath: front.stage?.path,
          ip: request.sourceIp,
          host: front.domainName,
          protocol: 'https',
          port: 443,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('no field comes out that did not go in, but those that name the client', () => {
    fc.assert(
      fc.property(httpRequest, (parts) => {
        const { headers } = source.decode(asJson(front.toEvent(parts.request)));
        const names = [...expectedFields(parts, way).keys(), 'content-type', 'cookie', 'host'];
        const added = Object.keys(headers).filter((name) => !names.includes(name) && !name.startsWith('x-forwarded-'));
        expect(added).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('status, fields, cookies and body bytes of any answer come out as they went in [R1 R12 R22 R24 R40]', () => {
    fc.assert(
      fc.property(httpResponse, (response) => {
        const { statusCode, headers, body } = front.toResponse(asJson(source.encode(response)));
        const { 'set-cookie': setCookies = [], ...fields } = response.headers;
        const cookies = way.setCookies === 'all' ? setCookies : setCookies.slice(0, 1);
        expect(statusCode).toBe(response.statusCode);
        expect(body.equals(response.body)).toBe(true);
        expect(headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)).toEqual(cookies);
        const needsType = fields['content-type'] === undefined && way.untyped !== undefined;
        const typed = needsType ? { ...fields, 'content-type': way.untyped } : fields;
        expect(headers.filter(([name]) => name !== 'set-cookie').sort()).toEqual(Object.entries(typed).sort());
      }),
      { numRuns: 500 },
    );
  });
});

describe.each(pairs.filter(([, , , { path }]) => path === 'as sent'))('A %s', (_, front, source) => {
  test('keeps any path byte for byte [M5 M6 M7 M8 M9]', () => {
    fc.assert(
      fc.property(httpRequest, ({ request, path }) => {
        expect(source.decode(asJson(front.toEvent(request))).rawPath).toBe(path);
      }),
      { numRuns: 500 },
    );
  });
});

describe.each(pairs.filter(([, , , { path }]) => path === 'decoded'))('An %s', (_, front, source) => {
  test('decodes a path once: it still means the same, unless it held a literal % or an encoded ? [M20 A1]', () => {
    fc.assert(
      fc.property(httpRequest, ({ request, path }) => {
        const { rawPath } = source.decode(asJson(front.toEvent(request)));
        expect(rawPath.replace(/%[\da-f]{2}/gi, '')).not.toContain('%');
        const [beforeQuestionMark = ''] = path.split(/%3f/i);
        if (!/%25|%(?![\da-f]{2})/i.test(path)) expect(understood(rawPath)).toBe(understood(beforeQuestionMark));
      }),
      { numRuns: 1000 },
    );
  });
});

test.each(pairs)(
  'the measured size of any answer to a %s is the length of its JSON in bytes, or the guard against too large ones would be wrong [L2 R37]',
  (_, _front, source) => {
    const bigger = httpResponse.chain((response) =>
      fc.nat(40).map((times) => ({ ...response, body: Buffer.concat(Array(times).fill(response.body)) })),
    );
    fc.assert(
      fc.property(bigger, (response) => {
        expect(source.size(response)).toBe(Buffer.byteLength(JSON.stringify(source.encode(response))));
      }),
      { numRuns: 1000 },
    );
  },
);

test('no event of one front door is recognised by two sources, whatever is done to it [X10]', () => {
  const recognised = (event: unknown) =>
    eventSources.filter((source) => source.recognises(event)).map(({ name }) => name);
  for (const { event } of singleChanges()) expect(recognised(event).length).toBeLessThan(2);
  fc.assert(
    fc.property(hostileEvent, (event) => {
      expect(recognised(event).length).toBeLessThan(2);
    }),
    { numRuns: 1000 },
  );
});
