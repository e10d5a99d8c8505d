'use strict';
// Plain JavaScript in the oldest syntax: this file must run on the Node.js that cannot run the TypeScript sources.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const majorVersion = Number(process.versions.node.split('.')[0]);

/** Prints what to do and ends the process. */
function refuse(lines) {
  console.error(`\n  ${lines.join('\n  ')}\n`);
  process.exit(1);
}

if (!existsSync(join(root, 'node_modules/.package-lock.json'))) {
  refuse(['The dependencies are not installed. Run:', '', '  npm ci']);
}

if (majorVersion < 24) {
  refuse([
    `This command needs Node.js 24, but runs on Node.js ${process.versions.node} (${process.execPath}).`,
    'npm ci installs Node.js 24 as a package of this project. Its install script did not run,',
    'which is the case after npm ci --ignore-scripts. Run:',
    '',
    '  npm rebuild node --ignore-scripts=false',
    '',
    'or install Node.js 24 or newer: https://nodejs.org',
  ]);
}
