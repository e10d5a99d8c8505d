import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LogInEntry, openCookie, removeCookie, setCookie } from '../../src/log-in/cookie.ts';

const secret = 'correct-horse-battery-staple-0123456789';
const place = { host: 'site.example', prefix: '' };
const now = Date.UTC(2026, 10, 27);
const inHours = (hours: number) => now / 1000 + hours * 3600;
const entry = (parts: Partial<LogInEntry> = {}): LogInEntry => ({
  expires: inHours(12),
  realm: 'Garden',
  space: '/garden/',
  userPass: 'ada:frost',
  ...parts,
});

const fieldFor = (entries: readonly LogInEntry[]) => setCookie(entries, secret, place, now) ?? '';
const valueIn = (field: string) => field.slice(field.indexOf('=') + 1, field.indexOf(';'));
const value = valueIn(fieldFor([entry()]));
const open = (text: string | undefined, at = now) => openCookie(text, secret, place, at);

describe('the log-in cookie', () => {
  test('brings back what was put in, and shows nothing of it [O24]', () => {
    const entries = [entry(), entry({ realm: 'Cellar ½', space: '/cellar', userPass: 'bob:pass:wörd' })];
    const field = fieldFor(entries);
    expect(open(valueIn(field))).toEqual(entries);
    const decoded = Buffer.from(valueIn(field).slice(3), 'base64url').toString('latin1');
    for (const text of ['ada', 'frost', 'Garden', 'bob', '/cellar', 'YWRh']) {
      expect(field).not.toContain(text);
      expect(decoded).not.toContain(text);
    }
  });

  test('is never the same twice [O24]', () => {
    expect(new Set(Array.from({ length: 50 }, () => valueIn(fieldFor([entry()])))).size).toBe(50);
  });

  test('is for https, for the whole host, not for scripts and not for forms of other sites [O24]', () => {
    expect(fieldFor([entry()])).toMatch(
      /^__Host-rproxy-log-in=v1\.[\w-]+; Max-Age=43200; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    expect(removeCookie).toBe('__Host-rproxy-log-in=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax');
    expect(fieldFor([])).toBe(removeCookie);
  });

  test('lasts as long as its last log-in, and each log-in as long as its own end [O24]', () => {
    const field = fieldFor([entry({ expires: inHours(1) }), entry({ space: '/cellar', expires: inHours(3) })]);
    expect(field).toContain('Max-Age=10800;');
    expect(open(valueIn(field), now + 2 * 3_600_000).map(({ space }) => space)).toEqual(['/cellar']);
    expect(open(valueIn(field), now + 3 * 3_600_000)).toEqual([]);
  });

  test('that has ended is worth nothing, whatever the browser keeps [O24]', () => {
    expect(open(value, inHours(12) * 1000 - 1)).toHaveLength(1);
    expect(open(value, inHours(12) * 1000)).toEqual([]);
  });

  test('is worth nothing with any bit changed [O24]', () => {
    const bytes = Buffer.from(value.slice(3), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect([bit, open(`v1.${changed.toString('base64url')}`)]).toEqual([bit, []]);
    }
  });

  test.each([
    ['cut short', value.slice(0, -1)],
    ['longer', `${value}A`],
    ['of another version', value.replace('v1.', 'v2.')],
    ['without a version', value.slice(3)],
    ['in quotes', `"${value}"`],
    ['empty', ''],
    ['too short for its tag', 'v1.AAAA'],
    ['of another alphabet', value.replace(/[\w-]$/, '+')],
    ['too long', `v1.${'A'.repeat(8000)}`],
    ['missing', undefined],
  ])('is worth nothing when it is %s [O24]', (_, text) => {
    expect(open(text)).toEqual([]);
  });

  test('is worth nothing with another secret, on another host or behind another stage [O24]', () => {
    expect(openCookie(value, `${secret}x`, place, now)).toEqual([]);
    expect(openCookie(value, secret, { host: 'other.example', prefix: '' }, now)).toEqual([]);
    expect(openCookie(value, secret, { host: 'site.example', prefix: '/live' }, now)).toEqual([]);
    expect(openCookie(value, secret, { host: 'SITE.example', prefix: '' }, now)).toHaveLength(1);
  });

  test('of any text is worth nothing, without an error [O24]', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(open(`v1.${text}`)).toEqual([])));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) =>
        expect(open(`v1.${Buffer.from(bytes).toString('base64url')}`)).toEqual([]),
      ),
    );
  });

  test('has four log-ins at most, and fewer where they are long; the oldest goes first [O25]', () => {
    const spaces = (count: number, length: number) =>
      open(
        valueIn(
          fieldFor(Array.from({ length: count }, (_, index) => entry({ space: `/${index}${'x'.repeat(length)}` }))),
        ),
      ).map(({ space }) => space[1]);
    expect(spaces(6, 0)).toEqual(['2', '3', '4', '5']);
    expect(spaces(4, 1000)).toEqual(['2', '3']);
    expect(setCookie([entry({ space: `/${'x'.repeat(4000)}` })], secret, place, now)).toBeUndefined();
  });
});
