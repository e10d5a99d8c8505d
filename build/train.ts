import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { startDemoBackend } from '../src/local/demo/demo-backend.ts';
import { functionUrlFront } from '../src/local/function-url.ts';

/**
 * `node train.ts ENTRY CACHE`, started by code-cache.ts with the runtime's flags: sends two requests to the function, so
 * that V8 compiles the code of a request, and writes the compiled code. Fails when an export of the entry has changed
 * since it was loaded.
 */
const [entry = '', cache = ''] = process.argv.slice(2);
const backend = await startDemoBackend();
process.env['REMOTE_URL'] = backend.httpUrl;
process.env['FILTERED_PATH'] = '/closed';
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

const built = await import(resolve(entry));
const { handler, codeCache } = built;
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
  if (statusCode !== 200 && statusCode !== 302) throw new Error(`${target} got a response with status ${statusCode}`);
}
const compiled = codeCache.script.createCachedData();

// Lazy parts may change what the entry exports for them.
const folder = dirname(resolve(entry));
const lazyParts = (await readdir(folder)).filter((name) => /^(?!index|server).*\.mjs$/.test(name));
for (const part of lazyParts) await import(join(folder, part));
for (const [name, value] of Object.entries(codeCache.exported)) {
  if (built[name] !== value) throw new Error(`the entry changes its export ${name}, and the copy of it is stale`);
}
await writeFile(cache, compiled);
await backend.close();
process.exit();
