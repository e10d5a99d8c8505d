import type { PluginBuild } from 'esbuild';

/**
 * Fails each build in which what a plugin is for has not happened, as after an update of the package that it is about.
 *
 * @param build the plugin's build
 * @param otherwise the error's text: what is not there any more, and what to take out
 * @returns what the plugin calls when it has happened
 */
export function mustHappen({ onStart, onEnd }: PluginBuild, otherwise: string): () => void {
  let happened = false;
  onStart(() => {
    happened = false;
  });
  onEnd(() => ({ errors: happened ? [] : [{ text: otherwise }] }));
  return () => {
    happened = true;
  };
}
