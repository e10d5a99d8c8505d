import fc from 'fast-check';

/**
 * Properties run on the same inputs every time, so that a failure is the change's own. `SEED=random` looks at others;
 * what it finds becomes a named test.
 */
const seed = process.env['SEED'] ?? '20261122';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
