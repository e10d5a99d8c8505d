import base from '../../jest.config.js';

/** Only the tests that run.ts names: those that mirror the file under mutation. */
export default {
  ...base,
  rootDir: process.cwd(),
  setupFiles: [...base.setupFiles, '<rootDir>/test/mutation/first-failure.ts'],
  testMatch: (process.env.MUTATION_TESTS ?? '').split(',').map((path) => `<rootDir>/${path}`),
};
