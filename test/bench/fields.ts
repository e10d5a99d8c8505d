import { clientAddress } from '../../src/http/request/client-address.ts';
import { addressedPaths } from '../../src/http/request/destination.ts';
import { preferredLanguage, preferredRepresentation } from '../../src/http/response/accept.ts';
import { parseChallenges } from '../../src/http/response/challenges.ts';
import { codingFor } from '../../src/http/response/content-coding.ts';
import { rewriteToPublicHost } from '../../src/http/response/public-urls.ts';
import { forwardableResponseHeaders } from '../../src/http/response/response-headers.ts';
import { logInCookieOf, withoutLogInCookie } from '../../src/log-in/cookie-field.ts';
import { fieldBombs } from '../helpers/field-bombs.ts';
import { configWith, request, sentFor } from '../helpers/http-fixtures.ts';

const trusting = { TRUST_FORWARDED: 'true', ORIGIN_SECRET: 'a-secret-of-more-than-20', DEBUG_KEY: 'key' };
const base = { REMOTE_URL: 'http://backend.internal:8080/base' };
const config = configWith({ ...trusting, ...base });
const client = { host: 'public.example', protocol: 'https', port: 443, prefix: '' } as const;
const mapping = { remoteUrl: config.remoteUrl, origins: [client] as const, host: client.host };

/** A refusal is a result too. */
const tried = (parse: () => unknown) => {
  try {
    parse();
  } catch {
    // The time until then is what counts.
  }
};

const toBackend = (name: string) => (value: string) =>
  tried(() => sentFor({ method: 'OPTIONS', headers: { [name]: value } }, { ...trusting, ...base }));
const toClient = (name: string) => (value: string) =>
  tried(() => rewriteToPublicHost(forwardableResponseHeaders([name, value]), mapping));
const requestFields = [
  'connection',
  'cdn-loop',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'destination',
  'if',
  'max-forwards',
  'referer',
  'x-request-id',
  'cookie',
  'x-anything',
];
const responseFields = [
  'link',
  'refresh',
  'location',
  'content-location',
  'set-cookie',
  'proxy-status',
  'connection',
  'transfer-encoding',
];

/** Every parser of a field, with the field's value as its one argument. */
const parsers: Readonly<Record<string, (value: string) => void>> = {
  ...Object.fromEntries(requestFields.map((name) => [`request ${name}`, toBackend(name)])),
  ...Object.fromEntries(responseFields.map((name) => [`response ${name}`, toClient(name)])),
  'a name of a field': (value) => toBackend(value.replace(/[^\w.-]/g, '.'))('1'),
  'client address': (value) => tried(() => clientAddress(request({ headers: { 'x-forwarded-for': value } }), config)),
  'addressed paths': (value) =>
    tried(() => addressedPaths({ rawPath: '/', headers: { destination: value, if: value } }, config.remoteUrl)),
  'www-authenticate': (value) => tried(() => parseChallenges(value)),
  'log-in cookie': (value) => tried(() => [withoutLogInCookie(value), logInCookieOf(value)]),
  accept: (value) => tried(() => preferredRepresentation(value)),
  'accept-language': (value) => tried(() => preferredLanguage(value, ['en', 'de', 'ja'])),
  'accept-encoding': (value) =>
    tried(() => codingFor(value, { statusCode: 200, headers: { 'content-type': 'text/html' } })),
  'content-type': (value) => tried(() => codingFor('br', { statusCode: 200, headers: { 'content-type': value } })),
  'cache-control': (value) =>
    tried(() => codingFor('br', { statusCode: 200, headers: { 'content-type': 'text/html', 'cache-control': value } })),
};

/** Milliseconds; the shortest of several runs, because whatever else the machine does only makes a run longer. */
function cost(parse: (value: string) => void, value: string): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    parse(value);
    return performance.now() - start;
  });
  return Math.min(...times);
}

/** Times in milliseconds below these say nothing about growth: of the short value, and of the long one. */
const shortest = 0.02;
const noise = 2;

/** Thirty-two times the length: linear is 1 per byte, quadratic is 32; garbage collection of long lists makes some 3. */
const lengths = [8192, 65_536, 262_144] as const;
const most = 16;

const growth = ([short = 0, , long = 0]: readonly number[]) =>
  long < noise ? 0 : long / Math.max(short, shortest) / (lengths[2] / lengths[0]);

console.log(
  '| field | value | 8 KB, ms | 64 KB, ms | 256 KB, ms | growth per byte |\n| --- | --- | --- | --- | --- | --- |',
);
for (const [name, parse] of Object.entries(parsers)) {
  for (const bomb of Object.values(fieldBombs)) parse(bomb(8192));
  const rows = Object.entries(fieldBombs).map(([bomb, value]) => ({
    bomb,
    times: lengths.map((length) => cost(parse, value(length))),
  }));
  const slowest = rows.reduce((a, b) => ((b.times[2] ?? 0) > (a.times[2] ?? 0) ? b : a));
  const steepest = rows.reduce((a, b) => (growth(b.times) > growth(a.times) ? b : a));
  for (const { bomb, times } of new Set([slowest, steepest])) {
    const cells = [name, bomb, ...times.map((time) => time.toFixed(2)), growth(times).toFixed(1)];
    console.log(`| ${cells.join(' | ')} |`);
  }
  if (growth(steepest.times) <= most) continue;
  console.error(`${name} takes more than linear time`);
  process.exitCode = 1;
}
