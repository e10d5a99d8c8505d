import { expect, test } from '@jest/globals';
import { toPublicNames } from '../../src/local/public-names.ts';

const local = 'http://localhost:3000';
const site = 'https://site.example';

test.each([
  ['Origin', local, site],
  ['Referer', `${local}/a?b`, `${site}/a?b`],
  ['Destination', `${local}/a`, `${site}/a`],
  ['If', `<${local}/a> (<token>) <${local}/b> (Not <token>)`, `<${site}/a> (<token>) <${site}/b> (Not <token>)`],
  ['If', '(<opaquelocktoken:a>)', '(<opaquelocktoken:a>)'],
  ['If', `<${local}0/a> (<token>)`, `<${local}0/a> (<token>)`],
  ['X-Other', local, local],
])('%s: %s reaches the function as %s', (name, value, expected) => {
  expect(toPublicNames([name, value], local, site)).toEqual([name, expected]);
});
