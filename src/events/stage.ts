/**
 * Returns the path that a stage of API Gateway has on the API's default endpoint; undefined for none. Whether the
 * request came there is for its host to say.
 *
 * @param stage name of the stage
 * @param wholePath path of the event that includes the stage where the client's URL does, if there is one
 * @example stagePathOf('live', '/live/x') // '/live'
 */
export function stagePathOf(stage: string, wholePath: string | null | undefined): string | undefined {
  // `$default` has no path, and a stage is named by letters, digits, `_` and `-`.
  if (!/^[\w-]+$/.test(stage)) return undefined;
  const path = `/${stage}`;
  return !wholePath || wholePath === path || wholePath.startsWith(`${path}/`) ? path : undefined;
}
