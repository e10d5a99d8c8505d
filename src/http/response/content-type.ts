import type { HeaderFields } from '../../types.ts';

/**
 * Names the type of a body that came without one. AWS's front doors would call it application/json; RFC 9110 §8.3 lets
 * a recipient assume application/octet-stream, or look for itself. An empty body needs no type.
 *
 * @param headers the answer's fields
 * @param isEmpty whether the body is known to have no byte
 * @example withContentType({}, false)['content-type'] // 'application/octet-stream'
 */
export const withContentType = (headers: HeaderFields, isEmpty: boolean): HeaderFields =>
  isEmpty || headers['content-type'] !== undefined
    ? headers
    : { ...headers, 'content-type': 'application/octet-stream' };
