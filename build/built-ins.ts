import { builtinModules } from 'node:module';
import type { Plugin, PluginBuild } from 'esbuild';

const pluginName = 'built-ins';

/**
 * Built-in modules that few requests need. A plain HTTP request must not load them: some cost milliseconds at every cold
 * start (with the modules that they load in turn: crypto 8, tls and https 15, http2 25).
 */
const lazy = new Set(['assert', 'crypto', 'dns', 'http2', 'https', 'stream/web', 'timers/promises', 'tls', 'zlib']);

const name = (specifier: string) => specifier.replace(/^node:/, '');

/** Source of a module for `require`: the built-in module itself. */
const whole = (module: string) => `module.exports = process.getBuiltinModule(${JSON.stringify(module)});`;

/** Source of a module for `import`: the built-in module and the imported ones of its exports. */
const byName = (module: string, names: readonly string[]): string =>
  [
    `const module_ = process.getBuiltinModule(${JSON.stringify(module)});`,
    'const read = (name) => module_[name];',
    'export default module_;',
    ...names.map(
      (key) => `const ${key}_ = /* @__PURE__ */ read(${JSON.stringify(key)});\nexport { ${key}_ as ${key} };`,
    ),
  ].join('\n');

/** An import of a built-in module as esbuild prints it: a default, a namespace, names. */
const printedImport = /^import (?:[\w$]+)?(?:, )?(?:\* as ([\w$]+))?(?:\{([^}]*)\})? ?from "(?:node:)?([\w/]+)";$/gm;

/** Returns the names that a bundle imports from each built-in module, or uses of its namespace. */
function importedNames(bundle: string): [module: string, names: string[]][] {
  return [...bundle.matchAll(printedImport)].map(([, namespace, list = '', module = '']) => {
    const named = list.split(',').map((each) => each.trim().split(' as ')[0] ?? '');
    const used = namespace && [
      ...bundle.matchAll(new RegExp(`\\b${namespace.replaceAll('$', '\\$')}\\.([\\w$]+)`, 'g')),
    ];
    return [
      module,
      [...named, ...(used || []).map(([, name = '']) => name)].filter((name) => name && name !== 'default'),
    ];
  });
}

/**
 * Returns the names that a build imports from each built-in module, sorted. Those that a module exports differ between
 * versions of Node.js, and even those that are not used would change the minified names, and with them the zip.
 */
async function namesOf({ initialOptions, esbuild }: PluginBuild): Promise<Map<string, string[]>> {
  const { plugins = [], external = [], metafile: _, minify: __, sourcemap: ___, ...options } = initialOptions;
  const { outputFiles } = await esbuild.build({
    ...options,
    plugins: plugins.filter(({ name }) => name !== pluginName),
    external: [...external, ...builtinModules, 'node:*'],
    legalComments: 'none',
    metafile: false,
    write: false,
  });
  const names = new Map<string, Set<string>>();
  for (const [module, imported] of outputFiles.flatMap(({ text }) => importedNames(text)))
    names.set(module, new Set([...(names.get(module) ?? []), ...imported]));
  return new Map([...names].map(([module, found]) => [module, [...found].sort()]));
}

/**
 * Source of a module for `import` of a lazy one. In the bundle, `tls.connect` stays a property that is read when it is
 * used. The object that has it is empty, and inherits from a proxy that loads the built-in module then.
 */
const onDemand = (module: string) => `
  let module_;
  const get = (_, name) => (module_ ??= process.getBuiltinModule(${JSON.stringify(module)}))[name];
  module.exports = Object.create(new Proxy({}, { get }));`;

/**
 * Reads Node's built-in modules with `process.getBuiltinModule` instead of importing them. An ES import of `node:http`
 * makes a facade that reads every export, and some exports load undici, web streams and WebCrypto: tens of milliseconds
 * at every cold start.
 *
 * The first use of an export loads a module in `lazy`. Code that uses one while it is loaded itself, such as
 * `class X extends https.Agent`, defeats that; test/runtime/loading.test.ts notices. `require` calls of CommonJS packages
 * get the module itself, which they may copy or change.
 */
export const builtIns: Plugin = {
  name: pluginName,
  async setup(pluginBuild) {
    const { onResolve, onLoad } = pluginBuild;
    const names = new Set(builtinModules);
    const imported = await namesOf(pluginBuild);
    onResolve({ filter: /^(?:node:)?[\w/]+$/ }, ({ path, kind }) => {
      const module = name(path);
      if (!names.has(module)) return undefined;
      // Loaded when it is needed, so that its facade costs nothing before.
      if (kind === 'dynamic-import') return { path: `node:${module}`, external: true };
      if (kind !== 'import-statement') return { path: module, namespace: 'required-built-in' };
      return { path: module, namespace: lazy.has(module) ? 'lazy-built-in' : 'built-in' };
    });
    onLoad({ filter: /.*/, namespace: 'required-built-in' }, ({ path }) => ({ contents: whole(path) }));
    onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => ({
      contents: byName(path, imported.get(path) ?? []),
    }));
    onLoad({ filter: /.*/, namespace: 'lazy-built-in' }, ({ path }) => ({ contents: onDemand(path) }));
  },
};
