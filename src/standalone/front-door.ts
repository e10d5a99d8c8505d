import type { IncomingMessage } from 'node:http';
import type { Client } from '../types.ts';

/** HTTP/1.0 has no Host, and a connection that is gone has no address. */
export const unknown = 'unknown';

/** The hosts that a request names, each with or without a port. */
interface Hosts {
  /** Of the Host field. */
  readonly field: string;
  /** Of the request-target in absolute-form. */
  readonly target: string | undefined;
}

/** What stands in front of the standalone server, and what it vouches for. */
export interface FrontDoor {
  /** Name of the source in the log. */
  readonly source: string;
  /** True when no response may begin before its request is read to its end. */
  readonly isHalfDuplex: boolean;
  clientOf(message: IncomingMessage, hosts: Hosts): Client;
  /** The id that the front door gave to the request. */
  requestIdOf(message: IncomingMessage): string | undefined;
  /** The name of the function, where there is one. */
  functionNameOf(message: IncomingMessage): string | undefined;
}

/** The client itself, or a load balancer or platform of the operator's (TRUST_FORWARDED). */
export const direct: FrontDoor = {
  source: 'http',
  isHalfDuplex: false,
  clientOf: ({ socket }, { field, target }) => ({
    ip: socket.remoteAddress?.replace(/^::ffff:(?=[\d.]+$)/i, '') ?? unknown,
    // An absolute-form overrides Host (RFC 9112 §3.2.2).
    host: target ?? field,
    // A proxy that terminates TLS in front of this server sets X-Forwarded-Proto, which counts with TRUST_FORWARDED.
    protocol: 'http',
    port: socket.localPort ?? 80,
  }),
  requestIdOf: () => undefined,
  functionNameOf: () => undefined,
};
