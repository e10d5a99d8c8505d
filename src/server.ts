/**
 * Entry for a server of one's own, in a container or as an AWS Lambda Web Function: `node dist/server.mjs` listens on
 * PORT and runs the same chain as the Lambda entries, with no event in between.
 */

// Many requests at once in one process: what AWS's libraries keep for each must be kept apart. They look as they load.
process.env['AWS_LAMBDA_MAX_CONCURRENCY'] ??= '64';
const { runServer } = await import('./standalone/run.ts');
await runServer(process.env);
