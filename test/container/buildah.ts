import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Programs that a RUN instruction and the tests need beside Node.js and npm. */
const programs = ['/bin/sh', '/usr/bin/env', '/usr/bin/id'];

/** Libraries of the C library that native packages load. */
const ofLibc = /^lib(?:rt|pthread|dl|m|util|resolv|nss_\w+)\.so\.\d+$/;

const authorities = '/etc/ssl/certs/ca-certificates.crt';

function output(program: string, parameters: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8', cwd });
  if (status !== 0) throw new Error(`${program} ${parameters.join(' ')}: ${error?.message ?? ''}${stdout}${stderr}`);
  return stdout.trim();
}

/** Copies a program of this machine, with the libraries that it loads, to the same paths. */
function copyProgram(from: string, root: string, to = from): void {
  const libraries = [...output('ldd', [from]).matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  const folder = dirname(libraries.find((path) => path.includes('/libc.so')) ?? '/lib/libc.so');
  const more = readdirSync(folder).filter((name) => ofLibc.test(name));
  const files = [...libraries, ...more.map((name) => join(folder, name))];
  for (const [path, target] of [[from, to] as const, ...files.map((file) => [file, file] as const)]) {
    mkdirSync(dirname(join(root, target)), { recursive: true });
    cpSync(realpathSync(path), join(root, target));
  }
}

/** Makes what the Dockerfile needs of its base image, from this machine: a registry may be out of reach. */
function makeRoot(root: string): void {
  for (const program of programs) copyProgram(program, root);
  copyProgram(process.execPath, root, '/usr/local/bin/node');
  const npm = dirname(dirname(output('/bin/sh', ['-c', 'readlink -f "$(command -v npm)"'])));
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  for (const folder of ['tmp', 'root', 'home/node', 'etc/ssl/certs'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
  if (existsSync(authorities)) cpSync(realpathSync(authorities), join(root, authorities));
}

/** True where buildah can be called. */
export const hasBuildah = (): boolean => spawnSync('buildah', ['--version']).status === 0;

/** An image that buildah has built, with storage of its own. */
export interface BuiltImage {
  /** Starts a container with a command, by default that of the image. */
  run(env: Readonly<Record<string, string>>, command: readonly string[]): ChildProcess;
}

/**
 * Builds the Dockerfile with buildah, which needs no daemon, on a stand-in for its base image.
 *
 * @param folder where images and containers are kept
 * @param context the build context
 * @param base name of the base image
 */
export function buildWithBuildah(folder: string, context: string, base: string): BuiltImage {
  const storage = ['--storage-driver', 'vfs', '--root', join(folder, 'storage'), '--runroot', join(folder, 'run')];
  const buildah = (...words: string[]) => output('buildah', [...storage, ...words], context);
  const root = join(folder, 'base');
  makeRoot(root);
  const container = buildah('from', 'scratch');
  buildah('add', '--quiet', container, root, '/');
  buildah(
    'config',
    '--env',
    `NODE_EXTRA_CA_CERTS=${authorities}`,
    '--env',
    'PATH=/usr/local/bin:/usr/bin:/bin',
    container,
  );
  buildah('commit', '--quiet', container, `docker.io/library/${base}`);
  buildah('bud', '--pull-never', '--isolation', 'chroot', '--tag', 'lambda-rproxy-test', '.');
  const built = buildah('from', '--pull-never', 'localhost/lambda-rproxy-test');
  return {
    run(env, command) {
      const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
      const words = [...storage, 'run', '--isolation', 'chroot', ...variables, built, '--', ...command];
      // In a group of its own: the container's process is a grandchild.
      return spawn('buildah', words, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    },
  };
}
