import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import { clientNetworks } from '../middlewares/client-networks.ts';
import { configLoader } from '../middlewares/config-loader.ts';
import { dumpRequest } from '../middlewares/dump-request.ts';
import { errorPages } from '../middlewares/error-pages.ts';
import { maxForwards } from '../middlewares/max-forwards.ts';
import { originSecret } from '../middlewares/origin-secret.ts';
import { pathFilter } from '../middlewares/path-filter.ts';
import { payloadQuota } from '../middlewares/payload-quota.ts';
import { traceToggle } from '../middlewares/trace-toggle.ts';
import { tracing } from '../middlewares/xray-tracing.ts';
import { forward } from './backend/forward.ts';
import { logger } from './observability/logger.ts';
import type { ProxyChain, ProxyContext, ProxyRequest, ProxyResponse } from './types.ts';

/**
 * The proxy, read top to bottom on the way in and bottom to top on the way out.
 *
 * @param env the environment variables, read once
 * @example const handler = buffered(createProxy(process.env));
 */
export function createProxy(env: NodeJS.ProcessEnv): ProxyChain {
  const chain = middy<ProxyRequest, ProxyResponse>({ timeoutEarlyInMillis: 0 }) // the core keeps its own, earlier deadline
    .use(injectLambdaContext(logger, { logEvent: false })) // request id and cold start on every log line, never the event
    .use(tracing()) // X-Ray, where it is active
    .use(httpErrorHandler({ logger: false })) // failures as plain text, for those who want neither HTML nor JSON
    .use(errorPages()) // failures as a log line, and as a page or problem details
    .use(configLoader(env)) // settings and the way to the backend
    .use(originSecret()) // ORIGIN_SECRET
    .use(clientNetworks()) // ALLOWED_CIDRS
    .use(traceToggle()) // ?trace_connection=y
    .use(pathFilter()) // FILTERED_PATH
    .use(maxForwards()) // Max-Forwards: 0
    .use(dumpRequest()) // ?dump_request=y
    .use(payloadQuota()) // PAYLOAD_QUOTA and what the endpoint can carry
    .handler(forward);
  // The config loader completes the context before any step reads what it adds.
  return (request, context) => chain(request, context as ProxyContext);
}
