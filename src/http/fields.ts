import type { HeaderFields } from '../types.ts';

function Fields() {}
Fields.prototype = Object.freeze(Object.create(null));
const Constructor = Fields as unknown as new () => HeaderFields;

/**
 * Returns an object for header fields that inherits nothing, so that a field may be called `__proto__` or `constructor`.
 *
 * Not `Object.create(null)`: V8 makes a hash table of that, which takes three times as long to fill, to list and to write
 * as JSON. An object of a constructor is laid out like any other.
 */
export const newFields = (): HeaderFields => new Constructor();
