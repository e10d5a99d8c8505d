import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Built-in modules that only some requests need, if any: what a plain HTTP request runs through must not load them. A
 * few cost milliseconds each at every cold start (crypto 8, tls and https 15, http2 25 with what they bring along).
 */
const lazy = new Set(['assert', 'crypto', 'dns', 'http2', 'https', 'stream/web', 'timers/promises', 'tls', 'zlib']);

const name = (specifier: string) => specifier.replace(/^node:/, '');

/** For `require`: the module itself. */
const whole = (module: string) => `module.exports = process.getBuiltinModule(${JSON.stringify(module)});`;

/** For `import`: the module, and its exports one by one, of which esbuild leaves out those that nobody asks for. */
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
 * For `import` of a late one: esbuild leaves `tls.connect` in the bundle's code as a property that is read when used, of
 * an object that has none of its own. What it inherits is loaded then.
 */
const onDemand = (module: string) => `
  let module_;
  const get = (_, name) => (module_ ??= process.getBuiltinModule(${JSON.stringify(module)}))[name];
  module.exports = Object.create(new Proxy({}, { get }));`;

/**
 * Takes Node's built-in modules from `process.getBuiltinModule` instead of importing them. An ES import of `node:http`
 * makes a facade that reads every export, and some of those load undici, web streams and WebCrypto: tens of
 * milliseconds at every cold start.
 *
 * Those in `lazy` are loaded by the first use of an export. Code that uses one while it is loaded itself, such as
 * `class X extends https.Agent`, undoes that; the tests of what is loaded notice. `require` calls of CommonJS packages
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
