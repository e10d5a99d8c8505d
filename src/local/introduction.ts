import { withoutSecrets } from '../config/remote-url.ts';
import { settings } from '../config/settings.ts';
import type { Options } from './command-line.ts';

/** Returns the settings that are set, one line each, without their secrets. */
const settingsInForce = (env: NodeJS.ProcessEnv) =>
  Object.entries(settings).flatMap(([name, row]) => {
    const value = env[name];
    if (!value) return [];
    const secret = 'secret' in row;
    const shown =
      name === 'REMOTE_URL' ? withoutSecrets(value) : secret ? undefined : value.split('\n', 1)[0]?.slice(0, 80);
    return [shown === undefined ? `${name} (set)` : `${name}=${shown}`];
  });

/** The facts that the introduction states. */
interface Facts {
  /** URL that this machine opens. */
  readonly url: string;
  /** URLs that other machines open. */
  readonly networkUrls: readonly string[];
  /** URL of the embedded demo backend, where that is the backend. */
  readonly demoUrl: string | undefined;
  /** True when the lines of the log are made readable; they are JSON otherwise. */
  readonly readable: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** Returns the text that `npm start` prints first. */
export function introduction({ front, streams }: Options, { url, networkUrls, demoUrl, readable, env }: Facts): string {
  const emulated = `${front.title}${streams ? ' that streams' : ''}`;
  const backend =
    demoUrl === undefined
      ? withoutSecrets(env['REMOTE_URL'] ?? '')
      : `${demoUrl} (embedded demo, self-signed certificate)`;
  const indent = '\n            ';
  return `
  You       ${[url, ...networkUrls.map((each) => `${each}  from other machines`)].join(indent)}
    |       emulated here: ${emulated} in front of the real ${'overHttp' in front ? 'server' : 'handler'}
  Backend   ${backend}

  Settings  ${settingsInForce(env).join(indent)}

  Try       ${url}/
            ${url}/headers?dump_request=y
            ${url}/headers?trace_connection=y   and read the lines below
  Stop      Ctrl-C

  The lines below are the function's own log, ${readable ? 'one line per request; JSON when piped' : 'one JSON object each'}.
`;
}
