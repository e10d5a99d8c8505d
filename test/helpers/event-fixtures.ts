import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../fixtures/events');

/** An event of test/fixtures/events by its name without `.json`, parsed anew so that a test may change it. */
export const eventFixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/** Names of the fixtures that begin so, e.g. `function-url`. */
export const fixtureNames = (prefix: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.startsWith(prefix) && file.endsWith('.json'))
    .map((file) => file.replace(/\.json$/, ''))
    .sort();
