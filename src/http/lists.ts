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

/** What a request has of most lists. */
const none: readonly string[] = [''];

/** Members of a comma-separated list, white space around them gone. A field that is not there has one, which is empty. */
export function members(list: string | string[] | undefined): readonly string[] {
  if (list === undefined) return none;
  const line = typeof list === 'string' ? list : list.join(',');
  return line.split(',').map((member) => member.trim());
}

/** The first member of a comma-separated list; empty when there is none. */
export const firstMember = (list: string | string[] | undefined): string => {
  // Stryker disable next-line StringLiteral: never taken, because the list of an empty field has one empty member
  const [first = ''] = members(list);
  return first;
};
