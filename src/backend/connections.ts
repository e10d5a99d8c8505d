import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Config } from '../config/config.ts';
import { maxHeaderSectionBytes } from '../http/header-section.ts';
import { type CertificateObserver, certificateAgent, nodeVerifies } from './certificate-agent.ts';

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
 * @param observer learns of untrusted certificates that are accepted, and of accepted ones that end soon
 */
export function connect(config: Config, observer: CertificateObserver): Connections {
  const { remoteUrl } = config;
  const { hostname: host, port } = config.connectTo;
  const isTls = remoteUrl.protocol === 'https:';
  const agentFor = (options: http.AgentOptions) =>
    isTls ? certificateAgent(options, config, observer) : new http.Agent(options);
  const agent = agentFor({ keepAlive: true });
  agent.on('free', (socket) => idleSince.set(socket, Date.now()));
  const freshAgent = agentFor({ keepAlive: false });
  const { protocol, hostname } = remoteUrl;
  // Without it Node takes the name for SNI from the Host field, which may be the public host. Over HTTP too, where it needs
  // none, and at a cold start only compiling the pattern for an IPv6 address takes milliseconds.
  const servername = isTls && isIP(hostname) === 0 ? hostname.replace(/\.$/, '') : '';
  return {
    url: `${protocol}//${isIP(host) === 6 ? `[${host}]` : host}:${port}/`,
    options: {
      host,
      port,
      maxHeaderSize: maxHeaderSectionBytes,
      servername,
      ...(isTls && { rejectUnauthorized: nodeVerifies(config) }),
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
