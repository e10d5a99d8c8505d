import { withOperatorFields } from '../http/field-rules.ts';
import { preferredRepresentation } from '../http/response/accept.ts';
import { ownResponseFields } from '../http/response/own-fields.ts';
import type { ProxyResponse } from '../types.ts';
import { type DumpSource, describeRequest } from './dump.ts';
import { dumpPage } from './dump-page.ts';

/**
 * Builds the response to a debug dump: a page for clients that prefer HTML, otherwise JSON.
 *
 * @param source the request and its context
 */
export function dumpResponse(source: DumpSource): ProxyResponse {
  const { headers, method } = source.headerSource.request;
  const { responseRules } = source.context.config;
  const dump = describeRequest(source);
  const withBody = (body: string) => (method === 'HEAD' ? '' : body);
  if (preferredRepresentation(headers['accept']) !== 'html') {
    const body = withBody(`${JSON.stringify(dump, undefined, 2)}\n`);
    return { statusCode: 200, headers: withOperatorFields(ownResponseFields('application/json'), responseRules), body };
  }
  const { html, contentSecurityPolicy } = dumpPage(dump);
  const fields = { ...ownResponseFields('text/html; charset=utf-8'), 'content-security-policy': contentSecurityPolicy };
  return { statusCode: 200, headers: withOperatorFields(fields, responseRules), body: withBody(html) };
}
