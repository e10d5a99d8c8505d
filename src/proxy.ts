import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import { basicLogIn } from '../middlewares/basic-log-in.ts';
import { clientNetworks } from '../middlewares/client-networks.ts';
import { configLoader } from '../middlewares/config-loader.ts';
import { dumpRequest } from '../middlewares/dump-request.ts';
import { errorPages } from '../middlewares/error-pages.ts';
import { logInPage } from '../middlewares/log-in-page.ts';
import { maintenance } from '../middlewares/maintenance.ts';
import { maxForwards } from '../middlewares/max-forwards.ts';
import { originSecret } from '../middlewares/origin-secret.ts';
import { pathFilter } from '../middlewares/path-filter.ts';
import { payloadQuota } from '../middlewares/payload-quota.ts';
import { publicPath } from '../middlewares/public-path.ts';
import { traceToggle } from '../middlewares/trace-toggle.ts';
import { wakeBackend } from '../middlewares/wake-backend.ts';
import { tracing } from '../middlewares/xray-tracing.ts';
import { forward } from './backend/forward.ts';
import { logger } from './observability/logger.ts';
import type { InvocationContext, ProxyChain, ProxyContext, ProxyRequest, ProxyResponse } from './types.ts';

/** The core keeps its own, earlier deadline. */
const options = { timeoutEarlyInMillis: 0 };

/**
 * The proxy, read top to bottom on the way in and bottom to top on the way out.
 *
 * The settings divide it: the steps of the outer chain run for every request, the steps of the inner chain for those
 * that have settings, as the types of their contexts say. To the outer chain an early response of the inner one is a
 * response like any other.
 *
 * @param env the environment variables, read once
 * @example const handler = buffered(createProxy(process.env));
 */
export function createProxy(env: NodeJS.ProcessEnv): ProxyChain {
  const behindSettings = middy<ProxyRequest, ProxyResponse, Error, ProxyContext>(options)
    .use(publicPath()) // PUBLIC_PATH
    .use(originSecret()) // ORIGIN_SECRET
    .use(clientNetworks()) // ALLOWED_CIDRS
    .use(traceToggle()) // ?trace_connection=y
    .use(pathFilter()) // FILTERED_PATH
    .use(maintenance()) // MAINTENANCE
    .use(maxForwards()) // Max-Forwards: 0
    .use(basicLogIn()) // BASIC_LOGIN: the cookie becomes Authorization
    .use(dumpRequest()) // ?dump_request=y
    .use(wakeBackend()) // WAKE
    .use(payloadQuota()) // PAYLOAD_QUOTA and what the endpoint can carry
    .use(logInPage()) // BASIC_LOGIN: a challenge becomes a page
    .handler(forward);

  return middy<ProxyRequest, ProxyResponse, Error, InvocationContext>(options)
    .use(injectLambdaContext(logger, { logEvent: false })) // request id and cold start on every log line, never the event
    .use(tracing()) // X-Ray, where it is active
    .use(httpErrorHandler({ logger: false })) // failures as plain text, for clients that want neither HTML nor JSON
    .use(errorPages()) // failures as a log line, and as a page or problem details
    .handler(configLoader(env, behindSettings)); // settings and connections to the backend, then the inner chain
}
