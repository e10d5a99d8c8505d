import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Built-in modules that few requests need. A plain HTTP request must not load them: some cost milliseconds at every cold
 * start (with the modules that they load in turn: crypto 8, tls and https 15, http2 25).
 */
const lazy = new Set(['assert', 'crypto', 'dns', 'http2', 'https', 'stream/web', 'timers/promises', 'tls', 'zlib']);

const name = (specifier: string) => specifier.replace(/^node:/, '');

/** Source of a module for `require`: the built-in module itself. */
const whole = (module: string) => `module.exports = process.getBuiltinModule(${JSON.stringify(module)});`;

/** Source of a module for `import`: the built-in module and its exports one by one; esbuild drops the unused ones. */
function byName(module: string): string {
  const exports = Object.keys(process.getBuiltinModule(module) as object).filter((key) => /^[a-z_$][\w$]*$/i.test(key));
  return [
    `const module_ = process.getBuiltinModule(${JSON.stringify(module)});`,
    'const read = (name) => module_[name];',
    'export default module_;',
    ...exports.map(
      (key) => `const ${key}_ = /* @__PURE__ */ read(${JSON.stringify(key)});\nexport { ${key}_ as ${key} };`,
    ),
  ].join('\n');
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
  name: 'built-ins',
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules);
    onResolve({ filter: /^(?:node:)?[\w/]+$/ }, ({ path, kind }) => {
      const module = name(path);
      if (!names.has(module)) return undefined;
      if (kind !== 'import-statement') return { path: module, namespace: 'required-built-in' };
      return { path: module, namespace: lazy.has(module) ? 'lazy-built-in' : 'built-in' };
    });
    onLoad({ filter: /.*/, namespace: 'required-built-in' }, ({ path }) => ({ contents: whole(path) }));
    onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => ({ contents: byName(path) }));
    onLoad({ filter: /.*/, namespace: 'lazy-built-in' }, ({ path }) => ({ contents: onDemand(path) }));
  },
};
