import { type Event, eventOf, type Value } from './events.ts';
import { type Column, type Command, type Expression, parseQuery } from './syntax.ts';

type Row = Event;

/** What a query answers. */
export interface BackendResponse {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

const unit: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a period such as 5m. */
function period(text: Value): number {
  const [, count, name = ''] = /^(\d+)([smhd])$/.exec(String(text)) ?? [];
  const milliseconds = Number(count) * (unit[name] ?? Number.NaN);
  if (Number.isNaN(milliseconds)) throw new Error(`not a period: ${text}`);
  return milliseconds;
}

const truth = (condition: boolean): Value => Number(condition);

function compare(operator: string, left: Value, right: Value): Value {
  // What is not there is neither equal nor different.
  if (left === undefined || right === undefined) return 0;
  const numbers = Number.isFinite(Number(left)) && Number.isFinite(Number(right));
  const [a, b] = numbers ? [Number(left), Number(right)] : [String(left), String(right)];
  if (operator === '=') return truth(a === b);
  if (operator === '!=') return truth(a !== b);
  if (operator === '<') return truth(a < b);
  if (operator === '<=') return truth(a <= b);
  return operator === '>' ? truth(a > b) : truth(a >= b);
}

function calculate(operator: string, left: Value, right: Value): Value {
  if (left === undefined || right === undefined) return undefined;
  const [a, b] = [Number(left), Number(right)];
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  return operator === '/' ? a / b : a % b;
}

function operate(operator: string, values: readonly Value[]): Value {
  const [left, right] = values;
  if (operator === 'not') return truth(!left);
  if (operator === 'and') return truth(Boolean(left) && Boolean(right));
  if (operator === 'like') return truth(left !== undefined && String(left).includes(String(right)));
  if (operator === 'or') return truth(Boolean(left) || Boolean(right));
  return /^[=<>!]/.test(operator) ? compare(operator, left, right) : calculate(operator, left, right);
}

/** A regular expression is no value; `like` alone takes it. */
function literal(value: string | number | RegExp): Value {
  if (value instanceof RegExp) throw new Error('a regular expression stands behind `like` alone');
  return value;
}

/** The value of an expression for one event. */
function resultOf(expression: Expression, row: Row): Value {
  if (expression.kind === 'literal') return literal(expression.value);
  if (expression.kind === 'field') return row[expression.name];
  if (expression.kind === 'operation') {
    const [subject, pattern] = expression.operands;
    if (subject !== undefined && pattern?.kind === 'literal' && pattern.value instanceof RegExp) {
      return truth(pattern.value.test(String(resultOf(subject, row) ?? '')));
    }
    return operate(
      expression.operator,
      expression.operands.map((operand) => resultOf(operand, row)),
    );
  }
  const values = expression.args.map((argument) => resultOf(argument, row));
  if (expression.name === 'coalesce') return values.find((value) => value !== undefined);
  if (expression.name === 'ispresent') return truth(values[0] !== undefined);
  if (expression.name === 'bin') {
    const length = period(values[0]);
    return Math.floor(Number(row['@timestamp']) / length) * length;
  }
  throw new Error(`unknown function ${expression.name}`);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const aggregates: Readonly<Record<string, (numbers: readonly number[], parameter: Value) => Value>> = {
  sum,
  avg: (numbers) => sum(numbers) / numbers.length,
  min: (numbers) => Math.min(...numbers),
  max: (numbers) => Math.max(...numbers),
  // Nearest rank. CloudWatch estimates, and for so few values comes to the same.
  pct: (numbers, percent) => numbers.toSorted((a, b) => a - b)[Math.ceil((Number(percent) / 100) * numbers.length) - 1],
};

/** The value of an expression for a group of events. */
function resultFor(expression: Expression, rows: readonly Row[]): Value {
  if (expression.kind === 'literal') return literal(expression.value);
  if (expression.kind === 'field') throw new Error(`${expression.name} is neither grouped by nor aggregated`);
  if (expression.kind === 'operation') {
    return operate(
      expression.operator,
      expression.operands.map((operand) => resultFor(operand, rows)),
    );
  }
  const [measured, parameter] = expression.args;
  if (measured === undefined) return rows.length;
  const present = rows.filter((row) => resultOf(measured, row) !== undefined);
  if (expression.name === 'count') return present.length;
  if (expression.name === 'latest') {
    const latest = present.toSorted((a, b) => Number(a['@timestamp']) - Number(b['@timestamp'])).at(-1);
    return latest && resultOf(measured, latest);
  }
  const aggregate = aggregates[expression.name];
  if (aggregate === undefined) throw new Error(`unknown function ${expression.name}`);
  if (present.length === 0) return undefined;
  return aggregate(
    present.map((row) => Number(resultOf(measured, row))),
    parameter && resultOf(parameter, {}),
  );
}

const project = (columns: readonly Column[], valueFor: (expression: Expression) => Value): Row =>
  Object.fromEntries(columns.map(({ expression, name }) => [name, valueFor(expression)]));

function group(rows: readonly Row[], columns: readonly Column[], by: readonly Column[]): Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(by.map(({ expression }) => resultOf(expression, row) ?? null));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((members) => ({
    ...project(by, (expression) => resultOf(expression, members[0] ?? {})),
    ...project(columns, (expression) => resultFor(expression, members)),
  }));
}

/** Missing values come last, whichever way. */
function order(a: Value, b: Value, descending: boolean): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const ascending =
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : Number(a !== b);
  return descending ? -ascending : ascending;
}

function run(command: Command, { columns, rows }: BackendResponse): BackendResponse {
  switch (command.kind) {
    case 'fields':
    case 'display': {
      const computed = rows.map((row) => ({ ...row, ...project(command.columns, (each) => resultOf(each, row)) }));
      return { columns: command.columns.map(({ name }) => name), rows: computed };
    }
    case 'filter':
      return { columns, rows: rows.filter((row) => Boolean(resultOf(command.condition, row))) };
    case 'stats':
      return {
        columns: [...command.by, ...command.columns].map(({ name }) => name),
        rows: group(rows, command.columns, command.by),
      };
    case 'sort': {
      const difference = (a: Row, b: Row) =>
        command.keys.map(({ name, descending }) => order(a[name], b[name], descending)).find((sign) => sign !== 0) ?? 0;
      return { columns, rows: rows.toSorted(difference) };
    }
    case 'limit':
      return { columns, rows: rows.slice(0, command.count) };
  }
}

/**
 * Executes a saved query over log lines as CloudWatch Logs Insights would.
 *
 * @param query its text, comments included
 * @param lines JSON lines of a log group
 */
export function evaluate(query: string, lines: readonly object[]): BackendResponse {
  const start: BackendResponse = { columns: ['@timestamp', '@message'], rows: lines.map(eventOf) };
  const { columns, rows } = parseQuery(query).reduce((response, command) => run(command, response), start);
  return { columns, rows: rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]]))) };
}
