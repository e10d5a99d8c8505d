import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Returns the nearest folder with a package.json, from this file upwards. */
function packageFolder(folder: string = import.meta.dirname): string {
  return existsSync(join(folder, 'package.json')) ? folder : packageFolder(dirname(folder));
}

/** The folder of this package: a clone of the repository, or the place where npm installed it. */
export const root = packageFolder();

/** True for an installed package, which has the built function in it but neither its sources nor a bundler. */
export const isInstalled = !existsSync(join(root, 'esbuild.config.ts'));

/** The folder for the zip, and from which PAGE_CSS and PAGE_LOGO name files. */
export const workFolder = isInstalled ? process.cwd() : root;

/**
 * Returns a command as the user types it.
 *
 * @example commandLine('undeploy', '--yes') // 'npm run undeploy -- --yes'
 */
export function commandLine(name: string, ...words: string[]): string {
  const start = isInstalled ? ['lambda-rproxy', name] : ['npm run', name, ...(words.length > 0 ? ['--'] : [])];
  return [...start, ...words].join(' ');
}
