import { STATUS_CODES } from 'node:http';
import type { ProxyResponse } from '../types.ts';
import { type BodyPart, bodyPart, responseSize } from './body.ts';
import { listsOf, singleFields } from './fields.ts';
import { goesAsText } from './payload-v1.ts';

/** What both event versions of VPC Lattice share. https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html */

/** Largest response that Lambda itself carries; a service has no smaller limit. */
export const maxResponseBytes = 6_291_556;

/** A service closes a connection on which nothing comes for a minute. */
export const maxDurationMs = 60_000;

/** A path and query in one text, as the client wrote them. */
export function splitTarget(target: string): { rawPath: string; rawQuery: string | undefined } {
  const mark = target.indexOf('?');
  if (mark === -1) return { rawPath: target, rawQuery: undefined };
  return { rawPath: target.slice(0, mark), rawQuery: target.slice(mark + 1) };
}

/** A response in the shape that VPC Lattice takes, whatever the version of its event. */
interface LatticeResult extends BodyPart {
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly headers: Record<string, string>;
}

function envelope(response: ProxyResponse) {
  const { statusCode } = response;
  const statusDescription = `${statusCode} ${STATUS_CODES[statusCode] ?? 'Unknown'}`;
  return { statusCode, statusDescription, headers: singleFields(listsOf(response)) };
}

/** Makes the response object. Of several cookies the first can be set. */
export const encodeLattice = (response: ProxyResponse & { body: Buffer }): LatticeResult => ({
  ...envelope(response),
  ...bodyPart(response.body, goesAsText(listsOf(response), response)),
});

/** Size in bytes of the response object as Lambda measures it. */
export const sizeLattice = (response: ProxyResponse & { body: Buffer }): number =>
  responseSize(envelope(response), response.body, goesAsText(listsOf(response), response));
