import * as v from 'valibot';
import { bodyOf } from './body.ts';
import { type Entries, fieldsOf } from './fields.ts';
import { clientInFields } from './fields-client.ts';
import { encodeLattice, maxDurationMs, maxResponseBytes, sizeLattice, splitTarget } from './lattice.ts';
import { flag, lists, method, optionalText, parse, text, texts } from './parts.ts';
import { encodedQuery } from './query.ts';
import type { EventSource } from './source.ts';

const claimSchema = v.object({
  version: v.literal('2.0'),
  method: v.unknown(),
  path: v.optional(v.unknown()),
  requestContext: v.object({
    serviceNetworkArn: v.unknown(),
    http: v.optional(v.undefined()),
    elb: v.optional(v.undefined()),
  }),
});

/** One value for each name, or a list of them. */
const values = v.nullish(v.union([texts, lists], 'must be an object of strings or of lists of strings'));

const eventSchema = v.object({
  path: v.nullish(text, ''),
  method,
  headers: values,
  queryStringParameters: values,
  body: optionalText,
  isBase64Encoded: v.nullish(flag),
});

const entriesIn = (object: v.InferOutput<typeof values>): Entries =>
  Object.entries(object ?? {}).map(([name, value]) => [name, [value].flat().map(String)]);

/**
 * VPC Lattice, event version 2. Fields and parameters arrive as lists of values; the event has no client but in its
 * fields.
 * https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
 */
export const latticeV2: EventSource = {
  name: 'lattice-v2',
  title: 'VPC Lattice, event version 2',
  maxResponseBytes,
  maxDurationMs,

  recognises: (event) => v.is(claimSchema, event),

  decode(event) {
    const payload = parse(eventSchema, event);
    const headers = fieldsOf(entriesIn(payload.headers));
    const { rawPath, rawQuery } = splitTarget(payload.path);
    return {
      method: payload.method,
      rawPath,
      rawQuery: rawQuery ?? encodedQuery(entriesIn(payload.queryStringParameters)),
      headers,
      body: bodyOf(payload),
      client: clientInFields(headers),
      source: this.name,
    };
  },

  encode: encodeLattice,
  size: sizeLattice,
};
