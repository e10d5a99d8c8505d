import { describe, expect, test } from '@jest/globals';
import { deployOptions } from '../../infra/options.ts';
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

describe('a word that is no parameter', () => {
  test.each([
    ['http://203.0.113.9', 'Did you mean RemoteUrl=http://203.0.113.9?'],
    ['https://ada:s3cret@203.0.113.9/?key=s3cret', 'Did you mean RemoteUrl=https://203.0.113.9/?'],
    ['203.0.113.9:8080', 'Did you mean RemoteUrl=http://203.0.113.9:8080?'],
    ['ada:s3cret@nowhere', 'as a word with @'],
    ['yes', 'but not yes'],
  ])('%s is told apart, without a password', (word, message) => {
    expect(() => parseParameters([word])).toThrow(message);
    expect(() => parseParameters([word])).not.toThrow('s3cret');
  });

  test('and one that is given twice, or a backend without a scheme, are refused', () => {
    expect(() => parseParameters(['AllowedCidrs=10.0.0.0/8', 'AllowedCidrs='])).toThrow('AllowedCidrs is given twice.');
    expect(() => checkParameters({ RemoteUrl: 'ada:s3cret@203.0.113.9:8080' }, template)).toThrow(
      'RemoteUrl has no scheme: did you mean http://203.0.113.9:8080 (with its user:password)?',
    );
  });
});

describe('an unknown option', () => {
  test.each([
    ['--RemoteUrl=http://a:s3cret@b', 'There is no option --RemoteUrl. Parameters have no dashes: RemoteUrl=…'],
    ['--remote-url', 'Parameters have no dashes: RemoteUrl=…'],
    ['--stackname', 'Did you mean --stack-name?'],
    ['--nothing-like-it', 'There is no option --nothing-like-it.'],
  ])('%s has a hint, and its value is not shown', (word, message) => {
    expect(() => deployOptions([word])).toThrow(message);
    expect(() => deployOptions([word])).not.toThrow('s3cret');
    expect(() => deployOptions([word])).not.toThrow('positional argument');
  });
});
