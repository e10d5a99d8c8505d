import base from './jest.config.js';

/** Suites that need a build, a program of the operating system or minutes. Each has an npm script. */
const slowSuites = [
  'apps',
  'aws-sdk',
  'browser',
  'command',
  'container',
  'debian',
  'deploy',
  'emulators',
  'fuzz',
  'load',
  'runtime',
  'servers',
  'slow-clients',
];

/** `npm test`: every test that runs with nothing but the packages of this project. */
export default { ...base, testPathIgnorePatterns: [`<rootDir>/test/(?:${slowSuites.join('|')})/`] };
