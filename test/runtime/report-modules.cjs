/**
 * Preload (`node --require`) that writes the built-in modules that are loaded, as a line of JSON, at each SIGUSR2.
 */
'use strict';

process.on('SIGUSR2', () => {
  const loaded = process.moduleLoadList.filter((name) => name.startsWith('NativeModule '));
  process.stdout.write(`${JSON.stringify({ loaded: loaded.map((name) => name.slice('NativeModule '.length)) })}\n`);
});
