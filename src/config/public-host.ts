import { isIP } from 'node:net';
import { isTypo } from './typo.ts';

const hostHeaderModes = ['auto', 'backend', 'client'];

/** Letters at most by which a typo differs from the word that is meant. */
const maxEdits = 2;

/** Words that somebody writes who takes the setting for a switch. */
const switchWords = new Set(['true', 'false', 'on', 'off', 'yes', 'no', 'y', 'n', 'none']);

const label = '[a-z\\d_](?:[a-z\\d_-]{0,61}[a-z\\d_])?';
const authority = new RegExp(`^(${label}(?:\\.${label})*\\.?|\\[[\\da-f:.]+\\])(?::(\\d{1,5}))?$`, 'i');

/** A name of digits and dots alone is an IPv4 address, or nothing. */
function isHost(host: string): boolean {
  if (host.startsWith('[')) return isIP(host.slice(1, -1)) === 6;
  return /^[\d.]+$/.test(host) ? isIP(host) === 4 : !switchWords.has(host.toLowerCase());
}

/**
 * Reads HOST_HEADER.
 *
 * @param value `auto`, `backend` or `client` in any case, or a host name or address with or without a port
 * @throws {Error} with a sentence that goes on from the setting's name
 * @example hostHeader('Site.example:8080') // 'Site.example:8080'
 */
export function hostHeader(value: string): string {
  const mode = value.toLowerCase();
  if (hostHeaderModes.includes(mode)) return mode;
  const [, host, port = '1'] = authority.exec(value) ?? [];
  if (host === undefined || !isHost(host) || Number(port) < 1 || Number(port) > 65_535)
    throw new Error('must be auto, backend, client, or a host name with or without a port');
  const isOneLabel = !/[.:]/.test(value);
  const meant = isOneLabel && hostHeaderModes.find((word) => isTypo(mode, word, maxEdits));
  if (meant) throw new Error(`must be ${meant}, or a host name with its port`);
  return value;
}

/**
 * Reads PUBLIC_PATH.
 *
 * @param value a path; empty or `/` for none
 * @returns with no slash at its end
 * @throws {Error} with a sentence that goes on from the setting's name
 * @example publicPath('/live/') // '/live'
 */
export function publicPath(value: string): string {
  const path = value.replace(/\/$/, '');
  if (path === '') return '';
  const isPath = /^(?:\/(?:[\w.~!$&'()*+,=:@-]|%[\da-f]{2})+)+$/i.test(path) && !/\/\.{1,2}(?:\/|$)/.test(path);
  if (!isPath) throw new Error('must be a path that begins with /, without empty or dot segments and without a query');
  return path;
}
