import { describe, expect, test } from '@jest/globals';
import { readServerSettings, readUploadLimits } from '../../src/standalone/settings.ts';

describe('The settings of the standalone server', () => {
  test('have defaults, and an empty variable counts as unset', () => {
    const defaults = {
      host: undefined,
      port: 8080,
      healthPath: '/.lambda-rproxy/health',
      drainTimeoutMs: 25_000,
      maxConnections: 2000,
      clientTimeoutMs: 60_000,
      isHalfDuplex: false,
    };
    expect(readServerSettings({})).toEqual(defaults);
    expect(readServerSettings({ HOST: '', PORT: ' ', HEALTH_PATH: '', DRAIN_TIMEOUT: '' })).toEqual(defaults);
  });

  test('are read from the environment', () => {
    const env = { HOST: '::1', PORT: '65535', HEALTH_PATH: '/healthz', DRAIN_TIMEOUT: '0' };
    expect(readServerSettings({ ...env, MAX_CONNECTIONS: '500', CLIENT_TIMEOUT: '30' })).toEqual({
      host: '::1',
      port: 65_535,
      healthPath: '/healthz',
      drainTimeoutMs: 0,
      maxConnections: 500,
      clientTimeoutMs: 30_000,
      isHalfDuplex: false,
    });
  });

  test.each([
    ['0.0.0.0:3000', '0.0.0.0', 3000],
    [' [::]:3000 ', '::', 3000],
    ['localhost:65535', 'localhost', 65_535],
  ])('of a Web Function name where to listen, in place of HOST and PORT: %s', (endpoint, host, port) => {
    const env = { AWS_LAMBDA_HTTP_ENDPOINT: endpoint, HOST: '127.0.0.1', PORT: '8080' };
    expect(readServerSettings(env)).toMatchObject({ host, port, maxConnections: 400, isHalfDuplex: true });
    expect(readServerSettings({ ...env, MAX_CONNECTIONS: '500' })).toMatchObject({ maxConnections: 500 });
  });

  test.each([
    [undefined, 800],
    ['60', 800],
    ['0', 0],
  ])(
    'of a Web Function drain within the second that Lambda gives after SIGTERM: DRAIN_TIMEOUT=%s',
    (value, expected) => {
      const env = { AWS_LAMBDA_HTTP_ENDPOINT: '0.0.0.0:3000', DRAIN_TIMEOUT: value };
      expect(readServerSettings(env)).toMatchObject({ drainTimeoutMs: expected });
    },
  );

  test('bound uploads by REQUEST_TIMEOUT and CLIENT_TIMEOUT; a wrong REQUEST_TIMEOUT is left to the proxy to report', () => {
    expect(readUploadLimits({ REQUEST_TIMEOUT: '2.5', CLIENT_TIMEOUT: '30' })).toEqual({
      silenceMs: 2500,
      windowMs: 30_000,
    });
    expect(readUploadLimits({})).toEqual({ silenceMs: 11_000, windowMs: 60_000 });
    expect(readUploadLimits({ REQUEST_TIMEOUT: 'soon' })).toEqual({ silenceMs: 11_000, windowMs: 60_000 });
  });

  test.each([
    ['PORT', '65536', 'must be a TCP port from 0 to 65535, e.g. PORT=8080, but is "65536"'],
    ['PORT', 'http', 'must be a TCP port'],
    ['PORT', '-1', 'must be a TCP port'],
    ['PORT', '8e3', 'must be a TCP port'],
    ['HEALTH_PATH', 'healthz', 'must be a path that begins with a slash'],
    ['HEALTH_PATH', '/a?b', 'must be a path that begins with a slash'],
    ['HEALTH_PATH', '/a b', 'must be a path that begins with a slash'],
    ['DRAIN_TIMEOUT', '3601', 'must be whole seconds from 0 to 3600'],
    ['DRAIN_TIMEOUT', '2.5', 'must be whole seconds'],
    ['MAX_CONNECTIONS', '0', 'must be a whole number from 1 to 100000'],
    ['MAX_CONNECTIONS', '100001', 'must be a whole number'],
    ['CLIENT_TIMEOUT', '0', 'must be whole seconds from 1 to 3600'],
    ['CLIENT_TIMEOUT', '3601', 'must be whole seconds'],
    [
      'AWS_LAMBDA_HTTP_ENDPOINT',
      '0.0.0.0',
      'must be a host and a TCP port, e.g. AWS_LAMBDA_HTTP_ENDPOINT=0.0.0.0:3000',
    ],
    ['AWS_LAMBDA_HTTP_ENDPOINT', '3000', 'must be a host and a TCP port'],
    ['AWS_LAMBDA_HTTP_ENDPOINT', ':3000', 'must be a host and a TCP port'],
    ['AWS_LAMBDA_HTTP_ENDPOINT', '0.0.0.0:65536', 'must be a host and a TCP port'],
    ['AWS_LAMBDA_HTTP_ENDPOINT', '0.0.0.0:http', 'must be a host and a TCP port'],
    ['AWS_LAMBDA_HTTP_ENDPOINT', 'http://0.0.0.0:3000', 'must be a host and a TCP port'],
    ['AWS_LAMBDA_HTTP_ENDPOINT', '0.0.0.0:3000/', 'must be a host and a TCP port'],
    ['AWS_LAMBDA_HTTP_ENDPOINT', '::1:3000', 'must be a host and a TCP port'],
  ])('that are wrong are named, with what is wrong and an example: %s=%s', (name, value, problem) => {
    expect(() => readServerSettings({ [name]: value })).toThrow(`${name} ${problem}`);
  });

  test('that are wrong are all told at once', () => {
    expect(() => readServerSettings({ PORT: 'x', DRAIN_TIMEOUT: 'y' })).toThrow(/PORT [\s\S]*DRAIN_TIMEOUT /);
  });
});
