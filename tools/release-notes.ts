import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };

/**
 * Returns the section of CHANGELOG.md for a version.
 *
 * @throws {Error} when the tag is not the version of package.json, or the changelog has no dated section for it
 * @example releaseNotes('v1.2.0', '1.2.0', changelog)
 */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) throw new Error(`The tag ${tag} does not match the version ${version} in package.json.`);
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((each) => each.startsWith(`${version} (`));
  const [, date = '', notes = ''] = /^[^(]*\(([^)]*)\)\n+([\s\S]*)$/.exec(section ?? '') ?? [];
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new Error(`CHANGELOG.md needs a section "## ${version} (YYYY-MM-DD)".`);
  return notes.trimEnd();
}

if (import.meta.main) {
  try {
    const changelog = readFileSync(join(import.meta.dirname, '../CHANGELOG.md'), 'utf8');
    console.log(releaseNotes(process.argv[2] ?? '', packageJson.version, changelog));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
