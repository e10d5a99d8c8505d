import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RuntimeClient } from '../runtime/runtime.ts';

const root = join(import.meta.dirname, 'node_modules/aws-lambda-ric');
const addOn = join(root, 'rapid-client.node');
const standIn = join(import.meta.dirname, '../runtime/rapid-client.cjs');
/** Outlives `npm ci`. */
const kept = join(import.meta.dirname, 'native/rapid-client.node');

/** Headers of Node as Debian's libnode-dev installs them; node-gyp would fetch its own. The add-on's interface (N-API)
 * does not depend on Node's version. */
const headers = existsSync('/usr/include/node/node_api.h') ? ['--nodedir=/usr'] : [];

/** Builds AWS's add-on around libcurl with the package's own scripts: a minute, once. */
async function buildAddOn(): Promise<void> {
  const quiet = { cwd: root, stdio: 'pipe' } as const;
  execFileSync('sh', ['scripts/preinstall.sh'], quiet);
  const gyp = join(root, '../node-gyp/bin/node-gyp.js');
  const env = { ...process.env, DEPS_PREFIX: join(root, 'deps/artifacts') };
  execFileSync(process.execPath, [gyp, 'rebuild', '--directory=src/native', ...headers], { ...quiet, env });
  await mkdir(dirname(kept), { recursive: true });
  await copyFile(join(root, 'src/native/build/Release/rapid-client.node'), kept);
}

/**
 * AWS's runtime client with its native part, as on Lambda. It needs cmake, make and a C++ compiler; where they are
 * missing, the stand-in of the tests serves, which costs less per request than the original and so makes every ratio
 * larger.
 */
export async function runtimeClient(): Promise<{ client: RuntimeClient; title: string }> {
  const entry = join(root, 'index.mjs');
  try {
    if (!existsSync(kept)) await buildAddOn();
    await copyFile(kept, addOn);
    return { client: { entry }, title: 'aws-lambda-ric with its native add-on' };
  } catch (error) {
    const [reason] = String((error as Error).message).split('\n');
    console.error(`The native add-on of aws-lambda-ric could not be built (${reason}); using the stand-in.`);
    return { client: { entry, preload: standIn }, title: 'aws-lambda-ric with a stand-in for its native add-on' };
  }
}
