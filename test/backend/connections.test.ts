import { once } from 'node:events';
import http from 'node:http';
import type https from 'node:https';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { CertificateFinding } from '../../src/backend/certificate-agent.ts';
import { type Connections, connect } from '../../src/backend/connections.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Backend, httpBackend, httpsBackend } from '../helpers/backends.ts';

const connectionsFor = (
  env: Record<string, string>,
  onUntrusted: (finding: CertificateFinding) => void = () => undefined,
) => connect(readConfig(env), { onUntrusted, onEnding: () => undefined });

/** Sends a request and reads the response, on the agent that keeps connections or on the one that does not. */
async function sendRequest({ options, agent, freshAgent, request }: Connections, fresh = false) {
  const backendRequest = request({ ...options, agent: fresh ? freshAgent : agent });
  backendRequest.end();
  const [response] = (await once(backendRequest, 'response')) as [http.IncomingMessage];
  response.resume();
  await once(response, 'end');
  // The connection goes back to the agent a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  return backendRequest.reusedSocket;
}

const idle = ({ agent }: Connections) => Object.values(agent.freeSockets).flat().length;

describe('whose certificate is verified', () => {
  test.each([
    ['https://www.example.com', {}, true],
    ['https://sub.domain.example:8443/base', {}, true],
    ['https://WWW.EXAMPLE.COM.', {}, true],
    ['https://203.0.113.9', {}, false],
    ['https://10.0.0.7', {}, false],
    ['https://[2001:db8::1]:8443', {}, false],
    ['https://localhost', {}, false],
    ['https://intranet', {}, false],
    ['https://nas.local', {}, false],
    ['https://api.internal', {}, false],
    ['https://10.0.0.7', { REMOTE_TLS: 'verify' }, true],
    ['https://www.example.com', { REMOTE_TLS: 'insecure' }, false],
    ['https://www.example.com', { REMOTE_TLS: `sha256:${'ab'.repeat(32)}` }, false],
  ])('%s with %j: %s', (remoteUrl, env, verified) => {
    const { options, agent } = connectionsFor({ REMOTE_URL: remoteUrl, ...env });
    expect((options as https.RequestOptions).rejectUnauthorized).toBe(verified);
    expect((agent as https.Agent).options.rejectUnauthorized).toBe(verified);
  });

  test('is never left to a default, which an environment variable could change [S10]', () => {
    for (const mode of ['auto', 'verify', 'insecure']) {
      const { options } = connectionsFor({ REMOTE_URL: 'https://www.example.com', REMOTE_TLS: mode });
      expect(typeof (options as https.RequestOptions).rejectUnauthorized).toBe('boolean');
    }
  });
});

describe('where connections go', () => {
  test.each([
    ['http://h', 'h', 80],
    ['https://h', 'h', 443],
    ['http://127.0.0.1:8080/base?k=1', '127.0.0.1', 8080],
    ['https://[::1]:8443', '::1', 8443],
    ['http://user:pass@h:81', 'h', 81],
  ])('%s: host %s, port %i, and no name or password [S1]', (remoteUrl, host, port) => {
    const { options, url } = connectionsFor({ REMOTE_URL: remoteUrl });
    expect(options).toMatchObject({ host, port });
    expect(options.auth).toBeUndefined();
    const { origin } = new URL(remoteUrl);
    expect(new URL(url).href).toBe(`${origin}/`);
  });

  test.each([
    ['https://www.example.com', 'www.example.com'],
    ['https://www.example.com.', 'www.example.com'],
    ['https://203.0.113.9', ''],
    ['https://[2001:db8::1]', ''],
  ])('the name that %s sends in SNI is %j [S11]', (remoteUrl, name) => {
    expect((connectionsFor({ REMOTE_URL: remoteUrl }).options as https.RequestOptions).servername).toBe(name);
  });

  test('the agents are made once and open nothing by themselves [N1 N8]', async () => {
    const backend = await httpBackend((_request, response) => response.end());
    const { agent, freshAgent } = connectionsFor({ REMOTE_URL: backend.url });
    expect(agent).toBeInstanceOf(http.Agent);
    expect(agent).not.toBe(freshAgent);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(backend.connections).toBe(0);
    await backend.close();
  });

  test('http.request and https.request are looked up when a request is made, so that a tracer may replace them', async () => {
    const backend = await httpBackend((_request, response) => response.end());
    const connections = connectionsFor({ REMOTE_URL: backend.url });
    const original = http.request;
    let seen = 0;
    http.request = ((...parameters: Parameters<typeof original>) => {
      seen += 1;
      return original(...parameters);
    }) as typeof original;
    await sendRequest(connections).finally(() => {
      http.request = original;
    });
    expect(seen).toBe(1);
    connections.close();
    await backend.close();
  });
});

describe('idle connections', () => {
  let backend: Backend;
  let connections: Connections;
  afterEach(() => {
    connections.close();
    return backend.close();
  });

  test.each(['http', 'https'])(
    'one that is young is kept, and one that is older than 4 s is closed, %s [N2]',
    async (scheme) => {
      const listener: http.RequestListener = (_request, response) => response.end();
      backend = scheme === 'http' ? await httpBackend(listener) : (await httpsBackend(listener)).backend;
      connections = connectionsFor({ REMOTE_URL: backend.url });
      expect(await sendRequest(connections)).toBe(false);

      connections.discardStaleSockets(Date.now() + 3500);
      expect(await sendRequest(connections)).toBe(true);
      expect(backend.connections).toBe(1);

      connections.discardStaleSockets(Date.now() + 4500);
      expect(await sendRequest(connections)).toBe(false);
      expect(backend.connections).toBe(2);
    },
  );

  test('each is closed by its own age [N2]', async () => {
    backend = await httpBackend((_request, response) => response.end());
    connections = connectionsFor({ REMOTE_URL: backend.url });
    await Promise.all([sendRequest(connections), sendRequest(connections)]);
    expect(idle(connections)).toBe(2);
    const bothSince = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 30));
    await sendRequest(connections);
    connections.discardStaleSockets(bothSince + 4015);
    await new Promise((resolve) => setImmediate(resolve));
    expect(idle(connections)).toBe(1);
  });

  test('one that the backend has ended is not used again, whatever its age [N2]', async () => {
    const sockets: import('node:net').Socket[] = [];
    backend = await httpBackend((request, response) => {
      sockets.push(request.socket);
      response.end();
    });
    connections = connectionsFor({ REMOTE_URL: backend.url });
    await sendRequest(connections);
    sockets[0]?.end();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await sendRequest(connections)).toBe(false);
    expect(backend.connections).toBe(2);
  });

  test('a fresh connection is never one that was used, and is never kept', async () => {
    backend = await httpBackend((_request, response) => response.end());
    connections = connectionsFor({ REMOTE_URL: backend.url });
    await sendRequest(connections);
    expect(await sendRequest(connections, true)).toBe(false);
    expect(await sendRequest(connections, true)).toBe(false);
    expect(backend.connections).toBe(3);
    expect(await sendRequest(connections)).toBe(true);
  });

  test('close leaves none', async () => {
    backend = await httpBackend((_request, response) => response.end());
    connections = connectionsFor({ REMOTE_URL: backend.url });
    await sendRequest(connections);
    connections.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(idle(connections)).toBe(0);
  });
});

describe('findings', () => {
  test('each new connection with an untrusted certificate is reported, with fingerprint and reason', async () => {
    const { backend, fingerprint } = await httpsBackend((_request, response) => response.end());
    const found: CertificateFinding[] = [];
    const connections = connectionsFor({ REMOTE_URL: backend.url }, (finding) => found.push(finding));
    for (const _ of [1, 2]) await sendRequest(connections);
    await sendRequest(connections, true);
    expect(found).toEqual([
      { fingerprint, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      { fingerprint, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    ]);
    connections.close();
    await backend.close();
  });

  test('a pinned certificate is nothing to report', async () => {
    const { backend, fingerprint } = await httpsBackend((_request, response) => response.end());
    const found: CertificateFinding[] = [];
    const env = { REMOTE_URL: backend.url, REMOTE_TLS: `sha256:${fingerprint}` };
    const connections = connectionsFor(env, (finding) => found.push(finding));
    await sendRequest(connections);
    expect(found).toEqual([]);
    connections.close();
    await backend.close();
  });

  test('the error of a refused certificate has its fingerprint', async () => {
    const { backend, fingerprint } = await httpsBackend((_request, response) => response.end());
    const connections = connectionsFor({ REMOTE_URL: backend.url, REMOTE_TLS: 'verify' });
    await expect(sendRequest(connections)).rejects.toMatchObject({ fingerprint256: fingerprint });
    connections.close();
    await backend.close();
  });
});
