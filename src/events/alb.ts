import { STATUS_CODES } from 'node:http';
import { isIP } from 'node:net';
import * as v from 'valibot';
import { ProxyError } from '../failures.ts';
import type { Client, HeaderFields, ProxyResponse } from '../types.ts';
import { bodyOf, bodyPart, responseSize } from './body.ts';
import { entriesOf, fieldsOf, listsOf } from './fields.ts';
import { parse } from './parts.ts';
import { goesAsText, messageEntries } from './payload-v1.ts';
import type { EventSource } from './source.ts';

const claimSchema = v.object({
  version: v.optional(v.undefined()),
  httpMethod: v.unknown(),
  isBase64Encoded: v.unknown(),
  multiValueHeaders: v.optional(v.unknown()),
  requestContext: v.object({ elb: v.object({}), identity: v.optional(v.undefined()) }),
});

const messageSchema = v.object(messageEntries);

/** RFC 7239 §6.2: the load balancer's own health checks come from nowhere, and ask for no host. */
const unknown = 'unknown';

const forms = {
  /** With a port where the load balancer is told to say it. */
  'x-forwarded-for': /^(?:\[([\da-f:.]+)\](?::\d+)?|([\d.]+):\d+|([\da-f:.]+))$/i,
  'x-forwarded-proto': /^(https?)$/,
  'x-forwarded-port': /^(\d{1,5})$/,
  /** The port stays: redirects to a listener on a port of its own need it. */
  host: /^((?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?)$/i,
};

/** What a field says. Of a list the last word counts: the load balancer appends, and the client may have begun it. */
function wordOf(fields: HeaderFields, name: keyof typeof forms): string | undefined {
  const field = fields[name];
  if (typeof field !== 'string') return undefined;
  const word = name === 'host' ? field : field.slice(field.lastIndexOf(',') + 1).trim();
  const found = forms[name]
    .exec(word)
    ?.slice(1)
    .find((part) => part !== undefined);
  if (found !== undefined && (name !== 'x-forwarded-for' || isIP(found) > 0)) return found;
  throw new ProxyError('bad_request', { reason: `event part ${name} is none that a load balancer writes` });
}

/** The event names no client of its own, so that its fields must. */
function clientOf(fields: HeaderFields): Client {
  const protocol = wordOf(fields, 'x-forwarded-proto') === 'http' ? 'http' : 'https';
  return {
    ip: wordOf(fields, 'x-forwarded-for') ?? unknown,
    host: wordOf(fields, 'host') ?? unknown,
    protocol,
    port: Number(wordOf(fields, 'x-forwarded-port') ?? (protocol === 'http' ? 80 : 443)),
  };
}

/** `headers` holds one value for each name. Cookies cannot be joined, so the first stays and the others are lost. */
function singleFields(lists: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const [name, values] of Object.entries(lists)) {
    fields[name] = (name === 'set-cookie' ? values.slice(0, 1) : values).join(', ');
  }
  return fields;
}

/** The load balancer reads the field of its mode and no other. */
function envelope(response: ProxyResponse, isMulti: boolean) {
  const { statusCode } = response;
  const lists = listsOf(response);
  return {
    statusCode,
    statusDescription: `${statusCode} ${STATUS_CODES[statusCode] ?? 'Unknown'}`,
    ...(isMulti ? { multiValueHeaders: lists } : { headers: singleFields(lists) }),
  };
}

/**
 * Application Load Balancer. Path and query arrive as the client wrote them, the query taken apart; its order across
 * names is lost. Health checks are requests like any other.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
const loadBalancer = (name: string, title: string, isMulti: boolean): EventSource => ({
  name,
  title,
  maxResponseBytes: 1_048_576,
  maxDurationMs: 900_000,

  recognises: (event) => v.is(claimSchema, event) && (event.multiValueHeaders != null) === isMulti,

  decode(event) {
    const message = parse(messageSchema, event);
    const headers = fieldsOf(entriesOf(message.multiValueHeaders, message.headers));
    const parameters = entriesOf(message.multiValueQueryStringParameters, message.queryStringParameters);
    return {
      method: message.httpMethod,
      rawPath: message.path,
      rawQuery: parameters.flatMap(([name, values]) => values.map((value) => `${name}=${value}`)).join('&'),
      headers,
      body: bodyOf(message),
      client: clientOf(headers),
      source: name,
    };
  },

  encode: (response) => ({
    ...envelope(response, isMulti),
    ...bodyPart(response.body, goesAsText(listsOf(response), response)),
  }),

  size: (response) => responseSize(envelope(response, isMulti), response.body, goesAsText(listsOf(response), response)),
});

/** A target group as it is by default: of repeated fields and parameters the last arrives, and one cookie can be set. */
export const albSingle = loadBalancer('alb', 'Application Load Balancer', false);

/** A target group with `lambda.multi_value_headers.enabled`. */
export const albMulti = loadBalancer('alb-multi', 'Application Load Balancer with multi-value headers', true);
