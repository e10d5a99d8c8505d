import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Timings } from '../types.ts';

type Phases = { -readonly [phase in keyof Timings['phases']]: Timings['phases'][phase] };

/**
 * The moments of one attempt, noted from the events of Node's request and of its socket. Live: later moments fill in
 * while the body is read. A reused socket has no connection phases.
 */
export class AttemptTimings implements Timings {
  readonly start: number;
  lookup: number | undefined = undefined;
  connect: number | undefined = undefined;
  secureConnect: number | undefined = undefined;
  response: number | undefined = undefined;
  end: number | undefined = undefined;
  readonly phases: Phases = { dns: undefined, tcp: undefined, tls: undefined, firstByte: undefined, total: undefined };
  /** When the last byte of the request was sent, or else when the connection was ready for the first. */
  #sent: number;

  /**
   * @param request Node's request, just opened
   * @param start in milliseconds since the epoch
   */
  constructor(request: ClientRequest, start: number) {
    this.start = start;
    this.#sent = start;
    request.once('socket', (socket) => this.#watchSocket(socket));
    request.once('finish', () => {
      // Node may report it after the response of a fast backend.
      if (this.response === undefined) this.#sent = Date.now();
    });
    request.once('response', () => {
      this.response = Date.now();
      this.phases.firstByte = this.response - this.#sent;
    });
  }

  /** Notes the end of the attempt, whether its response is complete or not. Later calls change nothing. */
  finish(): void {
    if (this.end !== undefined) return;
    this.end = Date.now();
    this.phases.total = this.end - this.start;
  }

  #watchSocket(socket: Socket): void {
    const assigned = Date.now();
    this.#sent = assigned;
    if (!socket.connecting) {
      this.lookup = assigned;
      this.connect = assigned;
      this.secureConnect = assigned;
      return;
    }
    // With several addresses to try, each is announced.
    socket.once('lookup', () => {
      this.lookup = Date.now();
      this.phases.dns = this.lookup - assigned;
    });
    socket.once('connect', () => {
      this.connect = Date.now();
      // An address has no lookup.
      this.phases.dns ??= 0;
      this.phases.tcp = this.connect - (this.lookup ?? assigned);
      this.#sent = this.connect;
    });
    socket.once('secureConnect', () => {
      this.secureConnect = Date.now();
      this.phases.tls = this.secureConnect - (this.connect ?? assigned);
      this.#sent = this.secureConnect;
    });
  }
}
