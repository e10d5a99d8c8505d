import { describe, expect, test } from '@jest/globals';
import { allowedArrows, arrowsBetween, isAllowed, roomOf, rooms, roomsOf } from './rooms.ts';
import {
  arrow,
  files,
  type Import,
  importsOf,
  infra,
  isFile,
  isLocal,
  nodesOf,
  production,
  type SourceFile,
  textOf,
} from './source-files.ts';

const filesIn = (...names: string[]) => production.filter(({ path }) => names.includes(roomOf(path)));

/** Returns the cycles among the imports that count. */
function cyclesIn(list: readonly SourceFile[], counts: (each: Import) => boolean): string[] {
  const next = new Map(list.map(({ path, imports }) => [path, imports.filter(counts).map(({ to }) => to)]));
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(' -> '));
    if (way.includes(path) || done.has(path)) return;
    for (const to of next.get(path) ?? []) visit(to, [...way, path]);
    done.add(path);
  };
  for (const { path } of list) visit(path, []);
  return cycles;
}

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
    const wrong = importsOf(production).filter((each) => isFile(each.to) && !isAllowed(each));
    expect(wrong.map(arrow)).toEqual([]);
  });

  test('use every arrow of the table, so that docs/design.md shows none that does not exist', () => {
    const used = arrowsBetween(production, false).map(String);
    expect(allowedArrows().map(String).sort()).toEqual(used.sort());
  });

  test('load a package only in the rooms that the table allows', () => {
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

  test('of the local front load only the entries, the settings and the rules of HTTP from production', () => {
    const loaded = importsOf(files.filter(({ path }) => isLocal(path)))
      .filter(({ to, typeOnly }) => isFile(to) && !typeOnly && !isLocal(to))
      .filter(({ to }) => !['index', 'standalone', 'config', 'http'].includes(roomOf(to)));
    expect(loaded.map(arrow)).toEqual([]);
  });

  test('of deployed code never lead to infra, of which only the doctor, the checks before a deployment and the command load the proxy, and `why` its words', () => {
    expect(importsOf(files).filter(({ to }) => to.startsWith('infra/'))).toEqual([]);
    const loaded = importsOf(infra.filter(({ path }) => path !== 'infra/command.ts')).filter(
      ({ to, typeOnly }) => !typeOnly && /^(?:src|middlewares)\//.test(to),
    );
    expect(loaded.length).toBeGreaterThan(5);
    const looking = ['backend', 'config', 'delivery', 'failures', 'events', 'http', 'middlewares'];
    const byCheck = loaded.filter(({ from }) => /^infra\/(?:doctor|checks)\//.test(from));
    expect(byCheck.filter(({ to }) => !looking.includes(roomOf(to))).map(arrow)).toEqual([]);
    expect(loaded.filter((each) => !byCheck.includes(each)).map(arrow)).toEqual([
      'infra/why/story.ts -> src/failures.ts',
      'infra/why/story.ts -> src/local/readable-log.ts',
    ]);
  });

  test('make no cycle at run time', () => {
    expect(cyclesIn(files, ({ typeOnly }) => !typeOnly)).toEqual([]);
  });

  test('of the local front make no cycle, with those of types counted', () => {
    expect(cyclesIn(files, ({ from, to }) => isLocal(from) && isLocal(to))).toEqual([]);
  });

  test('of got are in one file, and those of the X-Ray SDK in none', () => {
    const importersOf = (pattern: RegExp) =>
      importsOf(production)
        .filter(({ to }) => pattern.test(to))
        .map(({ from }) => from);
    expect(importersOf(/^got(?:\/|$)/)).toEqual(['src/backend/got-client.ts']);
    expect(new Set(importersOf(/powertools\/tracer/))).toEqual(new Set(['src/observability/xray.ts']));
    expect(importersOf(/aws-xray-sdk/)).toEqual([]);
  });

  test('name no AWS type in the rooms of HTTP', () => {
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
  test('src/index.ts has two exports and no logic', () => {
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

  test('src/config/config.ts receives its environment', () => {
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

  test('only one file uses Lambda’s global for streaming handlers', () => {
    const named = production.filter(({ text }) => /\bawslambda\b/.test(text)).map(({ path }) => path);
    expect(named).toEqual(['src/delivery/streaming.ts']);
  });

  test('pages are lazy: no middleware imports one statically', () => {
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
