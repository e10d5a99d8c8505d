/*
 * A handler in front of another, copied beside its entry: writes V8's CPU profiles of loading the entry, of its first
 * request and of many later ones. Plain JavaScript of few built-in modules, so that the entry meets the state that the
 * runtime client leaves.
 */
const { Session } = process.getBuiltinModule('node:inspector');
const { writeFileSync } = process.getBuiltinModule('node:fs');

const { PROFILED_ENTRY, PROFILES, WARM_UP, PROFILED_REQUESTS } = process.env;
const warmUp = Number(WARM_UP);
const last = warmUp + Number(PROFILED_REQUESTS);

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

const profiles = {};
const begin = () => command('start');
const end = (phase) => {
  profiles[phase] = command('stop').profile;
  writeFileSync(PROFILES, JSON.stringify(profiles));
};

command('enable');
command('setSamplingInterval', { interval: 50 });
begin();
const { handler: profiled } = await import(PROFILED_ENTRY);
end('loading');

let requests = 0;

export async function handler(event, context) {
  requests += 1;
  if (requests === 1 || requests === warmUp + 1) begin();
  const response = await profiled(event, context);
  if (requests === 1) end('firstRequest');
  if (requests === last) end('requests');
  return response;
}
