/** The proxy's name in Proxy-Status, by which clients and the waiting page recognise its failures. */
const ownName = 'lambda-rproxy';

/** Returns the Proxy-Status of a failure (RFC 9209): the error type, without a word on the next hop. */
export const ownProxyStatus = (error: string): string => `${ownName}; error=${error}`;

/** Characters around a name in a structured field (RFC 9651) that some reader may skip. */
const aroundName = /[\s"'\\():]/g;

const claimsOwnName = (member: string) => member.replace(aroundName, '').toLowerCase().startsWith(ownName);

/**
 * Splits a structured list (RFC 9651 §3.1) at the commas outside of strings, in one pass.
 *
 * @returns undefined when a string is not closed
 */
function listMembers(field: string): string[] | undefined {
  const found: string[] = [];
  let start = 0;
  let inString = false;
  for (let index = 0; index < field.length; index += 1) {
    const character = field[index];
    if (inString && character === '\\') index += 1;
    else if (character === '"') inString = !inString;
    else if (character === ',' && !inString) {
      found.push(field.slice(start, index));
      start = index + 1;
    }
  }
  return inString ? undefined : [...found, field.slice(start)];
}

/**
 * Returns a backend's Proxy-Status without the members that claim this proxy's name: a backend must not pass its own
 * responses off as failures of the proxy.
 *
 * @param field the field as received, its lines joined
 * @returns undefined when nothing remains, and for a field with the name in it that is no list
 * @example foreignProxyStatus('cdn; error=x, lambda-rproxy; error=y') // 'cdn; error=x'
 */
export function foreignProxyStatus(field: string): string | undefined {
  if (!field.replace(aroundName, '').toLowerCase().includes(ownName)) return field;
  const others = listMembers(field)?.filter((member) => !claimsOwnName(member)) ?? [];
  return others.length === 0 ? undefined : others.join(',').trim();
}
