import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Module, parseSync } from '@swc/core';

const root = join(import.meta.dirname, '../..');

interface Import {
  readonly from: string;
  /** A file of the repository, or a package. */
  readonly to: string;
  /** Gone when the types are stripped. */
  readonly typeOnly: boolean;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly module: Module;
  readonly imports: readonly Import[];
}

type Node = Record<string, unknown> & { readonly type: string };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** Every node of a syntax tree; types are left out unless asked for. */
function* nodesOf(value: unknown, withTypes = false): Generator<Node> {
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

const textOf = (node: unknown) => (node as { value?: string } | undefined)?.value;

/** The module that a node brings in, by whatever syntax. */
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

const files = globSync(['src/**/*.ts', 'middlewares/**/*.ts'], { cwd: root }).sort().map(sourceFile);
const infra = globSync('infra/**/*.ts', { cwd: root }).sort().map(sourceFile);
const isLocal = (path: string) => path.startsWith('src/local/');
const production = files.filter(({ path }) => !isLocal(path));
const isFile = (to: string) => to.endsWith('.ts');

/** Each room: its files, the rooms that it may import, and the packages that it may load. */
const rooms: Readonly<Record<string, { files: RegExp; rooms: string[]; packages: string[] }>> = {
  index: { files: /^src\/index\.ts$/, rooms: ['proxy', 'delivery'], packages: [] },
  server: { files: /^src\/server\.ts$/, rooms: ['standalone'], packages: [] },
  standalone: {
    files: /^src\/standalone\//,
    rooms: ['standalone', 'proxy', 'delivery', 'http', 'config', 'failures', 'observability', 'types'],
    packages: ['@aws/lambda-invoke-store', 'node:crypto', 'node:http', 'node:os', 'node:stream/promises', 'valibot'],
  },
  proxy: {
    files: /^src\/proxy\.ts$/,
    rooms: ['middlewares', 'backend', 'observability', 'types'],
    packages: ['@middy/core', '@middy/http-error-handler', '@aws-lambda-powertools/logger/middleware'],
  },
  middlewares: {
    files: /^middlewares\//,
    rooms: ['pages', 'body', 'http', 'config', 'backend', 'failures', 'observability', 'types'],
    packages: ['@middy/input-output-logger', 'node:stream'],
  },
  backend: {
    files: /^src\/backend\//,
    rooms: ['backend', 'http', 'config', 'failures', 'types'],
    packages: ['got', 'node:events', 'node:stream', 'node:http', 'node:https', 'node:net', 'node:tls'],
  },
  body: {
    files: /^src\/body\//,
    rooms: ['body', 'http', 'failures', 'types'],
    packages: ['node:stream', 'node:zlib'],
  },
  delivery: {
    files: /^src\/delivery\//,
    rooms: ['delivery', 'events', 'http', 'failures', 'observability', 'types'],
    packages: ['node:stream/promises'],
  },
  events: {
    files: /^src\/events\//,
    rooms: ['events', 'failures', 'types'],
    packages: ['valibot', 'node:buffer', 'node:http', 'node:net'],
  },
  pages: {
    files: /^src\/pages\//,
    rooms: ['pages', 'http', 'config', 'failures', 'types'],
    packages: ['hono/html', 'cookie', 'node:crypto', 'node:http'],
  },
  observability: {
    files: /^src\/observability\//,
    rooms: ['observability', 'config', 'http', 'failures', 'types'],
    packages: [
      '@aws-lambda-powertools/logger',
      '@aws-lambda-powertools/metrics',
      '@aws-lambda-powertools/tracer',
      '@aws-lambda-powertools/tracer/middleware',
    ],
  },
  http: {
    files: /^src\/http\//,
    rooms: ['http', 'config', 'failures', 'types'],
    packages: ['cookie', 'hono/utils/compress', 'negotiator', 'node:crypto', 'node:net'],
  },
  config: {
    files: /^src\/config\//,
    rooms: ['config'],
    packages: ['@aws-sdk/client-secrets-manager', 'node:crypto', 'node:fs', 'node:net', 'node:path', 'valibot'],
  },
  failures: { files: /^src\/(?:failures|failure-mapping)\.ts$/, rooms: ['failures'], packages: ['node:net'] },
  types: { files: /^src\/types\.ts$/, rooms: ['config', 'backend', 'failures'], packages: [] },
};

const roomsOf = (path: string) => Object.keys(rooms).filter((name) => rooms[name]?.files.test(path));
const roomOf = (path: string) => roomsOf(path)[0] ?? 'none';
const filesIn = (...names: string[]) => production.filter(({ path }) => names.includes(roomOf(path)));
const importsOf = (list: readonly SourceFile[]) => list.flatMap(({ imports }) => imports);
const arrow = ({ from, to }: Import) => `${from} -> ${to}`;

describe('imports', () => {
  test('are found by the parser in every form', () => {
    const arrows = importsOf(files).map(arrow);
    expect(arrows).toContain('src/index.ts -> src/proxy.ts');
    expect(arrows).toContain('middlewares/xray-tracing.ts -> src/observability/xray.ts');
    expect(arrows).toContain('src/local/main.ts -> src/index.ts');
    expect(importsOf(files).find((each) => arrow(each) === 'src/events/source.ts -> src/types.ts')?.typeOnly).toBe(
      true,
    );
  });

  test('lead to files that exist, and every file has exactly one room', () => {
    const paths = new Set(files.map(({ path }) => path));
    for (const { to } of importsOf(files).filter(({ to }) => isFile(to))) expect(paths).toContain(to);
    for (const { path } of production) expect([path, roomsOf(path)]).toEqual([path, [expect.any(String)]]);
  });

  test('follow the arrows from room to room', () => {
    const wrong = importsOf(production).filter(
      ({ from, to }) => isFile(to) && !rooms[roomOf(from)]?.rooms.includes(roomOf(to)),
    );
    expect(wrong.map(arrow)).toEqual([]);
  });

  test('load a package only in the rooms that it is for', () => {
    const wrong = importsOf(production).filter(
      ({ from, to, typeOnly }) => !isFile(to) && !typeOnly && !rooms[roomOf(from)]?.packages.includes(to),
    );
    expect(wrong.map(arrow)).toEqual([]);
  });

  test('of production never lead to the local front or to a test', () => {
    const wrong = importsOf(production).filter(({ to }) => isLocal(to) || to.startsWith('test/'));
    expect(wrong.map(arrow)).toEqual([]);
    const local = importsOf(files.filter(({ path }) => isLocal(path)));
    expect(local.filter(({ to }) => to.startsWith('test/')).map(arrow)).toEqual([]);
  });

  test('of the local front load of production only its entry, the settings and the rules of HTTP', () => {
    const loaded = importsOf(files.filter(({ path }) => isLocal(path)))
      .filter(({ to, typeOnly }) => isFile(to) && !typeOnly && !isLocal(to))
      .filter(({ to }) => !['index', 'config', 'http'].includes(roomOf(to)));
    expect(loaded.map(arrow)).toEqual([]);
  });

  test('of what is deployed never lead to what deploys it, which uses of the proxy what it looks at a backend with', () => {
    expect(importsOf(files).filter(({ to }) => to.startsWith('infra/'))).toEqual([]);
    const loaded = importsOf(infra).filter(({ to, typeOnly }) => !typeOnly && /^(?:src|middlewares)\//.test(to));
    expect(loaded.length).toBeGreaterThan(5);
    const looking = ['backend', 'config', 'delivery', 'failures', 'events', 'http', 'middlewares'];
    expect(loaded.filter(({ to }) => !looking.includes(roomOf(to))).map(arrow)).toEqual([]);
    expect(loaded.filter(({ from }) => !from.startsWith('infra/doctor/')).map(arrow)).toEqual([]);
  });

  test('make no cycle at run time', () => {
    const next = new Map(
      files.map(({ path, imports }) => [path, imports.filter(({ typeOnly }) => !typeOnly).map(({ to }) => to)]),
    );
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (path: string, way: readonly string[]) => {
      if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(' -> '));
      if (way.includes(path) || done.has(path)) return;
      for (const to of next.get(path) ?? []) visit(to, [...way, path]);
      done.add(path);
    };
    for (const { path } of files) visit(path, []);
    expect(cycles).toEqual([]);
  });

  test('of got stand in one file, and those of the X-Ray SDK in none', () => {
    const importersOf = (pattern: RegExp) =>
      importsOf(production)
        .filter(({ to }) => pattern.test(to))
        .map(({ from }) => from);
    expect(importersOf(/^got$/)).toHaveLength(1);
    expect(new Set(importersOf(/powertools\/tracer/))).toEqual(new Set(['src/observability/xray.ts']));
    expect(importersOf(/aws-xray-sdk/)).toEqual([]);
  });

  test('name no AWS type where HTTP alone is at home', () => {
    const wrong = importsOf(filesIn('http', 'backend', 'failures')).filter(({ to }) => /aws|middy/.test(to));
    expect(wrong.map(arrow)).toEqual([]);
  });
});

/** Names that a file uses as values. */
const namesIn = ({ module }: SourceFile) =>
  new Set([...nodesOf(module)].filter(({ type }) => type === 'Identifier').map((node) => String(node['value'])));

/** Kinds of syntax in a file. */
const kindsIn = ({ module }: SourceFile) => new Set([...nodesOf(module)].map(({ type }) => type));

const theFile = (path: string) => files.find((file) => file.path === path) as SourceFile;

describe('a room', () => {
  test('src/index.ts has its two exports and decides nothing', () => {
    const { body } = theFile('src/index.ts').module;
    const exported = body.flatMap((item) => {
      if (item.type !== 'ExportDeclaration' || item.declaration.type !== 'VariableDeclaration') return [];
      return item.declaration.declarations.map(({ id }) => textOf(id));
    });
    expect(exported).toEqual(['handler', 'streamHandler']);
    const kinds = ['ImportDeclaration', 'VariableDeclaration', 'ExportDeclaration'];
    for (const { type } of body) expect(kinds).toContain(type);
  });

  test.each(['src/index.ts', 'src/proxy.ts'])('%s has no condition and no loop', (path) => {
    const kinds = [...kindsIn(theFile(path))];
    expect(kinds.filter((kind) => /^(?:If|Switch|For|While|DoWhile|Try)|Conditional/.test(kind))).toEqual([]);
  });

  test.each(['http', 'events', 'pages'])('src/%s has no environment, no clock, no timer and no log', (room) => {
    const forbidden = ['process', 'console', 'Date', 'performance', 'fetch', 'setTimeout', 'setInterval', 'logger'];
    for (const file of filesIn(room)) {
      const found = forbidden.filter((name) => namesIn(file).has(name));
      expect([file.path, found]).toEqual([file.path, []]);
    }
  });

  test('src/config/config.ts is given its environment', () => {
    expect(namesIn(theFile('src/config/config.ts'))).not.toContain('process');
  });

  test('src/types.ts holds types alone', () => {
    const { module, imports } = theFile('src/types.ts');
    expect(imports.filter(({ typeOnly }) => !typeOnly)).toEqual([]);
    const kinds = ['ImportDeclaration', 'ExportDeclaration', 'TsInterfaceDeclaration', 'TsTypeAliasDeclaration'];
    for (const item of module.body) {
      expect(kinds).toContain(item.type === 'ExportDeclaration' ? item.declaration.type : item.type);
    }
  });

  test('one file alone knows Lambda’s global of the streaming handlers', () => {
    const named = production.filter(({ text }) => /\bawslambda\b/.test(text)).map(({ path }) => path);
    expect(named).toEqual(['src/delivery/streaming.ts']);
  });

  test('pages are loaded when they are needed: no middleware imports one when it is loaded itself', () => {
    for (const { path, module } of filesIn('middlewares')) {
      const early = module.body.filter(
        (item) => item.type === 'ImportDeclaration' && !item.typeOnly && item.source.value.includes('/pages/'),
      );
      expect([path, early]).toEqual([path, []]);
    }
  });

  test('each middleware is one file that exports one thing', () => {
    for (const { path, module } of filesIn('middlewares')) {
      const exports = module.body.filter(({ type }) => type.startsWith('Export'));
      expect([path, exports]).toEqual([path, [expect.anything()]]);
    }
  });
});
