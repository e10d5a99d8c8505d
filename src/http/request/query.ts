/** A query taken apart at one parameter. */
export interface TakenParameter {
  /** The parameter's values, decoded; a name without `=` has the value ''. */
  readonly values: readonly string[];
  /** Every other byte of the query, in order. */
  readonly rest: string;
}

function decode(part: string): string {
  const spaced = part.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** Takes `name=value` apart and decodes both, as application/x-www-form-urlencoded does. */
export function parseParameter(parameter: string): { name: string; value: string } {
  const equals = parameter.indexOf('=');
  return equals === -1
    ? { name: decode(parameter), value: '' }
    : { name: decode(parameter.slice(0, equals)), value: decode(parameter.slice(equals + 1)) };
}

/**
 * Takes a parameter out of a query and leaves the rest as it was, byte for byte.
 *
 * @param rawQuery the query without its `?`
 * @param name the parameter's name, decoded
 * @example takeParameter('a=%2F&dump_request=y&b', 'dump_request') // { values: ['y'], rest: 'a=%2F&b' }
 */
export function takeParameter(rawQuery: string, name: string): TakenParameter {
  const values: string[] = [];
  const rest = rawQuery.split('&').filter((part) => {
    const parameter = parseParameter(part);
    if (parameter.name !== name) return true;
    values.push(parameter.value);
    return false;
  });
  return { values, rest: rest.join('&') };
}
