import { describe, expect, test } from '@jest/globals';
import { type ConfigurationError, readConfig } from '../../src/config/config.ts';
import * as optional from '../../src/config/optional.ts';

const secret = 'a-secret-of-20-characters-or-more';

const read = (env: Record<string, string>) => readConfig({ REMOTE_URL: 'http://10.0.0.7:8080', ...env }, {}, optional);

const problemsOf = (env: Record<string, string>) => {
  try {
    read(env);
  } catch (error) {
    return (error as ConfigurationError).problems.map(({ setting, problem }) => `${setting} ${problem}`);
  }
  return [];
};

describe('WAKE', () => {
  test.each(['i-0123456789abcdef0', 'i-01234567'])('names an instance: ec2:%s [O8]', (instanceId) => {
    expect(read({ WAKE: `ec2:${instanceId}` }).wake).toEqual({ target: { instanceId }, secret: undefined, on: 'page' });
  });

  test.each(['https://hooks.example/wake?k=1', 'http://10.0.0.9/wake', 'http://127.0.0.1:1/w', 'http://nas/wake'])(
    'is the address of a webhook: %s [O8]',
    (webhook) => {
      expect(read({ WAKE: webhook, WAKE_SECRET: secret, WAKE_ON: 'REQUEST' }).wake).toEqual({
        target: { webhook },
        secret,
        on: 'request',
      });
    },
  );

  test.each([
    'i-0123456789abcdef0',
    'ec2:',
    'ec2:i-1',
    'ec2:i-0123456789ABCDEF0',
    'ec2:i-0123456789abcdef0,i-0123456789abcdef1',
    'ec2:*',
    'true',
    'ftp://hooks.example/',
    'javascript:alert(1)',
    'https://',
    'https:///x',
    'https://a b/',
    'https://h/#fragment',
    'http://hooks.example/wake',
    'http://203.0.113.9/wake',
    'https://ada:pw@hooks.example/',
  ])('is refused when it is neither, and never quoted: %s [O8]', (WAKE) => {
    const problems = problemsOf({ WAKE });
    expect(problems).toEqual([expect.stringMatching(/^WAKE must/)]);
    expect(problems.join()).not.toMatch(/ but is /);
  });

  test.each([
    [{ WAKE_SECRET: secret }, 'WAKE_SECRET needs WAKE'],
    [{ WAKE_ON: 'request' }, 'WAKE_ON needs WAKE'],
    [{ WAKE: 'ec2:i-0123456789abcdef0', WAKE_SECRET: secret }, 'WAKE_SECRET is for a webhook'],
    [{ WAKE: 'http://10.0.0.7:8080/wake' }, 'WAKE must not be at the backend'],
    [{ WAKE: 'http://127.0.0.1:9001/x', AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' }, 'WAKE must not be the function'],
    [{ WAKE: 'https://h.example/', WAKE_SECRET: 'short' }, 'WAKE_SECRET must be 20 characters'],
    [{ WAKE: 'https://h.example/', WAKE_ON: 'visit' }, 'WAKE_ON must be page or request'],
  ])('and what belongs to it agree, or one of them is named: %j [O8]', (env, problem) => {
    expect(problemsOf(env as Record<string, string>)).toEqual([expect.stringContaining(problem)]);
  });

  test('at the host of the backend, but another port, is none of its business [O8]', () => {
    expect(problemsOf({ WAKE: 'http://10.0.0.7:9/wake' })).toEqual([]);
  });
});

describe('MAINTENANCE', () => {
  test.each(['off', 'OFF', 'false', 'no', '0'])('is no text but the absence of one: %s [O5]', (MAINTENANCE) => {
    expect(read({ MAINTENANCE }).maintenance).toBeUndefined();
  });

  test.each(['on', 'TRUE', 'yes', '1'])('may leave the text to the proxy: %s [O5]', (MAINTENANCE) => {
    expect(read({ MAINTENANCE }).maintenance).toBe('This site is closed for maintenance.');
  });

  test('is any other text, and MAINTENANCE_ALLOW trusts a proxy in front only where it proves itself [O5]', () => {
    expect(read({ MAINTENANCE: 'Back at six' }).maintenance).toBe('Back at six');
    expect(problemsOf({ MAINTENANCE_ALLOW: 'nobody' })).toEqual([expect.stringMatching(/^MAINTENANCE_ALLOW must/)]);
    expect(problemsOf({ MAINTENANCE_ALLOW: '192.0.2.0/24', TRUST_FORWARDED: 'on' })).toEqual([
      expect.stringMatching(/^MAINTENANCE_ALLOW needs ORIGIN_SECRET/),
    ]);
  });
});

describe('SUPPORT_URL and STATUS_URL', () => {
  test.each(['https://help.example/', 'http://help.example/a?b#c', 'mailto:help@example.com?subject=Broken'])(
    'lead somewhere: %s [O6]',
    (url) => {
      expect(read({ SUPPORT_URL: url }).supportUrl).toBe(url);
    },
  );

  test.each([
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '//help.example',
    '/help',
    'help.example',
    'https://ada:pw@help.example/',
    'https://h/"><script>',
    'mailto:',
    'mailto:a@b,c@d',
    'tel:112',
  ])('are refused otherwise: %s [O6]', (url) => {
    expect(problemsOf({ SUPPORT_URL: url, STATUS_URL: url })).toHaveLength(2);
  });

  test('of which a status is a page, and no address of mail [O6]', () => {
    expect(problemsOf({ STATUS_URL: 'mailto:help@example.com' })).toHaveLength(1);
  });
});
