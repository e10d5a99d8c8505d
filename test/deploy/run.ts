import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The deployment end to end, where AWS's command line and an emulator of AWS are on the machine. */
const needed = ['aws', 'moto_server'];

const isOnPath = (program: string) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const missing = needed.filter((program) => !isOnPath(program));
if (missing.length > 0) {
  console.error(`
  NOT RUN: the deployment end to end. Not on the PATH: ${missing.join(', ')}.
  It takes the AWS CLI (2.13 or newer, or 1.29 or newer) and moto's server: pip install 'moto[server]'.
`);
} else {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'test/deploy/'];
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...jest], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
