import { eventBody, fieldLists, grouped, lastOf, publicFields, responseOf, splitTarget } from './event-parts.ts';
import type { Front, FrontRequest } from './front.ts';

/** Query parameters, not decoded. */
const rawParameters = (rawQuery: string) =>
  grouped(
    rawQuery
      .split('&')
      .filter((part) => part !== '')
      .map((part) => {
        const equals = part.indexOf('=');
        return equals === -1 ? ([part, ''] as const) : ([part.slice(0, equals), part.slice(equals + 1)] as const);
      }),
  );

function eventOf(request: FrontRequest, domainName: string, isMulti: boolean) {
  const { path, rawQuery } = splitTarget(request.target);
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, { values }] of fieldLists(request.rawHeaders)) fields[name] = values;
  const ownFields = publicFields(fields['x-forwarded-for'] ?? [], domainName, request.sourceIp);
  for (const [name, value] of Object.entries(ownFields)) fields[name] = [value];
  const parameters = rawParameters(rawQuery);
  return {
    requestContext: {
      elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/local/0123456789abcdef' },
    },
    httpMethod: request.method,
    path,
    ...(isMulti
      ? { multiValueQueryStringParameters: parameters, multiValueHeaders: fields }
      : { queryStringParameters: lastOf(parameters), headers: lastOf(fields) }),
    ...eventBody(request, fields['content-type']?.at(-1), fields['content-encoding']?.at(-1)),
  };
}

interface AlbResult {
  readonly headers?: Record<string, string>;
  readonly multiValueHeaders?: Record<string, string[]>;
}

/** The header fields that the load balancer reads: those of its mode, and no others. */
function fieldsOf({ headers, multiValueHeaders }: AlbResult, isMulti: boolean): [name: string, value: string][] {
  const lists = isMulti ? multiValueHeaders : headers;
  if (lists === undefined) throw new TypeError('the response lacks the header fields of the target group’s mode');
  return Object.entries(lists).flatMap(([name, value]) => [value].flat().map((item): [string, string] => [name, item]));
}

const loadBalancer = (source: string, title: string, isMulti: boolean): Front => ({
  source,
  title,
  domainName: 'local-1234567890.us-east-1.elb.amazonaws.com',
  remappedFields: [],
  maxRequestBytes: 1_048_576,
  maxResultBytes: 1_048_576,

  toEvent(request) {
    return eventOf(request, this.domainName, isMulti);
  },

  toResponse: (result) => responseOf(result, fieldsOf(result as AlbResult, isMulti)),
});

/** A load balancer whose target group has the default settings: of repeated fields and parameters it keeps the last. */
export const albFront = loadBalancer('alb', 'an Application Load Balancer', false);

/** A load balancer whose target group has multi-value headers on. */
export const albMultiFront = loadBalancer('alb-multi', 'an Application Load Balancer with multi-value headers', true);
