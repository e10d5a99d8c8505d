import { describe, expect, test } from '@jest/globals';
import { requestRules, responseRules } from '../../src/config/field-rules.ts';
import { applyFieldRules, withOperatorFields } from '../../src/http/field-rules.ts';
import type { HeaderFields } from '../../src/types.ts';
import { sentFor } from '../helpers/http-fixtures.ts';

const fieldsAfter = (headers: HeaderFields, rules: string) => {
  applyFieldRules(headers, responseRules(rules));
  return headers;
};

describe('RESPONSE_HEADERS', () => {
  test('sets, adds and removes, whether or not the backend sent the field [O1]', () => {
    const headers = { server: 'x', vary: 'Accept', csp: 'a' };
    expect(fieldsAfter(headers, '-Server\n+Vary: Origin\nCSP: b\n-Absent\n+New: 1\n+New: 2\nOther: 3')).toEqual({
      vary: 'Accept, Origin',
      csp: 'b',
      new: '1, 2',
      other: '3',
    });
  });

  test('keeps cookies apart [O1]', () => {
    expect(fieldsAfter({ 'set-cookie': ['a=1'] }, '+Set-Cookie: b=2')).toEqual({ 'set-cookie': ['a=1', 'b=2'] });
    expect(fieldsAfter({}, '+Set-Cookie: b=2')).toEqual({ 'set-cookie': ['b=2'] });
    expect(fieldsAfter({ 'set-cookie': ['a=1'] }, '-Set-Cookie')).toEqual({});
  });

  test('changes no field that a page of the proxy sets itself, and puts no cookie on it [O3]', () => {
    const page = { 'content-security-policy': "default-src 'none'", 'cache-control': 'no-store' };
    const rules = responseRules(
      'Content-Security-Policy: upgrade-insecure-requests\nStrict-Transport-Security: max-age=1\n+Cache-Control: public\n-Cache-Control-X\n+Set-Cookie: a=b\n+Link: </a>\n+Link: </b>',
    );
    expect(withOperatorFields(page, rules)).toEqual({
      ...page,
      'strict-transport-security': 'max-age=1',
      link: '</a>, </b>',
    });
    expect(withOperatorFields(page, responseRules('-Cache-Control'))).toEqual(page);
    expect(withOperatorFields(page)).toEqual(page);
  });
});

describe('REQUEST_HEADERS', () => {
  const sent = (headers: HeaderFields, rules: string, env: Record<string, string> = {}) =>
    sentFor({ headers }, { REQUEST_HEADERS: rules, ...env }).headers;

  test('takes precedence over what the client sent, whatever NO_HEADERS says [O1]', () => {
    for (const NO_HEADERS of ['false', 'true'])
      expect(sent({ 'x-api-key': 'evil' }, 'X-Api-Key: right', { NO_HEADERS })).toMatchObject({ 'x-api-key': 'right' });
  });

  test.each(['x_api_key', 'x.api.key', 'http_x_api_key', 'http-x-api-key'])(
    'lets no client write the same field under an alias: %s [O4]',
    (alias) => {
      const { [alias]: value, ...headers } = sent({ [alias]: 'evil' }, 'X-Api-Key: right');
      expect([value, headers['x-api-key']]).toEqual([undefined, 'right']);
      expect(sent({ [alias]: 'evil', 'x-api-key': 'evil' }, '-X-Api-Key')).not.toHaveProperty('x-api-key');
      expect(sent({ [alias]: 'evil' }, '-X-Api-Key')).not.toHaveProperty(alias);
    },
  );

  test('adds to a list with a comma, and to cookies with a semicolon [O1]', () => {
    expect(sent({ accept: 'a/b', cookie: 'a=1' }, '+Accept: c/d\n+Cookie: b=2')).toMatchObject({
      accept: 'a/b, c/d',
      cookie: 'a=1; b=2',
    });
  });

  test('removes what the client sent, and then user:password of REMOTE_URL count [O1]', () => {
    const headers = sent({ authorization: 'Basic x', referer: 'https://a/' }, '-Authorization\n-Referer', {
      REMOTE_URL: 'http://ada:pw@backend.internal',
    });
    expect(headers).toMatchObject({ authorization: 'Basic YWRhOnB3' });
    expect(headers).not.toHaveProperty('referer');
  });

  test('never frames the message: the length stays that of the body [O2]', () => {
    const headers = sentFor(
      { method: 'POST', body: Buffer.from('abc') },
      {
        REQUEST_HEADERS: requestRules('X-A: 1')
          .map(({ name, value }) => `${name}: ${value}`)
          .join('\n'),
      },
    ).headers;
    expect(headers).toMatchObject({ 'content-length': '3', 'x-a': '1' });
  });
});
