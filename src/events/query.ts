import type { Entries } from './fields.ts';

/** All but what is legal in a query (RFC 3986 §3.4) and has no meaning of its own in a form. */
const unsafe = { name: /[^\w.~!$'()*,:@/?-]/gu, value: /[^\w.~!$'()*,:@/?=-]/gu };

const encoded = (part: string, kind: keyof typeof unsafe) =>
  part.toWellFormed().replace(unsafe[kind], encodeURIComponent);

/** Encodes a query from decoded parameters. Its order across names, and `a` beside `a=`, are lost. */
export const encodedQuery = (parameters: Entries): string =>
  parameters
    .flatMap(([name, values]) => values.map((value) => `${encoded(name, 'name')}=${encoded(value, 'value')}`))
    .join('&');

/** Joins parameters that are still encoded to a query. Their order across names is lost. */
export const joinedQuery = (parameters: Entries): string =>
  parameters.flatMap(([name, values]) => values.map((value) => `${name}=${value}`)).join('&');
