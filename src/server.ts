/**
 * Entry of the standalone server, for containers: `node dist/server.mjs` listens on PORT and runs the same chain as the
 * Lambda entries, with no event in between.
 */

// AWS's libraries read this as they load, and then keep the state of concurrent requests apart.
process.env['AWS_LAMBDA_MAX_CONCURRENCY'] ??= '64';
const { runServer } = await import('./standalone/run.ts');
await runServer(process.env);
