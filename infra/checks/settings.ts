import { ConfigurationError, type Problem, readConfig } from '../../src/config/config.ts';
import * as optional from '../../src/config/optional.ts';
import { settings } from '../../src/config/settings.ts';
import { workFolder } from '../installation.ts';
import { type Parameters, settingName } from '../parameters.ts';
import { parameterOf, type Stack } from '../stack.ts';
import type { Template } from '../template.ts';
import { evaluator } from '../template-values.ts';

/** The parameters that a stack will have. */
export interface InForce {
  readonly values: Parameters;
  /** Names of parameters that CloudFormation shows as `****`; they may be empty. */
  readonly hidden: ReadonlySet<string>;
}

/**
 * Returns the parameters that a stack will have: as given, else as deployed, else the template's defaults.
 *
 * @param given on the command line, from a file or generated
 */
export function inForce(given: Parameters, stack: Stack | undefined, { Parameters: known }: Template): InForce {
  const hidden = new Set<string>();
  const entries = Object.entries(known).map(([name, { Default, NoEcho }]) => {
    const deployed = parameterOf(stack, name);
    if (given[name] === undefined && NoEcho === true && deployed !== undefined) hidden.add(name);
    return [name, given[name] ?? deployed ?? String(Default ?? '')] as const;
  });
  return { values: Object.fromEntries(entries), hidden };
}

/** Where a function or a Web Function has its environment. */
function variablesOf({ Properties }: Template['Resources'][string]): Readonly<Record<string, unknown>> {
  const { Environment, ServiceConfig } = Properties as {
    Environment?: { Variables: Record<string, unknown> };
    ServiceConfig?: { EnvironmentVariables: Record<string, unknown> };
  };
  return Environment?.Variables ?? ServiceConfig?.EnvironmentVariables ?? {};
}

/** Returns the environment of the function, as the template makes it from parameters. */
function environment(template: Template, values: Parameters): Readonly<Record<string, string>> {
  const evaluate = evaluator(template, values);
  const entries = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function' || Type === 'AWS::Lambda::WebFunctionRevision')
    .flatMap((resource) => Object.entries(variablesOf(resource)));
  return Object.fromEntries(entries.map(([name, expression]) => [name, String(evaluate(expression) ?? '')]));
}

const mentions = ({ setting, problem }: Problem, names: readonly string[]) =>
  names.some((name) => name === setting || new RegExp(`\\b${name}\\b`).test(problem));

const parameterNamed = (setting: string, { Parameters: known }: Template) =>
  Object.keys(known).find((name) => settingName(name) === setting) ?? setting;

/** Largest sum of names and values, in bytes, that Lambda accepts of a function, and of a Web Function. */
const maxEnvironmentBytesOf = (shape: string | undefined) => (shape === 'WebFunction' ? 32_768 : 4096);

/**
 * Runs every setting through the function's own parsers.
 *
 * @returns a sentence for each that the function would refuse, in the function's words; a problem that a value may solve
 *   which CloudFormation hides, or which SecretArn may hold, is none
 */
export function settingProblems({ values, hidden }: InForce, template: Template): string[] {
  const all = environment(template, values);
  const unknown = [...hidden].map(settingName);
  const inSecret = all['SECRET_ARN'] ? Object.keys(settings).filter((name) => !all[name]) : [];
  const known = Object.entries(all).filter(([name]) => !unknown.includes(name));
  const bytes = known.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  const maxEnvironmentBytes = maxEnvironmentBytesOf(values['Shape']);
  const tooLarge =
    bytes > maxEnvironmentBytes
      ? [
          `The settings have ${bytes} bytes together, and Lambda accepts ${maxEnvironmentBytes}: put files into the package (PageCss, PageLogo), or settings into a secret (SecretArn)`,
        ]
      : [];
  try {
    readConfig({ ...Object.fromEntries(known), LAMBDA_TASK_ROOT: workFolder }, {}, optional);
    return tooLarge;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problems = error.problems.filter((problem) => !mentions(problem, [...unknown, ...inSecret]));
    return [
      ...problems.map(
        ({ setting, problem, example }) =>
          `${setting} ${problem}\n    e.g. ${example.includes('=') ? '' : `${parameterNamed(setting, template)}=`}${example}`,
      ),
      ...tooLarge,
    ];
  }
}
