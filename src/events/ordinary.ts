import { isRecord } from './parts.ts';

/*
 * Whether an event is as AWS writes it. The schemas find the same, and take ten times as long, because they also find
 * what is wrong with an event, and what the many other producers of events mean.
 */

const isText = (value: unknown) => typeof value === 'string';
const isOptionalText = (value: unknown) => value === undefined || value === null || typeof value === 'string';

/** An object of strings, under whatever names. */
function hasTexts(value: unknown): boolean {
  if (!isRecord(value)) return false;
  for (const name of Object.keys(value)) if (typeof value[name] !== 'string') return false;
  return true;
}

/**
 * Says whether an event has all parts of payload format 2.0 in the types that AWS gives them.
 *
 * @param event an event that claims the format
 * @returns true when the schema would find nothing wrong and change nothing; false says nothing
 */
export function isOrdinaryV2(event: Readonly<Record<string, unknown>>): boolean {
  const { rawPath, rawQueryString, queryStringParameters, cookies, headers, body, isBase64Encoded } = event;
  if (!isText(rawPath) || !isText(rawQueryString) || !isOptionalText(body) || !hasTexts(headers)) return false;
  if (isBase64Encoded !== undefined && typeof isBase64Encoded !== 'boolean') return false;
  if (queryStringParameters !== undefined && !hasTexts(queryStringParameters)) return false;
  if (cookies !== undefined && !(Array.isArray(cookies) && cookies.every(isText))) return false;
  const { requestContext } = event;
  if (!isRecord(requestContext) || !isText(requestContext['domainName']) || !isText(requestContext['stage']))
    return false;
  const { http } = requestContext;
  if (!isRecord(http) || !isText(http['sourceIp'])) return false;
  const { method } = http;
  return typeof method === 'string' && method === method.toUpperCase();
}
