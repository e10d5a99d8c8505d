import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { addressIn } from '../http/request/client-address.ts';
import { isRequestId } from '../http/request-id.ts';
import { direct, type FrontDoor, unknown } from './front-door.ts';

/*
 * AWS Lambda Web Functions: Lambda runs an HTTP server instead of a handler. This file has everything that the proxy and
 * its local emulator assume of them. It is taken from AWS's developer guide of November 2026 (page web-functions-http)
 * and AWS's public agent toolkit; nothing of it was tried on AWS.
 */

/** What Lambda does to a request and to its response. */
export const contract = {
  /** Others are a 400 before the server is called. */
  methods: new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS', 'DELETE']),
  /** More header lines than this are a 431. */
  maxHeaderLines: 6300,
  /** Request fields that Lambda removes, beside those that Connection names. */
  removedRequestFields: new Set([
    'connection',
    'keep-alive',
    'upgrade',
    'expect',
    'te',
    'trailer',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'x-real-ip',
    'x-http-method-override',
    'x-http-method',
    'x-method-override',
  ]),
  /** Response fields that Lambda removes, beside those that Connection names. */
  removedResponseFields: new Set([
    'connection',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ]),
  /** Begins the names of the fields that Lambda alone writes, in both directions. */
  prefix: 'lambda-web-',
} as const;

/** Variables that Lambda sets. */
export const variables = {
  /** Host and port to listen on; readiness is probed there within 10 seconds. */
  endpoint: 'AWS_LAMBDA_HTTP_ENDPOINT',
  initializationType: 'AWS_LAMBDA_INITIALIZATION_TYPE',
} as const;

/** Request fields that Lambda adds. */
export const added = {
  requestId: `${contract.prefix}request-id`,
  endpointName: `${contract.prefix}endpoint-name`,
  /** The address of the peer is appended to it. */
  client: 'x-forwarded-for',
} as const;

/** Milliseconds for requests under way after SIGTERM: Lambda ends the process one second after it. */
export const maxDrainMs = 800;

/** Connections of clients at one time: each may need one to the backend, and an environment has 1,024 descriptors. */
export const maxConnections = 400;

const endpointForm = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i;

/** Parses the address to listen on. */
export const endpointParser = v.optional(
  v.pipe(
    v.string(),
    v.check((text) => Number(endpointForm.exec(text)?.[3] ?? Number.NaN) <= 65_535, 'must be a host and a TCP port'),
    v.transform((text) => {
      const [, inBrackets, name, port] = endpointForm.exec(text) ?? [];
      return { host: inBrackets ?? name, port: Number(port) };
    }),
  ),
);

const textOf = ({ headers }: IncomingMessage, name: string): string => String(headers[name] ?? '');

/** Lambda appends the address of its peer; everything before it is the client's word, even an open quote. */
function clientIn(message: IncomingMessage): string | undefined {
  const list = textOf(message, added.client);
  return addressIn(list.slice(list.lastIndexOf(',') + 1).trim());
}

/** Makes the front door of a Web Function. Lambda does not name the function; FUNCTION_NAME of the template does. */
function webFunction({ FUNCTION_NAME: functionName }: NodeJS.ProcessEnv): FrontDoor {
  return {
    source: 'web-function',
    isHalfDuplex: true,
    clientOf: (message, { field }) => ({
      ip: clientIn(message) ?? unknown,
      // Lambda routes on Host. The absolute-form of a request-target would be the client's word.
      host: field,
      protocol: 'https',
      port: 443,
    }),
    requestIdOf(message) {
      const id = textOf(message, added.requestId);
      return isRequestId(id) ? id : undefined;
    },
    functionNameOf(message) {
      const endpoint = textOf(message, added.endpointName);
      return functionName || (/^[\w.-]{1,140}$/.test(endpoint) ? endpoint : undefined);
    },
  };
}

/**
 * Returns the front door of the standalone server: that of a Web Function where Lambda names the address to listen on.
 *
 * @param env the environment variables
 */
export const frontDoorOf = (env: NodeJS.ProcessEnv): FrontDoor =>
  env[variables.endpoint]?.trim() ? webFunction(env) : direct;
