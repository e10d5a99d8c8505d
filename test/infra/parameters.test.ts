import { describe, expect, test } from '@jest/globals';
import { checkParameters, defaultsOf, parseParameters, settingName } from '../../infra/parameters.ts';
import { readTemplate } from '../../infra/template.ts';
import { settings } from '../../src/config/settings.ts';

const template = readTemplate();

/** What a person is told; empty when nothing is wrong. */
function told(parameters: Record<string, string>): string {
  try {
    checkParameters(parameters, template);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('parameters', () => {
  test('are Name=value, and a value may have anything in it', () => {
    expect(parseParameters(['RemoteUrl=https://h/?a=b', 'AppName=', 'RemoteCa=-----BEGIN\nx'])).toEqual({
      RemoteUrl: 'https://h/?a=b',
      AppName: '',
      RemoteCa: '-----BEGIN\nx',
    });
  });

  test.each(['https://203.0.113.9', 'RemoteUrl', '=x', '-RemoteUrl=x', '9=x'])('are not %j', (word) => {
    expect(() => parseParameters([word])).toThrow(`given as Name=value`);
  });

  test.each([
    ['RemoteURL', 'RemoteUrl'],
    ['REMOTE_URL', 'RemoteUrl'],
    ['remote-url', 'RemoteUrl'],
    ['RemoteUrls', 'RemoteUrl'],
    ['RemoteTsl', 'RemoteTls'],
    ['MemorySise', 'MemorySize'],
    ['EnableHttpApi', 'There are RemoteUrl, RemoteAddress, RemoteTls'],
  ])('that do not exist are told with what may have been meant: %s', (name, hint) => {
    expect(told({ [name]: 'x' })).toMatch(new RegExp(`^The template has no parameter ${name}\\. .*${hint}`));
  });

  test('that the deployment fills in cannot be given', () => {
    expect(told({ CodeBucket: 'mine' })).toMatch(/^The template has no parameter CodeBucket/);
  });

  test.each([
    ['InvokeMode', 'STREAM', 'InvokeMode must be one of BUFFERED, RESPONSE_STREAM, but is "STREAM".'],
    ['RemoteUrl', 'ada:pw@h', 'RemoteUrl must be an address that begins with http:// or https://.'],
    ['DebugQueries', 'yes', 'DebugQueries must be one of true, false, but is "yes".'],
    ['MemorySize', '128', 'MemorySize must be a whole number from 256 to 10240, but is "128".'],
    ['MemorySize', '512MB', 'MemorySize must be a whole number from 256 to 10240, but is "512MB".'],
    ['LogRetentionDays', '13', 'LogRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 180, 365, but is "13".'],
    [
      'CertificateArn',
      'arn:aws:acm:eu-central-1:123456789012:certificate/x',
      'CertificateArn must be a certificate of ACM in us-east-1, where CloudFront takes its own from, but is "arn:aws:acm:eu-central-1:123456789012:certificate/x".',
    ],
  ])('%s=%s is told before anything is built, and a secret is not repeated', (name, value, message) => {
    expect(told({ [name]: value })).toBe(message);
  });

  test('are told of all at once', () => {
    expect(told({ Nothing: '1', Timeout: '0', AppName: 'fine' }).split('\n')).toHaveLength(2);
  });

  test('the template’s own defaults are allowed', () => {
    const { CodeBucket, CodeKey, ...defaults } = defaultsOf(template);
    expect([CodeBucket, CodeKey]).toEqual([undefined, undefined]);
    expect(Object.keys(defaults).length).toBeGreaterThan(30);
    expect(told(defaults)).toBe('');
  });

  test('are named after the settings', () => {
    expect(['RemoteUrl', 'NoHeaders', 'AllowedCidrs', 'FilteredUrlMsg', 'ClientIpHeader'].map(settingName)).toEqual([
      'REMOTE_URL',
      'NO_HEADERS',
      'ALLOWED_CIDRS',
      'FILTERED_URL_MSG',
      'CLIENT_IP_HEADER',
    ]);
    const named = Object.keys(template.Parameters).map(settingName);
    expect(named).toEqual(expect.arrayContaining(Object.keys(settings)));
  });
});
