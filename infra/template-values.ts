import type { Parameters } from './parameters.ts';
import type { Template } from './template.ts';

type Expression = Readonly<Record<string, unknown>>;

/** The value of an expression; undefined for what only AWS knows. */
type Value = string | boolean | readonly string[] | undefined;

/**
 * Evaluates expressions of a template as CloudFormation does, as far as conditions, rules and the function's variables
 * use them.
 *
 * @param values all parameters
 * @returns a function that returns the value of an expression
 */
export function evaluator(template: Template, values: Parameters): (expression: unknown) => Value {
  const pair = (words: unknown) => (words as readonly unknown[]).map(evaluate);
  const condition = (name: unknown) => evaluate(template.Conditions[String(name)]);
  const functions: Readonly<Record<string, (operand: unknown) => Value>> = {
    Ref: (name) => values[String(name)],
    Condition: condition,
    'Fn::Equals': (operands) => {
      const [one, other] = pair(operands);
      return one === other;
    },
    'Fn::Not': (operands) => pair(operands)[0] !== true,
    'Fn::And': (operands) => pair(operands).every((value) => value === true),
    'Fn::Or': (operands) => pair(operands).some((value) => value === true),
    'Fn::If': (operands) => {
      const [name, then, otherwise] = operands as readonly unknown[];
      return evaluate(condition(name) === true ? then : otherwise);
    },
    'Fn::Split': (operands) => {
      const [separator, text] = pair(operands);
      return String(text ?? '').split(String(separator));
    },
    'Fn::Select': (operands) => {
      const [index, list] = pair(operands);
      return Array.isArray(list) ? list[Number(index)] : undefined;
    },
  };
  function evaluate(expression: unknown): Value {
    if (typeof expression !== 'object' || expression === null) return String(expression);
    const [[name, operand] = ['', undefined]] = Object.entries(expression as Expression);
    return functions[name]?.(operand);
  }
  return evaluate;
}

interface Rule {
  readonly RuleCondition?: unknown;
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription: string }[];
}

/** Returns the descriptions of the template's rules that parameters break. */
export function brokenRules(template: Template, values: Parameters): string[] {
  const evaluate = evaluator(template, values);
  return Object.values(template.Rules as Record<string, Rule>)
    .filter(({ RuleCondition }) => RuleCondition === undefined || evaluate(RuleCondition) === true)
    .flatMap(({ Assertions }) => Assertions)
    .filter(({ Assert }) => evaluate(Assert) !== true)
    .map(({ AssertDescription }) => AssertDescription);
}
