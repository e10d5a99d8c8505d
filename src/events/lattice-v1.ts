import * as v from 'valibot';
import { bodyOf } from './body.ts';
import { entriesOf, fieldsOf } from './fields.ts';
import { clientInFields } from './fields-client.ts';
import { encodeLattice, maxDurationMs, maxResponseBytes, sizeLattice, splitTarget } from './lattice.ts';
import { flag, method, optionalText, parse, text, texts } from './parts.ts';
import { encodedQuery } from './query.ts';
import type { EventSource } from './source.ts';

const claimSchema = v.object({
  raw_path: v.unknown(),
  method: v.unknown(),
  version: v.optional(v.undefined()),
  requestContext: v.optional(v.undefined()),
});

const eventSchema = v.object({
  raw_path: v.nullish(text, ''),
  method,
  headers: v.nullish(texts),
  query_string_parameters: v.nullish(texts),
  body: optionalText,
  is_base64_encoded: v.nullish(flag),
});

/**
 * VPC Lattice, event version 1. Path and query arrive in one text as the client wrote them; of repeated fields one value
 * arrives, and the event has no client but in its fields.
 * https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
 */
export const latticeV1: EventSource = {
  name: 'lattice-v1',
  title: 'VPC Lattice, event version 1',
  maxResponseBytes,
  maxDurationMs,

  recognises: (event) => v.is(claimSchema, event),

  decode(event) {
    const payload = parse(eventSchema, event);
    const headers = fieldsOf(entriesOf(undefined, payload.headers));
    const { rawPath, rawQuery } = splitTarget(payload.raw_path);
    return {
      method: payload.method,
      rawPath,
      rawQuery: rawQuery ?? encodedQuery(entriesOf(undefined, payload.query_string_parameters)),
      headers,
      body: bodyOf({ body: payload.body, isBase64Encoded: payload.is_base64_encoded }),
      client: clientInFields(headers),
      source: this.name,
    };
  },

  encode: encodeLattice,
  size: sizeLattice,
};
