import { STATUS_CODES } from 'node:http';
import * as v from 'valibot';
import type { ProxyResponse } from '../types.ts';
import { bodyOf, bodyPart, responseSize } from './body.ts';
import { entriesOf, fieldsOf, isFilled, listsOf, singleFields } from './fields.ts';
import { clientInFields } from './fields-client.ts';
import { parse } from './parts.ts';
import { goesAsText, messageEntries } from './payload-v1.ts';
import { joinedQuery } from './query.ts';
import type { EventSource } from './source.ts';

const claimSchema = v.object({
  version: v.optional(v.undefined()),
  httpMethod: v.unknown(),
  multiValueHeaders: v.optional(v.unknown()),
  headers: v.optional(v.unknown()),
  requestContext: v.object({ elb: v.object({}), identity: v.optional(v.undefined()) }),
});

/** Every request has fields, a health check too. */
const hasFields = ({ multiValueHeaders, headers }: v.InferOutput<typeof claimSchema>) =>
  multiValueHeaders != null || headers != null;

/** True for an event with multi-value headers; an empty list beside filled `headers` is an emulator's. */
const isMultiValue = ({ multiValueHeaders, headers }: v.InferOutput<typeof claimSchema>) =>
  multiValueHeaders != null && (isFilled(multiValueHeaders) || !isFilled(headers));

const messageSchema = v.object(messageEntries);

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

  recognises: (event) => v.is(claimSchema, event) && hasFields(event) && isMultiValue(event) === isMulti,

  decode(event) {
    const message = parse(messageSchema, event);
    const headers = fieldsOf(entriesOf(message.multiValueHeaders, message.headers));
    const parameters = entriesOf(message.multiValueQueryStringParameters, message.queryStringParameters);
    return {
      method: message.httpMethod,
      rawPath: message.path,
      rawQuery: joinedQuery(parameters),
      headers,
      body: bodyOf(message),
      client: clientInFields(headers),
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
