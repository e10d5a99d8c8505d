import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { startDemoBackend } from '../src/local/demo/demo-backend.ts';
import { functionUrlFront } from '../src/local/function-url.ts';

/**
 * `node train.ts ENTRY CACHE`, started by code-cache.ts with the runtime's flags: has the function answer two requests,
 * so that V8 has compiled what a request runs through, and writes what it has compiled.
 */
const [entry = '', cache = ''] = process.argv.slice(2);
const backend = await startDemoBackend();
process.env['REMOTE_URL'] = backend.httpUrl;
process.env['FILTERED_PATH'] = '/closed';
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

const { handler, codeCache } = await import(resolve(entry));
const context = {
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  functionName: 'training',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:training',
  memoryLimitInMB: '512',
  getRemainingTimeInMillis: () => 10_000,
};
for (const target of ['/cookies/set/a/b', '/text/2000?a=1']) {
  const rawHeaders = ['accept', 'text/html', 'cookie', 'a=1; b=2', 'user-agent', 'training'];
  const event = functionUrlFront.toEvent({
    method: 'GET',
    target,
    rawHeaders,
    body: Buffer.alloc(0),
    sourceIp: '192.0.2.1',
  });
  const { statusCode } = await handler(event, { ...context });
  if (statusCode !== 200 && statusCode !== 302) throw new Error(`${target} was answered with ${statusCode}`);
}
await writeFile(cache, codeCache.script.createCachedData());
await backend.close();
process.exit();
