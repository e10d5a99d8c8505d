import { variables } from './standalone/web-function.ts';

/**
 * Entry of the standalone server, for containers and Lambda Web Functions: `node dist/server.mjs` listens on PORT and
 * runs the same chain as the Lambda entries, with no event in between.
 */

// AWS's libraries read this as they load, and then keep the state of concurrent requests apart.
process.env['AWS_LAMBDA_MAX_CONCURRENCY'] ??= '64';
// Powertools knows cold starts of this type alone, and a Web Function has another.
if (process.env[variables.endpoint]) process.env[variables.initializationType] = 'on-demand';
const { runServer } = await import('./standalone/run.ts');
await runServer(process.env);
