import { type Config, ConfigurationError, readConfig } from '../../src/config/config.ts';
import * as optional from '../../src/config/optional.ts';
import { settings } from '../../src/config/settings.ts';
import { type Parameters, settingName } from '../parameters.ts';
import { UserError } from '../user-error.ts';
import { exitCodes } from './report.ts';

/** Settings by the names of their variables. */
type Environment = Readonly<Record<string, string>>;

/**
 * Returns the variables that parameters of the stack become; those that are no settings are ignored.
 *
 * @param parameters of the stack
 */
export const environmentOf = (parameters: Parameters): Environment =>
  Object.fromEntries(
    Object.entries(parameters)
      .map(([name, value]) => [settingName(name), value] as const)
      .filter(([name]) => Object.hasOwn(settings, name)),
  );

/**
 * Returns the settings of a function with these variables.
 *
 * @param env variables
 * @param secret settings of SECRET_ARN
 * @throws {UserError} naming every invalid setting; exit code 2
 */
export function configFromEnvironment(env: Environment, secret: Environment = {}): Config {
  try {
    return readConfig(env, secret, optional);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new UserError(
      error.problems.map(({ setting, problem }) => `${setting} ${problem}`).join('\n'),
      exitCodes.usage,
    );
  }
}

/**
 * Returns the settings of a function with these parameters.
 *
 * @param parameters of the stack; those that are not settings are ignored
 * @throws {UserError} naming every invalid setting; exit code 2
 */
export const configFrom = (parameters: Parameters): Config => configFromEnvironment(environmentOf(parameters));
