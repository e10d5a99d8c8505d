import { readFile } from 'node:fs/promises';
import { parse, print } from '@swc/core';
import type { Plugin } from 'esbuild';
import { mustHappen } from './must-happen.ts';

/** Columns of the tables of settings that only the documentation reads. */
const columns: ReadonlySet<unknown> = new Set(['summary', 'default']);

interface Node {
  readonly [name: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** A property of a row: `summary: …`. */
const isDocs = (value: unknown) =>
  isNode(value) && value['type'] === 'KeyValueProperty' && columns.has((value['key'] as Node)['value']);

/** Removes the columns everywhere in a syntax tree, in place; returns how many there were. */
function strip(node: unknown): number {
  if (!isNode(node)) return 0;
  let count = 0;
  const { properties } = node;
  if (node['type'] === 'ObjectExpression' && Array.isArray(properties)) {
    const kept = properties.filter((property) => !isDocs(property));
    count = properties.length - kept.length;
    Object.assign(node, { properties: kept });
  }
  return Object.values(node).reduce<number>((sum, child) => sum + strip(child), count);
}

/**
 * Leaves out what the tables of settings say for the documentation alone. It saves 8 KB of the entry, which every cold
 * start reads.
 */
export const withoutDocs: Plugin = {
  name: 'without-docs',
  setup(build) {
    const done = mustHappen(build, 'no table of settings has a summary any more; remove build/without-docs.ts');
    build.onLoad({ filter: /[\\/]src[\\/](?:config|standalone)[\\/]settings\.ts$/ }, async ({ path }) => {
      const module = await parse(await readFile(path, 'utf8'), { syntax: 'typescript', target: 'es2024' });
      if (strip(module) > 0) done();
      const { code } = await print(module, { jsc: { parser: { syntax: 'typescript' } } });
      return { contents: code, loader: 'ts' };
    });
  },
};
