import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { type Module, parseSync } from '@swc/core';

const root = join(import.meta.dirname, '../..');

/** An import, a re-export or a dynamic import. */
export interface Import {
  readonly from: string;
  /** A file of the repository, or a package. */
  readonly to: string;
  /** Erased with the types. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly module: Module;
  readonly imports: readonly Import[];
}

type Node = Record<string, unknown> & { readonly type: string };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** Yields every node of a syntax tree; nodes of types only where `withTypes` says so. */
export function* nodesOf(value: unknown, withTypes = false): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item, withTypes);
  } else if (typeof value === 'object' && value !== null) {
    const isWrapper = isNode(value) && 'expression' in value;
    if (isNode(value)) {
      if (value.type.startsWith('Ts') && !isWrapper && !withTypes) return;
      yield value;
    }
    for (const [key, child] of Object.entries(value)) {
      if (!withTypes && (key === 'typeAnnotation' || key === 'returnType' || key === 'typeArguments')) continue;
      yield* nodesOf(child, withTypes);
    }
  }
}

/** Returns the value of a literal or the name of an identifier. */
export const textOf = (node: unknown) => (node as { value?: string } | undefined)?.value;

/** Returns the module that a node imports, in any syntax. */
function importOf(node: Node): { specifier: string; typeOnly: boolean } | undefined {
  const specifiers = (node['specifiers'] ?? []) as { isTypeOnly?: boolean }[];
  const allTypes = specifiers.length > 0 && specifiers.every(({ isTypeOnly }) => isTypeOnly === true);
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const specifier = textOf(node['source']);
      return specifier === undefined ? undefined : { specifier, typeOnly: node['typeOnly'] === true || allTypes };
    }
    case 'TsImportType':
      return { specifier: textOf(node['argument']) ?? '', typeOnly: true };
    case 'CallExpression': {
      const { type } = node['callee'] as Node;
      const [argument] = node['arguments'] as { expression: unknown }[];
      return type === 'Import' ? { specifier: textOf(argument?.expression) ?? '?', typeOnly: false } : undefined;
    }
    default:
      return undefined;
  }
}

/** Reads and parses a source file. */
function sourceFile(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const module = parseSync(text, { syntax: 'typescript', target: 'es2024' });
  const imports = [...nodesOf(module, true)].flatMap((node) => {
    const found = importOf(node);
    if (found === undefined) return [];
    const { specifier, typeOnly } = found;
    return [
      { from: path, to: specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier, typeOnly },
    ];
  });
  return { path, text, module, imports };
}

const sourceFiles = (...patterns: string[]) => globSync(patterns, { cwd: root }).sort().map(sourceFile);

/** Everything that is bundled, and the local front doors. */
export const files = sourceFiles('src/**/*.ts', 'middlewares/**/*.ts');
export const infra = sourceFiles('infra/**/*.ts');

export const isLocal = (path: string) => path.startsWith('src/local/');
export const isFile = (to: string) => to.endsWith('.ts');
/** Everything that is bundled. */
export const production = files.filter(({ path }) => !isLocal(path));

export const importsOf = (list: readonly SourceFile[]) => list.flatMap(({ imports }) => imports);
export const arrow = ({ from, to }: Import) => `${from} -> ${to}`;
