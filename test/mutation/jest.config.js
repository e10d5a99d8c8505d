import base from '../../jest.config.js';

/**
 * The tests nearest to what is mutated. Those in front of a backend that fails on purpose take their time, and would make
 * a run take a day; what only they prove shows as a survivor here.
 */
export default {
  ...base,
  rootDir: process.cwd(),
  testMatch: [
    '<rootDir>/test/{errors,access-log}.test.ts',
    '<rootDir>/test/{http,events,middlewares,pages}/**/*.test.ts',
  ],
  testPathIgnorePatterns: ['/whole-chain', '/events/(?:malformed|quota-edge|round-trip)', '/http/cookies'],
};
