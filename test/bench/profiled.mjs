/*
 * A handler in front of another, copied beside its entry: writes V8's CPU profiles of loading the entry and of its first
 * request. Plain JavaScript of few built-in modules, so that the entry meets the state that the runtime client leaves.
 */
const { Session } = process.getBuiltinModule('node:inspector');
const { writeFileSync } = process.getBuiltinModule('node:fs');

const session = new Session();
session.connect();
/** Commands of the Profiler respond at once. */
const command = (method, parameters) => {
  let response;
  session.post(`Profiler.${method}`, parameters, (error, result) => {
    if (error) throw new Error(error.message);
    response = result;
  });
  return response;
};

command('enable');
command('setSamplingInterval', { interval: 50 });
command('start');
const { handler: profiled } = await import(process.env.PROFILED_ENTRY);
const { profile: loading } = command('stop');

let isFirst = true;

export async function handler(event, context) {
  if (!isFirst) return profiled(event, context);
  isFirst = false;
  command('start');
  const response = await profiled(event, context);
  const { profile: firstRequest } = command('stop');
  writeFileSync(process.env.PROFILES, JSON.stringify({ loading, firstRequest }));
  return response;
}
