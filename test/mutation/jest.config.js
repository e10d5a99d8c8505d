import base from '../../jest.config.js';

/** The tests nearest to what is mutated; those that take seconds each would make a run take a day. */
export default {
  ...base,
  rootDir: process.cwd(),
  testMatch: [
    '<rootDir>/test/*.test.ts',
    '<rootDir>/test/{http,events,middlewares,pages}/**/*.test.ts',
    '<rootDir>/test/forward/{errors,malformed,responses,requests}.test.ts',
  ],
  testPathIgnorePatterns: ['/architecture.test.ts', '/docs.test.ts', '/walk.test.ts', '/tracing.test.ts'],
};
