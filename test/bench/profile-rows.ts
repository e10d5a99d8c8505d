import type { Profiler, Runtime } from 'node:inspector';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** The row of what has none of the entry's functions on its stack. */
export const nodeItself = 'Node.js';

/** Rows by the names that V8 and Node.js give what is no function of the entry; waiting has none. */
const special: ReadonlyMap<string, string | undefined> = new Map([
  ['(idle)', undefined],
  ['(garbage collector)', 'garbage collection'],
  ['compileSourceTextModule', 'compiling the entry'],
]);

/** Returns the package or the folder that a source belongs to. */
function roomOf(source: string): string {
  const [, dependency] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source) ?? [];
  const [, own] = /(?:^|\/)((?:src\/[^/.]+|src|middlewares|build))\//.exec(source) ?? [];
  return dependency ?? own ?? nodeItself;
}

/**
 * Names the room of a function in a minified entry, by its position.
 *
 * @param map its source map
 * @param entry its URL
 */
export function rooms(map: SourceMapPayload, entry: string): (frame: Runtime.CallFrame) => string | undefined {
  const positions = new SourceMap(map);
  return ({ url, lineNumber, columnNumber }) => {
    if (url !== entry) return undefined;
    const found = positions.findEntry(lineNumber, columnNumber);
    return roomOf('originalSource' in found ? found.originalSource : '');
  };
}

/**
 * Sums a CPU profile by room. A sample counts for the innermost function of the entry on its stack: what Node does for it,
 * and the compiling of the functions that it calls, is its own. Waiting does not count.
 *
 * @param profile of V8
 * @param roomOfFrame returns undefined for a function of another file
 * @returns milliseconds by room
 */
export function millisecondsByRoom(
  { nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
  roomOfFrame: (frame: Runtime.CallFrame) => string | undefined,
): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const known = new Map<number, string | undefined>();
  const roomOfNode = (id: number): string | undefined => {
    if (known.has(id)) return known.get(id);
    const { callFrame } = byId.get(id) as Profiler.ProfileNode;
    const parent = parents.get(id);
    const byStack = () => roomOfFrame(callFrame) ?? (parent === undefined ? nodeItself : roomOfNode(parent));
    const room = special.has(callFrame.functionName) ? special.get(callFrame.functionName) : byStack();
    known.set(id, room);
    return room;
  };
  const sums = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const room = roomOfNode(id);
    // A delta is the time before its sample, which therefore belongs to the sample before.
    const milliseconds = (timeDeltas[index + 1] ?? 0) / 1000;
    if (room !== undefined) sums.set(room, (sums.get(room) ?? 0) + milliseconds);
  }
  return sums;
}
