import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { settingTexts } from '../../docs/setting-texts.ts';
import { type Config, ConfigurationError, readConfig } from '../../src/config/config.ts';
import * as optional from '../../src/config/optional.ts';
import { type SettingName, settings } from '../../src/config/settings.ts';
import { authority, type IssuedCertificate } from '../helpers/certificates.ts';

const REMOTE_URL = 'http://10.0.0.7:8080';

type Variables = Readonly<Record<string, string | undefined>>;

const configWith = (env: Variables) => readConfig({ REMOTE_URL, ...env }, {}, optional);

/** What an operator is told; empty when nothing is wrong. */
function problemsOf(env: Variables): Record<string, string> {
  try {
    readConfig(env, {}, optional);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return Object.fromEntries(error.problems.map(({ setting, problem }) => [setting, problem]));
  }
  return {};
}

const problemsWith = (env: Variables) => problemsOf({ REMOTE_URL, ...env });

describe('the settings', () => {
  let ours: IssuedCertificate;
  let another: IssuedCertificate;
  beforeAll(async () => {
    [ours, another] = await Promise.all([authority(), authority('Another authority')]);
  });

  const defaults = {
    connectTo: { hostname: '10.0.0.7', port: 8080 },
    tls: { mode: 'auto', ca: undefined },
    filteredPaths: [],
    filteredUrlMessage: 'Filtered URL.',
    noHeaders: false,
    lenientBackend: false,
    hostHeader: 'auto',
    publicPath: '',
    trustForwarded: false,
    via: false,
    clientIpHeader: 'x-forwarded-for',
    allowedNetworks: undefined,
    originSecrets: [],
    basicLogIn: undefined,
    payloadQuota: undefined,
    requestTimeoutMs: 11_000,
    debugQueries: true,
    debugKey: undefined,
    metrics: false,
    requestRules: [],
    responseRules: [],
    maintenance: undefined,
    maintenanceAllowed: undefined,
    wake: undefined,
    supportUrl: undefined,
    statusUrl: undefined,
    appName: 'Sample Application',
    generalError: 'AWS Lambda Error',
    branding: { css: undefined, logo: undefined },
    showTargetLink: false,
  } as const;

  const names = Object.keys(settings) as SettingName[];
  const optional = names.filter((name) => name !== 'REMOTE_URL');

  test('need REMOTE_URL alone; everything else has a default [L8]', () => {
    expect(readConfig({ REMOTE_URL })).toEqual({ remoteUrl: expect.anything(), ...defaults });
  });

  test.each(['', ' ', '\t\n', undefined])('count as unset when they hold %j', (nothing) => {
    const env = Object.fromEntries(optional.map((name) => [name, nothing]));
    expect(configWith(env)).toEqual({ remoteUrl: expect.anything(), ...defaults });
    expect(problemsOf({ REMOTE_URL: nothing })).toEqual({ REMOTE_URL: 'is required' });
  });

  test('are frozen once they are read', () => {
    expect(Object.isFrozen(configWith({}))).toBe(true);
  });

  test('have an example that is right, or says with … that it is cut short', () => {
    const examples = names.map((name) => [name, settings[name].example] as const);
    const whole = examples.filter(([, example]) => !example.endsWith('…'));
    expect(problemsOf(Object.fromEntries(whole))).toEqual({});
    expect(examples.length - whole.length).toBe(6);
  });

  test('have a default in the documentation that is the one in force', () => {
    const told = optional.map((name) => [name, settingTexts[name].default] as const);
    const values = told.filter(([, value]) => !value.startsWith('('));
    expect(values.length).toBeGreaterThan(8);
    expect(configWith(Object.fromEntries(values))).toEqual(configWith({}));
  });

  test('may have spaces and line breaks around them', () => {
    expect(configWith({ REQUEST_TIMEOUT: ' 2 \n', NO_HEADERS: '\tyes ' })).toMatchObject({
      requestTimeoutMs: 2000,
      noHeaders: true,
    });
  });

  test('are not disturbed by other variables, whatever they are called', () => {
    expect(configWith({ PATH: '/bin', __proto__: 'x', constructor: 'x', REMOTE_URLS: 'x' })).toEqual(configWith({}));
  });

  describe.each([
    ['NO_HEADERS', 'noHeaders'],
    ['TRUST_FORWARDED', 'trustForwarded'],
    ['DEBUG_QUERIES', 'debugQueries'],
    ['SHOW_TARGET_LINK', 'showTargetLink'],
  ] satisfies [SettingName, keyof Config][])('%s', (name, key) => {
    test('is on or off in several words and any letter case', () => {
      const value = (text: string) => configWith({ [name]: text })[key];
      expect(['true', 'on', 'yes', 'y', '1', 'TRUE', 'On'].map(value)).toEqual(Array(7).fill(true));
      expect(['false', 'off', 'no', 'n', '0', 'FALSE', 'Off'].map(value)).toEqual(Array(7).fill(false));
    });

    test.each(['maybe', '2', 'tru', 'true false', '-1', 'constructor', '__proto__', 'undefined', 'null'])(
      'is never %s',
      (text) => {
        expect(problemsWith({ [name]: text })).toEqual({ [name]: `must be true or false but is "${text}"` });
      },
    );
  });

  describe('ORIGIN_SECRET', () => {
    const long = 'a'.repeat(20);

    test.each(['ORIGIN_SECRET', 'ORIGIN_SECRET_PREVIOUS'] as const)(
      '%s must be long, and fit into a header field',
      (name) => {
        expect(configWith({ [name]: `${long}_.~+/=-Z9` }).originSecrets).toEqual([`${long}_.~+/=-Z9`]);
        for (const value of [long.slice(1), `${long} x`, `${long},x`, `${long}|`, `${long}é`]) {
          const problem = 'must be 20 characters or more, of letters, digits and _ . ~ + / = -';
          expect(problemsWith({ [name]: value })).toEqual({ [name]: problem });
        }
      },
    );

    test('comes before the one that it replaces', () => {
      const env = { ORIGIN_SECRET_PREVIOUS: `${long}-old`, ORIGIN_SECRET: `${long}-new` };
      expect(configWith(env).originSecrets).toEqual([`${long}-new`, `${long}-old`]);
    });
  });

  describe('BASIC_LOGIN', () => {
    const BASIC_LOGIN_SECRET = 'a'.repeat(32);

    test('is on with a secret, for 12 hours or as many as are set [O29]', () => {
      const secret = BASIC_LOGIN_SECRET;
      expect(configWith({ BASIC_LOGIN: 'on', BASIC_LOGIN_SECRET }).basicLogIn).toEqual({
        secret,
        lifetimeMs: 43_200_000,
      });
      expect(configWith({ BASIC_LOGIN: 'on', BASIC_LOGIN_SECRET, BASIC_LOGIN_HOURS: '720' }).basicLogIn).toEqual({
        secret,
        lifetimeMs: 2_592_000_000,
      });
      expect(configWith({ BASIC_LOGIN_SECRET, BASIC_LOGIN_HOURS: '1' }).basicLogIn).toBeUndefined();
    });

    test('needs a secret that cannot be guessed, which is never quoted [O29]', () => {
      expect(problemsWith({ BASIC_LOGIN: 'on' })).toEqual({
        BASIC_LOGIN: 'needs BASIC_LOGIN_SECRET, which encrypts its cookies',
      });
      for (const secret of [BASIC_LOGIN_SECRET.slice(1), `${BASIC_LOGIN_SECRET} x`, `${BASIC_LOGIN_SECRET}é`]) {
        expect(problemsWith({ BASIC_LOGIN: 'on', BASIC_LOGIN_SECRET: secret })).toEqual({
          BASIC_LOGIN_SECRET: 'must be 32 characters or more, of letters, digits and _ . ~ + / = -',
        });
      }
    });

    test.each(['0', '721', '1.5', '-1', '1e2', 'a day'])('does not last %s hours [O29]', (hours) => {
      expect(problemsWith({ BASIC_LOGIN: 'on', BASIC_LOGIN_SECRET, BASIC_LOGIN_HOURS: hours })).toEqual({
        BASIC_LOGIN_HOURS: `must be a whole number of hours, 1 to 720 but is "${hours}"`,
      });
    });
  });

  describe('ALLOWED_CIDRS', () => {
    const CIDRS = { ALLOWED_CIDRS: '10.0.0.0/8' };

    test('is a list of networks', () => {
      expect(configWith(CIDRS).allowedNetworks?.includes('10.1.2.3')).toBe(true);
      expect(problemsWith({ ALLOWED_CIDRS: '10.0.0.0/8,office' })).toEqual({
        ALLOWED_CIDRS: expect.stringMatching(/^must be addresses and networks .* "office" is none but is "10/),
      });
    });

    test('needs ORIGIN_SECRET where forwarded fields are trusted', () => {
      const problem = { ALLOWED_CIDRS: expect.stringMatching(/^needs ORIGIN_SECRET beside TRUST_FORWARDED/) };
      expect(problemsWith({ ...CIDRS, TRUST_FORWARDED: 'true' })).toEqual(problem);
      expect(problemsWith({ ...CIDRS, TRUST_FORWARDED: 'true', ORIGIN_SECRET: 'a'.repeat(20) })).toEqual({});
      expect(problemsWith({ TRUST_FORWARDED: 'true' })).toEqual({});
    });
  });

  describe('CLIENT_IP_HEADER', () => {
    test('is the name of a header field, in any letter case', () => {
      expect(configWith({ CLIENT_IP_HEADER: 'CF-Connecting-IP' }).clientIpHeader).toBe('cf-connecting-ip');
      for (const wrong of ['x-forwarded-for:', 'x forwarded', 'x_forwarded_for'])
        expect(Object.keys(problemsWith({ CLIENT_IP_HEADER: wrong }))).toEqual(['CLIENT_IP_HEADER']);
    });
  });

  describe('REQUEST_TIMEOUT', () => {
    test.each([
      ['1', 1000],
      ['11.0', 11_000],
      ['0.5', 500],
      ['0.001', 1],
      ['25.123456', 25_123],
      ['007', 7000],
      ['900', 900_000],
    ])('%s seconds are %d milliseconds [L8]', (text, milliseconds) => {
      expect(configWith({ REQUEST_TIMEOUT: text }).requestTimeoutMs).toBe(milliseconds);
    });

    test.each([
      ...['abc', '-1', '+1', '1e9', '1e1', '5s', '0x10', '1,5', '.5', '5.', 'NaN', 'Infinity', '1 0', '1_000'],
      ...['0', '0.0', '0.0001', '900.1', '901', '9999', '99999', '1'.repeat(400), '1.1234567', '٣', '１'],
    ])('is never %s [L7]', (text) => {
      expect(problemsWith({ REQUEST_TIMEOUT: text })).toEqual({
        REQUEST_TIMEOUT: expect.stringMatching(/^must be [^;]*seconds.* but is "/),
      });
    });
  });

  describe('PAYLOAD_QUOTA', () => {
    test.each([
      ['1', 1],
      ['5000000', 5_000_000],
      ['999999999999999', 999_999_999_999_999],
    ])('%s is so many bytes [L7]', (text, bytes) => {
      expect(configWith({ PAYLOAD_QUOTA: text }).payloadQuota).toBe(bytes);
    });

    test.each(['abc', '-1', '0', '1e9', '5MB', '1.5', '0x10', '1,000', '1000000000000000', 'NaN', '00'])(
      'is never %s [L7]',
      (text) => {
        expect(problemsWith({ PAYLOAD_QUOTA: text })).toEqual({
          PAYLOAD_QUOTA: `must be a whole number of bytes, 1 or more but is "${text}"`,
        });
      },
    );
  });

  test('make a finite number above 0 of any text, or a problem: never NaN [L7]', () => {
    const numeric = fc.stringMatching(/^[-+]?[\d.,eExX_ ]{0,12}(?:[a-zA-Z]{0,3})$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), numeric), (text) => {
        const env = { REQUEST_TIMEOUT: text, PAYLOAD_QUOTA: text };
        const wrong = problemsWith(env);
        const timeout = 'REQUEST_TIMEOUT' in wrong ? 1 : configWith({ REQUEST_TIMEOUT: text }).requestTimeoutMs;
        const quota = 'PAYLOAD_QUOTA' in wrong ? 1 : (configWith({ PAYLOAD_QUOTA: text }).payloadQuota ?? 1);
        expect(Number.isFinite(timeout) && timeout >= 1 && timeout <= 900_000).toBe(true);
        expect(Number.isSafeInteger(quota) && quota >= 1).toBe(true);
      }),
    );
  });

  describe('HOST_HEADER', () => {
    test.each([
      ['backend', 'backend'],
      ['CLIENT', 'client'],
      ['Auto', 'auto'],
      ['Site.example', 'Site.example'],
      ['wiki', 'wiki'],
      ['site.example:8080', 'site.example:8080'],
      ['site.example.', 'site.example.'],
      ['192.0.2.1:80', '192.0.2.1:80'],
      ['[2001:db8::1]:8443', '[2001:db8::1]:8443'],
    ])('may be %s', (text, value) => {
      expect(configWith({ HOST_HEADER: text }).hostHeader).toBe(value);
    });

    test.each([
      'true',
      'off',
      'a b',
      'https://site.example',
      'site.example/x',
      'user@site.example',
      'site..example',
      '.site.example',
      '-site.example',
      'site.example:',
      'site.example:0',
      'site.example:65536',
      'site.example:http',
      '1',
      '192.0.2.256',
      '2001:db8::1',
      '[2001:db8::g]',
      'a.example,b.example',
    ])('is never %s [S3]', (text) => {
      expect(problemsWith({ HOST_HEADER: text })).toEqual({
        HOST_HEADER: `must be auto, backend, client, or a host name with or without a port but is "${text}"`,
      });
    });
  });

  describe('a HOST_HEADER that looks like a misspelt word', () => {
    test.each([
      ['bakend', 'backend'],
      ['Backend1', 'backend'],
      ['backed', 'backend'],
      ['back-end', 'backend'],
      ['clinet', 'client'],
      ['clients', 'client'],
      ['CLENT', 'client'],
      ['atuo', 'auto'],
      ['autoo', 'auto'],
      ['aut', 'auto'],
    ])('is refused: %s suggests %s', (text, word) => {
      expect(problemsWith({ HOST_HEADER: text })).toEqual({
        HOST_HEADER: `must be ${word}, or a host name with its port but is "${text}"`,
      });
    });

    test.each(['bakend:80', 'bakend.', 'clients.example', 'wiki', 'web', 'localhost', 'grafana', 'bck', 'clinic7'])(
      'is a host when it has a port or a dot, or is no such word: %s',
      (text) => {
        expect(configWith({ HOST_HEADER: text }).hostHeader).toBe(text);
      },
    );
  });

  describe('PUBLIC_PATH', () => {
    test.each([
      ['/live', '/live'],
      ['/live/', '/live'],
      ['/', ''],
      ['/a/b%20c/v1.0', '/a/b%20c/v1.0'],
    ])('may be %s [H50]', (text, value) => {
      expect(configWith({ PUBLIC_PATH: text }).publicPath).toBe(value);
    });

    test.each(['live', 'https://x/live', '//live', '/a//b', '/../live', '/a/.', '/a?b', '/a#b', '/a b', '/%zz', '/<'])(
      'is never %s [H50]',
      (text) => {
        expect(problemsWith({ PUBLIC_PATH: text })).toEqual({
          PUBLIC_PATH: `must be a path that begins with /, without empty or dot segments and without a query but is "${text}"`,
        });
      },
    );
  });

  describe('FILTERED_PATH', () => {
    test.each([
      ['/foobar|/baz', ['/foobar', '/baz']],
      ['|', []],
      ['/foobar|', ['/foobar']],
      ['||/a||/b||', ['/a', '/b']],
      [' /a | /b c ', ['/a', '/b c']],
      ['/a%20b', ['/a%20b']],
      ['/.*|/(a+)+$', ['/.*', '/(a+)+$']],
      ['/', ['/']],
    ])('%s [F21]', (text, paths) => {
      expect(configWith({ FILTERED_PATH: text }).filteredPaths).toEqual(paths);
    });

    test('may have ten thousand entries [F21]', () => {
      const entries = Array.from({ length: 10_000 }, (_, index) => `/entry-${index}`);
      expect(configWith({ FILTERED_PATH: entries.join('|') }).filteredPaths).toEqual(entries);
    });

    test.each(['foobar', '/a|b', '%2Ffoobar', 'http://h/a', '\\a', '*', '(/a'])(
      'with an entry that does not begin with a slash is wrong: %s [F21]',
      (text) => {
        expect(problemsWith({ FILTERED_PATH: text })).toEqual({
          FILTERED_PATH: expect.stringMatching(/^must be paths that begin with \/, separated by \| but is "/),
        });
      },
    );
  });

  test.each([
    ['FILTERED_URL_MSG', 'filteredUrlMessage'],
    ['APP_NAME', 'appName'],
    ['GENERAL_ERROR', 'generalError'],
    ['DEBUG_KEY', 'debugKey'],
  ] satisfies [SettingName, keyof Config][])('%s may be any text', (name, key) => {
    for (const text of ['Closed.', '<b>&"\'', 'ü 中 😀', '$HOME', '0', 'false', 'x'.repeat(4000)]) {
      expect(configWith({ [name]: text })[key]).toBe(text);
    }
  });

  describe('REMOTE_ADDRESS', () => {
    test('is where connections go, on the port of REMOTE_URL unless it has its own', () => {
      const { connectTo, remoteUrl } = configWith({ REMOTE_ADDRESS: '[2001:db8::9]' });
      expect(connectTo).toEqual({ hostname: '2001:db8::9', port: remoteUrl.port });
      expect(configWith({ REMOTE_ADDRESS: 'node7:1' }).connectTo).toEqual({ hostname: 'node7', port: 1 });
    });

    test("is never the function's own Runtime API [S9]", () => {
      const AWS_LAMBDA_RUNTIME_API = '127.0.0.1:9001';
      expect(problemsWith({ REMOTE_ADDRESS: 'localhost:9001', AWS_LAMBDA_RUNTIME_API })).toEqual({
        REMOTE_ADDRESS: "must not be the function's own Runtime API",
      });
    });
  });

  describe('REMOTE_CERT and REMOTE_KEY', () => {
    const https = { REMOTE_URL: 'https://10.0.0.7' };

    test('are shown to the backend', () => {
      const { tls } = configWith({ ...https, REMOTE_CERT: ours.cert, REMOTE_KEY: ours.key });
      expect(tls.client?.cert).toContain('BEGIN CERTIFICATE');
    });

    test('need each other, and https', () => {
      expect(problemsOf({ ...https, REMOTE_CERT: ours.cert })).toEqual({
        REMOTE_CERT: 'needs REMOTE_KEY, the private key of the certificate',
      });
      expect(problemsOf({ ...https, REMOTE_KEY: ours.key })).toEqual({
        REMOTE_KEY: 'needs REMOTE_CERT, the certificate of the key',
      });
      expect(problemsWith({ REMOTE_CERT: ours.cert, REMOTE_KEY: ours.key })).toEqual({
        REMOTE_CERT: 'needs https in REMOTE_URL: plain HTTP has no client certificates',
      });
    });

    test('must belong together; the key is never quoted', () => {
      expect(problemsOf({ ...https, REMOTE_CERT: ours.cert, REMOTE_KEY: another.key })).toEqual({
        REMOTE_CERT: 'must be the certificate of the key in REMOTE_KEY, but belongs to another key',
      });
      expect(problemsOf({ ...https, REMOTE_CERT: ours.cert, REMOTE_KEY: 'hunter2' })).toEqual({
        REMOTE_KEY: 'must be one private key in PEM form',
      });
    });
  });

  describe('REMOTE_TLS', () => {
    const bytes = Array.from({ length: 32 }, (_, index) => (index + 170).toString(16).toUpperCase());

    test.each(['auto', 'verify', 'insecure', 'Verify', 'INSECURE'])('may be %s [S10]', (text) => {
      expect(configWith({ REMOTE_TLS: text }).tls).toEqual({ mode: text.toLowerCase(), ca: undefined });
    });

    test('may be a fingerprint [S10]', () => {
      expect(configWith({ REMOTE_TLS: `sha256:${bytes.join('')}` }).tls).toEqual({
        mode: 'pin',
        pins: { certificates: new Set([bytes.join(':')]), keys: new Set() },
        ca: undefined,
      });
    });

    test.each(['true', 'none', 'sha256:', 'sha1:aa', 'verify insecure'])('is never %s [S10]', (text) => {
      expect(problemsWith({ REMOTE_TLS: text })).toEqual({
        REMOTE_TLS: `must be auto, verify, insecure, or pins separated by commas: sha256: or spki-sha256: and 64 hexadecimal digits but is "${text}"`,
      });
    });
  });

  describe('REMOTE_CA', () => {
    test('is the certificate, whichever way its line breaks were written [S10]', () => {
      const spellings = [
        ours.cert,
        ours.cert.replaceAll('\n', '\r\n'),
        ours.cert.replaceAll('\n', '\\n'),
        ours.cert.replaceAll('\n', '\\r\\n'),
        ours.cert.replaceAll('\n', ' '),
        `# Our authority\n${ours.cert}\n# end`,
      ];
      const pem = `${ours.cert.trim()}\n`.replaceAll('\r', '');
      for (const text of spellings) expect(configWith({ REMOTE_CA: text }).tls.ca).toBe(pem);
    });

    test('may hold several certificates [S10]', () => {
      const { ca } = configWith({ REMOTE_CA: `${ours.cert}\n${another.cert}` }).tls;
      expect(ca?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    });

    const begin = '-----BEGIN CERTIFICATE-----';
    const end = '-----END CERTIFICATE-----';

    test.each([
      ['garbage between markers', () => `${begin}\nQUJD\n${end}`],
      ['nothing between markers', () => `${begin}\n${end}`],
      ['markers the wrong way round', () => `${end}\n${begin}`],
      ['what is no base64', () => `${begin}\n{"a": 1}\n${end}`],
      ['no markers', () => 'ca.pem'],
      ['a certificate that was cut off', () => ours.cert.slice(0, ours.cert.length / 2)],
      ['a certificate with its middle missing', () => `${ours.cert.slice(0, 300)}\n${end}`],
      ['a good certificate and a bad one', () => `${ours.cert}\n${begin}\nQUJD\n${end}`],
      ['a private key', () => ours.key],
      ['a certificate with its private key', () => `${ours.cert}\n${ours.key}`],
    ])('is never %s [L7, S10]', (_, text) => {
      expect(problemsWith({ REMOTE_CA: text() })).toEqual({
        REMOTE_CA: expect.stringMatching(/^must be .*certificates in PEM form/),
      });
    });

    test('is not quoted beyond its first line, because it might be a private key', () => {
      const { REMOTE_CA: problem } = problemsWith({ REMOTE_CA: ours.key });
      expect(problem).toMatch(/ but is "-----BEGIN (?:EC )?PRIVATE KEY-----…"$/);
    });
  });

  describe('REMOTE_URL', () => {
    test.each([
      'backend.example',
      'ftp://h',
      'file:///etc/passwd',
      'unix:/var/run/docker.sock',
      'http://',
      'http:///x',
      'http://h/ x',
      'http://h/#x',
      'http://h/#',
      'http://h:99999',
      'http://h:0',
      'http://[::1',
      'http://user:p4ssw0rd@',
      'http://user:p4ss%zz@h',
      'javascript:alert(1)',
      'http://h\\x',
    ])('is never %s, and is not quoted [M18]', (text) => {
      const { REMOTE_URL: problem = '' } = problemsOf({ REMOTE_URL: text });
      expect(problem).toMatch(/^(?:must|is not|has a)/);
      expect(problem).not.toContain('but is');
      expect(problem).not.toContain('p4ss');
    });

    test.each(['http://10.0.0.7', 'http://127.0.0.1:8080', 'http://localhost', 'http://169.254.1.1', 'http://[::1]'])(
      'may be private: %s [S5]',
      (text) => {
        expect(problemsOf({ REMOTE_URL: text, AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' })).toEqual({});
      },
    );

    test.each([
      ['127.0.0.1:9001', 'http://127.0.0.1:9001/2018-06-01/runtime'],
      ['127.0.0.1:9001', 'http://localhost:9001'],
      ['127.0.0.1:9001', 'http://LOCALHOST.:9001'],
      ['127.0.0.1:9001', 'http://a.localhost:9001'],
      ['127.0.0.1:9001', 'http://[::1]:9001'],
      ['127.0.0.1:9001', 'http://[::ffff:127.0.0.1]:9001'],
      ['127.0.0.1:9001', 'http://[::]:9001'],
      ['127.0.0.1:9001', 'http://127.1:9001'],
      ['127.0.0.1:9001', 'http://127.255.3.2:9001'],
      ['127.0.0.1:9001', 'http://2130706433:9001'],
      ['127.0.0.1:9001', 'http://0x7f.0.0.1:9001'],
      ['127.0.0.1:9001', 'http://0177.0.0.1:9001'],
      ['127.0.0.1:9001', 'http://0.0.0.0:9001'],
      ['127.0.0.1:9001', 'http://0:9001'],
      ['127.0.0.1:9001', 'https://127.0.0.1:9001'],
      ['127.0.0.1:9001', 'http://user:secret@127.0.0.1:9001'],
      ['localhost:9001', 'http://127.0.0.1:9001'],
      ['127.0.0.1:80', 'http://127.0.0.1'],
      ['127.0.0.1', 'http://localhost'],
      ['169.254.100.1:9001', 'http://169.254.100.1:9001'],
      ['169.254.100.1:9001', 'http://[::ffff:169.254.100.1]:9001'],
      ['[fd00::1]:9001', 'http://[FD00:0:0::1]:9001'],
      ['sandbox:9001', 'http://SANDBOX:9001'],
    ])('is never the Runtime API: %s as %s [S5]', (api, text) => {
      expect(problemsOf({ REMOTE_URL: text, AWS_LAMBDA_RUNTIME_API: api })).toEqual({
        REMOTE_URL: "must not be the function's own Runtime API",
      });
    });

    test.each([
      ['127.0.0.1:9001', 'http://127.0.0.1:9002'],
      ['127.0.0.1:9001', 'http://localhost'],
      ['127.0.0.1:9001', 'http://10.0.0.7:9001'],
      ['127.0.0.1:9001', 'http://127.0.0.1.example:9001'],
      ['127.0.0.1:9001', 'http://localhost.example:9001'],
      ['169.254.100.1:9001', 'http://127.0.0.1:9001'],
      ['169.254.100.1:9001', 'http://169.254.100.2:9001'],
      ['', 'http://127.0.0.1:9001'],
      ['not a host', 'http://127.0.0.1:9001'],
      [':0', 'http://127.0.0.1:9001'],
      ['127.0.0.1:0', 'http://127.0.0.1:9001'],
    ])('with the Runtime API at %j may be %s [S5]', (api, text) => {
      expect(problemsOf({ REMOTE_URL: text, AWS_LAMBDA_RUNTIME_API: api })).toEqual({});
    });
  });

  test('that are wrong are told all at once, each with its example [L7, M18]', () => {
    const env = {
      REMOTE_TLS: 'x',
      REMOTE_CA: 'x',
      FILTERED_PATH: 'x',
      NO_HEADERS: 'x',
      HOST_HEADER: 'x y',
      PUBLIC_PATH: 'x',
      TRUST_FORWARDED: 'x',
      PAYLOAD_QUOTA: 'x',
      REQUEST_TIMEOUT: 'x',
      DEBUG_QUERIES: 'x',
      SHOW_TARGET_LINK: 'x',
    };
    const error = (() => {
      try {
        return readConfig(env);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(ConfigurationError);
    const { problems, message } = error as ConfigurationError;
    expect(problems.map(({ setting }) => setting).sort()).toEqual([...Object.keys(env), 'REMOTE_URL'].sort());
    for (const { setting, problem, example } of problems) {
      expect(example).toBe(settings[setting].example);
      expect(message).toContain(`${setting} ${problem}, e.g. ${example}`);
    }
  });

  test('that are secret are never quoted; the others are, cut short', () => {
    const secrets = names.filter((name) => 'secret' in settings[name]);
    expect(secrets).toEqual([
      'REMOTE_URL',
      'REMOTE_KEY',
      'REQUEST_HEADERS',
      'ORIGIN_SECRET',
      'ORIGIN_SECRET_PREVIOUS',
      'WAKE',
      'WAKE_SECRET',
      'BASIC_LOGIN_SECRET',
      'DEBUG_KEY',
    ]);
    const long = 'y'.repeat(200);
    const { REMOTE_URL: url = '', HOST_HEADER: host = '' } = problemsOf({
      REMOTE_URL: `s3cret${long}`,
      HOST_HEADER: `/${long}`,
    });
    expect(url).not.toContain('s3cret');
    expect(host).toBe(
      `must be auto, backend, client, or a host name with or without a port but is "/${'y'.repeat(59)}…"`,
    );
  });

  test('that hold line breaks make no second line in a log', () => {
    const { HOST_HEADER: problem } = problemsWith({ HOST_HEADER: 'a\nERROR b\u001b[31m' });
    expect(problem).toBe(
      'must be auto, backend, client, or a host name with or without a port but is "a\\nERROR b\\u001b[31m"',
    );
  });
});
