import type { PublicOrigin } from '../http/request/public-origin.ts';

/** Hosts that browsers trust as they trust https (https://www.w3.org/TR/secure-contexts/#potentially-trustworthy-origin). */
const loopback = /^(?:(?:[\w.-]+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** Returns whether a browser keeps the log-in cookie. Over http it does not, and asks by itself. */
export const keepsCookie = ({ protocol, host }: Pick<PublicOrigin, 'protocol' | 'host'>): boolean =>
  protocol === 'https' || loopback.test(host);
