import { describe, expect, test } from '@jest/globals';
import { readDoctorOptions } from '../../infra/doctor/command-line.ts';
import { suggestedUrl } from '../../infra/suggested-url.ts';
import { command } from './command.ts';

describe('an address without a scheme', () => {
  test.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['127.0.0.1', 'http://127.0.0.1'],
    ['localhost:3000/app', 'http://localhost:3000/app'],
    ['localhost', 'http://localhost'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['203.0.113.9:8443', 'https://203.0.113.9:8443'],
    ['intranet:443', 'https://intranet:443'],
    ['www.example.org', 'https://www.example.org'],
    ['www.example.org/shop?a=b', 'https://www.example.org/shop'],
    ['www.example.org:8080', 'http://www.example.org:8080'],
    ['nas.local', 'http://nas.local'],
    ['//10.0.0.7:8080', 'http://10.0.0.7:8080'],
    ['http:/10.0.0.7', 'http://10.0.0.7'],
    ['http//10.0.0.7', 'http://10.0.0.7'],
    ['htps://10.0.0.7', 'https://10.0.0.7'],
    ['wss://10.0.0.7/live', 'https://10.0.0.7/live'],
    ['ada:s3cret@10.0.0.7:8080', 'http://10.0.0.7:8080'],
    ['2001:db8::7', 'http://[2001:db8::7]'],
    ['::1', 'http://[::1]'],
  ])('%s means %s', (word, url) => {
    expect(suggestedUrl(word)).toBe(url);
    for (const commandLine of [[word], [`RemoteUrl=${word}`]]) {
      const read = () => readDoctorOptions(commandLine);
      expect(read).toThrow(`did you mean ${url}`);
      expect(read).not.toThrow('s3cret');
    }
    expect(() => readDoctorOptions([], word)).toThrow(`did you mean ${url}`);
  });

  test.each(['gopher://a', 'yes', 'a b', '', 'ftp://10.0.0.7', '10.0.0.7:8080:9', 'mailto:a@b'])(
    'is not %j',
    (word) => {
      expect(suggestedUrl(word)).toBeUndefined();
    },
  );
});

describe('the command line', () => {
  test('takes every parameter of the template, a path, a public host and a stack', () => {
    const parameters = ['RemoteAddress=203.0.113.9:8443', 'RemoteCert=x', 'HostHeader=client'];
    const options = ['--path', '/a', '--public-host', 'site.example.net', '--json', '--region', 'eu-north-1'];
    expect(readDoctorOptions(['https://h', ...parameters, ...options])).toEqual({
      help: false,
      json: true,
      path: '/a',
      publicHost: 'site.example.net',
      stackName: undefined,
      region: 'eu-north-1',
      profile: undefined,
      parameters: {
        RemoteUrl: 'https://h',
        RemoteAddress: '203.0.113.9:8443',
        RemoteCert: 'x',
        HostHeader: 'client',
      },
    });
    expect(readDoctorOptions(['--stack-name', 'x'], 'http://of-the-environment').parameters).toEqual({});
    expect(readDoctorOptions([], 'http://of-the-environment').parameters['RemoteUrl']).toBe(
      'http://of-the-environment',
    );
  });

  test.each([
    [['https://a', '--public-host', 'a b'], '--public-host must be a host name'],
    [['https://a', 'RemoteUrl'], 'given as Name=value'],
    [['--stack-name', 'x', 'https://a', 'https://b'], 'Name one backend'],
    [['https://a', '/admin'], 'Did you mean --path /admin?'],
    [['https://a', '--pat=/x'], 'There is no option --pat. Did you mean --path?'],
    [['https://a', '--remote-tls', 'verify'], 'Parameters have no dashes: RemoteTls=…'],
    [['https://a', 'RemoteTls=verify', 'RemoteTls=auto'], 'RemoteTls is given twice'],
  ])('refuses %j', (commandLine, message) => {
    expect(() => readDoctorOptions(commandLine)).toThrow(message);
  });

  test('prints its usage with --help', async () => {
    const { exitCode, output } = await command('doctor.ts', ['--help']);
    expect([exitCode, output]).toEqual([0, expect.stringContaining('--stack-name NAME')]);
  });

  test('is shown with 127.0.0.1:8080 what is meant, as one sentence', async () => {
    const { exitCode, errors } = await command('doctor.ts', ['127.0.0.1:8080']);
    expect([exitCode, errors.trim()]).toEqual([2, 'RemoteUrl has no scheme: did you mean http://127.0.0.1:8080?']);
  });
});
