import { type Command, type Expression, parseQuery } from './syntax.ts';

function fieldsIn(expression: Expression): string[] {
  if (expression.kind === 'field') return [expression.name];
  if (expression.kind === 'literal') return [];
  return (expression.kind === 'call' ? expression.args : expression.operands).flatMap(fieldsIn);
}

/** Names that a command reads, and those that it makes; `stats` leaves no others. */
function namesOf(command: Command): { reads: string[]; makes: string[]; only: boolean } {
  switch (command.kind) {
    case 'filter':
      return { reads: fieldsIn(command.condition), makes: [], only: false };
    case 'sort':
      return { reads: command.keys.map(({ name }) => name), makes: [], only: false };
    case 'limit':
      return { reads: [], makes: [], only: false };
    default: {
      const columns = command.kind === 'stats' ? [...command.by, ...command.columns] : command.columns;
      return {
        reads: columns.flatMap(({ expression }) => fieldsIn(expression)),
        makes: columns.map(({ name }) => name),
        only: command.kind === 'stats',
      };
    }
  }
}

/**
 * Names that a query reads and that nothing gives it: no field of the log, and no column that it has made itself.
 *
 * @param query its text
 * @param known fields of the log
 */
export function unknownFields(query: string, known: Iterable<string>): string[] {
  let names = new Set([...known, '@timestamp', '@message']);
  const unknown: string[] = [];
  for (const command of parseQuery(query)) {
    const { reads, makes, only } = namesOf(command);
    unknown.push(...reads.filter((name) => !names.has(name)));
    names = new Set([...(only ? [] : names), ...makes]);
  }
  return unknown;
}
