/**
 * Continues a comma-separated list (RFC 9110 §5.6.1). An empty field is no member.
 *
 * @param list the field as received, or undefined
 * @param member what is put at its end
 */
export function append(list: string | string[] | undefined, member: string): string {
  if (list === undefined) return member;
  const before = [list].flat().filter((line) => line.trim() !== '');
  return [...before, member].join(', ');
}

/** The members of a field that is not there: most requests have most lists not. */
const none: readonly string[] = [''];

/** Returns the members of a comma-separated list without the white space around them; a missing field has one, empty. */
export function members(list: string | string[] | undefined): readonly string[] {
  if (list === undefined) return none;
  const line = typeof list === 'string' ? list : list.join(',');
  return line.split(',').map((member) => member.trim());
}

/** Returns the last member of a comma-separated list; empty when there is none. */
export const lastMember = (list: string | string[] | undefined): string =>
  // Stryker disable next-line StringLiteral: never taken, because the list of an empty field has one empty member
  members(list).at(-1) ?? '';
