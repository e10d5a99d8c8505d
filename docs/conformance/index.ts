import { producers, standalone } from './rows-entries.ts';
import { connections, failures, retries } from './rows-failures.ts';
import { access, integrity, limits, pathFilter, smuggling } from './rows-guards.ts';
import { logIn } from './rows-log-in.ts';
import { operator } from './rows-operator.ts';
import { bodies, requestFields, target } from './rows-requests.ts';
import { responses } from './rows-responses.ts';
import { debugging, frontDoors, ownPages } from './rows-surfaces.ts';
import type { Group } from './types.ts';

export { advisories } from './advisories.ts';

/** All promises, in the order in which the document has them. */
export const groups: readonly Group[] = [
  target,
  requestFields,
  bodies,
  responses,
  failures,
  retries,
  connections,
  access,
  pathFilter,
  integrity,
  smuggling,
  limits,
  debugging,
  ownPages,
  operator,
  logIn,
  frontDoors,
  producers,
  standalone,
];
