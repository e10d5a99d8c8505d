import type { PluginBuild } from 'esbuild';

/**
 * Fails a build in which a plugin found nothing to change, as after an update of the package that it changes.
 *
 * @param build the plugin's build
 * @param otherwise the error's text: what is not there any more, and what to remove
 * @returns a function for the plugin to call when it made its change
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
