import { readFileSync, writeFileSync } from 'node:fs';
import { templatePath } from '../infra/template.ts';
import {
  addressName,
  forwardedForName,
  originalParty,
  ownedNames,
  ownershipOf,
  partyName,
} from '../src/http/request/owned-fields.ts';
import { originSecretField } from '../src/http/same-secret.ts';

/** Fields that the proxy takes from a trusted proxy in front. Behind CloudFront the client must not have written them. */
const claimed = (): string[] =>
  [...ownedNames().filter((name) => ownershipOf(name)?.passes !== 'never'), originSecretField].sort();

const families = [forwardedForName, addressName, originalParty, partyName];

/** Breaks names into the lines of a JavaScript string. */
function lines(names: readonly string[], width: number): string[] {
  const broken: string[] = [];
  for (const name of names) {
    const last = broken.at(-1);
    if (last !== undefined && last.length + name.length < width) broken[broken.length - 1] = `${last} ${name}`;
    else broken.push(name);
  }
  return broken.map((line, index) => `'${index === 0 ? '' : ' '}${line}'`);
}

/** Returns the part of CloudFront's function that says which fields of a client it drops. */
export const viewerClaims = (): string =>
  `var names = (${lines(claimed(), 100).join(' +\n  ')}).split(' ');
var families = [
${families.map(({ source }) => `  /${source}/`).join(',\n')}
];
`;

/**
 * Returns the template with the fields that CloudFront's function drops between its two markers.
 *
 * @param template YAML
 */
export const withViewerClaims = (template: string): string =>
  template.replace(
    /( +)(\/\/ claims: .*\n)[\s\S]*?( +\/\/ \/claims\n)/,
    (_, indent: string, begin: string, end: string) =>
      `${indent}${begin}${viewerClaims().replaceAll(/^(?=.)/gm, indent)}${end}`,
  );

if (import.meta.main) {
  writeFileSync(templatePath, withViewerClaims(readFileSync(templatePath, 'utf8')));
}
