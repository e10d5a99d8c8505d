import { type Config, ConfigurationError, readConfig } from '../../src/config/config.ts';
import * as optional from '../../src/config/optional.ts';
import { settings } from '../../src/config/settings.ts';
import { type Parameters, settingName } from '../parameters.ts';
import { UserError } from '../user-error.ts';
import { exitCodes } from './report.ts';

/**
 * Returns the settings of a function with these parameters.
 *
 * @param parameters of the stack; those that are not settings are ignored
 * @throws {UserError} naming every invalid setting; exit code 2
 */
export function configFrom(parameters: Parameters): Config {
  const env = Object.entries(parameters)
    .map(([name, value]) => [settingName(name), value] as const)
    .filter(([name]) => Object.hasOwn(settings, name));
  try {
    return readConfig(Object.fromEntries(env), {}, optional);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new UserError(
      error.problems.map(({ setting, problem }) => `${setting} ${problem}`).join('\n'),
      exitCodes.usage,
    );
  }
}
