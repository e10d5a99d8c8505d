import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import tls from 'node:tls';
import type { Config } from '../config/config.ts';
import { isPrivateHost } from '../config/remote-url.ts';

/** An untrusted certificate of the backend, accepted or refused. */
export interface CertificateFinding {
  /** SHA-256 of the certificate, as REMOTE_TLS takes it. */
  readonly fingerprint: string;
  /** Why it is not trusted: OpenSSL's or Node's code. */
  readonly code: string;
}

/** The connections to the one backend: a keep-alive agent made once, and one that never reuses a socket. */
export interface Connections {
  /** Scheme, host and port of the backend, for messages. */
  readonly url: string;
  /** Where the agents connect to. */
  readonly options: http.RequestOptions;
  readonly agent: http.Agent;
  readonly freshAgent: http.Agent;
  /** Opens a request: `http.request` or `https.request`, looked up at call time. */
  request(options: http.RequestOptions): http.ClientRequest;
  /** True when a request may get a socket that has been used before. */
  hasIdleSockets(): boolean;
  /** Closes sockets that were idle too long. No timer could: a frozen sandbox runs none. */
  discardStaleSockets(now: number): void;
  close(): void;
}

/**
 * Idle time in milliseconds after which a socket is not reused. Common backends close an idle connection
 * after 5 s or more (Node's default is 5 s), and a frozen sandbox does not see it.
 */
const maxIdleMs = 4000;

/** Not with getPeerX509Certificate, after which Node's own check finds no names in the certificate and refuses it. */
const fingerprintOf = (socket: tls.TLSSocket) => socket.getPeerCertificate().fingerprint256 ?? 'none';

class CertificatePinError extends Error {
  readonly code = 'CERT_PIN_MISMATCH';
  constructor() {
    super('the certificate is not the one whose fingerprint REMOTE_TLS names');
  }
}

/** Verifies the certificate of a connection that is being opened. */
function verifyCertificate(
  socket: tls.TLSSocket,
  pin: string | undefined,
  onUntrusted: (finding: CertificateFinding) => void,
): void {
  let fingerprint: string | undefined;
  // Before Node's own verification, which closes the socket and takes the certificate with it.
  socket.prependOnceListener('secure', () => {
    fingerprint = fingerprintOf(socket);
  });
  socket.prependOnceListener('error', (error: Error) => {
    // Node's own errors do not have it, and the log names it as the one to pin.
    Object.assign(error, { fingerprint256: fingerprint });
  });
  socket.once('secureConnect', () => {
    const seen = fingerprint ?? 'none';
    if (pin !== undefined) {
      // Still inside the handshake's own callback: no byte of the request has been written.
      if (seen !== pin) socket.destroy(new CertificatePinError());
    } else if (!socket.authorized) {
      onUntrusted({ fingerprint: seen, code: String(socket.authorizationError) });
    }
  });
}

/**
 * Makes an https agent that verifies the certificate when a connection is opened. This is not done in
 * `checkServerIdentity`, because Node does not reuse a keep-alive socket when that is any function but its own. It is no
 * subclass, which would load `tls` for every backend.
 */
function certificateAgent(
  options: https.AgentOptions,
  pin: string | undefined,
  onUntrusted: (finding: CertificateFinding) => void,
): https.Agent {
  const agent = new https.Agent(options);
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (...parameters) => {
    const socket = createConnection(...parameters);
    if (socket instanceof tls.TLSSocket) verifyCertificate(socket, pin, onUntrusted);
    return socket;
  };
  return agent;
}

/** Time at which a socket became idle, by the wall clock: the monotonic clock may stop while the sandbox is frozen. */
const idleSince = new WeakMap<object, number>();

function discardIdle({ freeSockets }: http.Agent, idleBefore: number): void {
  for (const name in freeSockets) {
    for (const socket of freeSockets[name] ?? []) {
      if ((idleSince.get(socket) ?? 0) < idleBefore) socket.destroy();
    }
  }
}

/**
 * Makes the connections for a configuration. Called once per cold start; opens no socket.
 *
 * @param config the remote URL and how certificates are verified
 * @param onUntrusted called for each new connection whose certificate is untrusted, but accepted
 */
export function connect(
  { remoteUrl, tls: policy }: Config,
  onUntrusted: (finding: CertificateFinding) => void,
): Connections {
  const isTls = remoteUrl.protocol === 'https:';
  const verify =
    policy.mode === 'verify' ||
    (policy.mode === 'auto' && (policy.ca !== undefined || !isPrivateHost(remoteUrl.hostname)));
  const pin = policy.mode === 'pin' ? policy.fingerprint : undefined;
  const tlsOptions: https.AgentOptions = {
    rejectUnauthorized: verify,
    // Explicit, so that a backend with nothing but HTTP/2 refuses the handshake instead of sending frames.
    ALPNProtocols: ['http/1.1'],
    ...(policy.ca === undefined ? {} : { ca: policy.ca }),
    // A resumed session carries no certificate to compare with the pin.
    ...(pin === undefined ? {} : { maxCachedSessions: 0 }),
  };
  const agentFor = (options: http.AgentOptions) =>
    isTls ? certificateAgent({ ...options, ...tlsOptions }, pin, onUntrusted) : new http.Agent(options);
  const agent = agentFor({ keepAlive: true });
  agent.on('free', (socket) => idleSince.set(socket, Date.now()));
  const freshAgent = agentFor({ keepAlive: false });
  const { protocol, hostname: host, port } = remoteUrl;
  // Without it Node takes the name for SNI from the Host field, which may be the public host.
  const servername = isIP(host) === 0 ? host.replace(/\.$/, '') : '';
  return {
    url: `${protocol}//${isIP(host) === 6 ? `[${host}]` : host}:${port}/`,
    // Lambda starts Node with this limit; Node's own is 16 KB.
    options: {
      host,
      port,
      maxHeaderSize: 81_920,
      ...(isTls && { rejectUnauthorized: verify, servername }),
    } as http.RequestOptions,
    agent,
    freshAgent,
    request: (options) => (isTls ? https.request(options) : http.request(options)),
    hasIdleSockets() {
      for (const _ in agent.freeSockets) return true;
      return false;
    },
    discardStaleSockets: (now) => discardIdle(agent, now - maxIdleMs),
    close: () => {
      agent.destroy();
      freshAgent.destroy();
    },
  };
}
