import { readdir, readFile } from 'node:fs/promises';

/** A test that proves a promise. */
export interface Proof {
  /** Path from the root of the repository. */
  readonly file: string;
  /** The test's name, without the ids at its end. */
  readonly name: string;
}

/** A test's name as a string literal that ends in ids: 'a sentence [M5 M6]', or 'a sentence [M5] [M6]'. */
const titled = /(['"`])((?:\\.|(?!\1)[^\\\n])*?) ((?:\[[A-Z]\d+(?:[ ,]+[A-Z]\d+)*\] ?)+)\1/g;

/**
 * Finds the tests that carry ids of promises in their names.
 *
 * @param folder where the tests are
 * @returns proofs by id
 */
export async function findProofs(folder: string): Promise<ReadonlyMap<string, readonly Proof[]>> {
  const proofs = new Map<string, Proof[]>();
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.test.ts'));
  for (const file of files.filter((path) => !path.includes('node_modules')).sort()) {
    const text = await readFile(`${folder}/${file}`, 'utf8');
    for (const [, , name = '', ids = ''] of text.matchAll(titled)) {
      const proof = { file: `${folder}/${file}`, name: name.replaceAll(/\\(.)/g, '$1') };
      for (const [id] of ids.matchAll(/[A-Z]\d+/g)) proofs.set(id, [...(proofs.get(id) ?? []), proof]);
    }
  }
  return proofs;
}
