import { type Config, ConfigurationError, readConfig } from '../../src/config/config.ts';
import { settings } from '../../src/config/settings.ts';
import { type Parameters, settingName } from '../parameters.ts';
import { UserError } from '../user-error.ts';
import { exitCodes } from './report.ts';

/**
 * The settings that a function with these parameters would have.
 *
 * @param parameters of the stack; those that are no setting do not matter here
 * @throws {UserError} naming every setting that is wrong; exit code 2
 */
export function configFrom(parameters: Parameters): Config {
  const env = Object.entries(parameters)
    .map(([name, value]) => [settingName(name), value] as const)
    .filter(([name]) => Object.hasOwn(settings, name));
  try {
    return readConfig(Object.fromEntries(env));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new UserError(
      error.problems.map(({ setting, problem }) => `${setting} ${problem}`).join('\n'),
      exitCodes.usage,
    );
  }
}
