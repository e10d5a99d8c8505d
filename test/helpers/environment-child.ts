import { registerHooks } from 'node:module';
import { InvokeStore, InvokeStoreBase } from '@aws/lambda-invoke-store';
import type { Context } from 'aws-lambda';
import type { EnvironmentReport, Invocation } from './environment.ts';
import { handlerWith, lambdaContext } from './lambda.ts';

/** One execution environment: takes invocations from its parent, one message each, and reports what became of them. */
const settings = JSON.parse(process.env['TEST_SETTINGS'] ?? '{}') as Record<string, string>;
const loaded: string[] = [];
const xRayModules: string[] = [];
registerHooks({
  load(url, context, nextLoad) {
    loaded.push(url);
    if (/aws-xray-sdk|powertools\/tracer|src\/tracer\.ts/.test(url)) xRayModules.push(url);
    return nextLoad(url, context);
  },
});

// In Lambda both end up in one log, in order; two pipes would come in as they please.
process.stderr.write = process.stdout.write.bind(process.stdout) as typeof process.stderr.write;

const concurrent = 'AWS_LAMBDA_MAX_CONCURRENCY' in process.env;
const store = await InvokeStore.getInstanceAsync();
const handler = handlerWith(settings);

/** As AWS's runtime client does it: the trace in the store and the context, and in the variable when there is but one. */
async function invoke({ event, requestId, trace, traceInContext = true, marked }: Invocation): Promise<void> {
  if (trace === undefined || concurrent) delete process.env['_X_AMZN_TRACE_ID'];
  else process.env['_X_AMZN_TRACE_ID'] = trace;
  const xRay = trace === undefined || !traceInContext ? {} : { xRayTraceId: trace };
  const context = { ...lambdaContext(30_000, requestId), ...xRay };
  const { REQUEST_ID, X_RAY_TRACE_ID } = InvokeStoreBase.PROTECTED_KEYS;
  const result = await store.run({ [REQUEST_ID]: requestId, [X_RAY_TRACE_ID]: trace }, () =>
    handler(event, context as Context),
  );
  if (marked) process.stdout.write(`over ${requestId}\n`);
  process.send?.({ requestId, result, xRayModules, loaded } satisfies EnvironmentReport);
}

process.on('message', (invocation: Invocation) => {
  invoke(invocation).catch((error) =>
    process.send?.({ requestId: invocation.requestId, error: String(error), xRayModules, loaded }),
  );
});
process.send?.('ready');
