import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { inProcess, type RunningProxy } from '../helpers/proxies.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';

/** Where to see each kind of page of the proxy. */
export interface OwnPages {
  /**
   * Addresses by name. The kinds differ in the side that failed, and in what may be tried again; `waiting` is `starting`
   * with a link to the target.
   */
  readonly addresses: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const logo =
  'data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22%20viewBox=%220%200%2024%2024%22%3E%3Cpath%20fill=%22%2317804a%22%20d=%22M12%202C6%206%204%2011%206%2019c8%201%2013-4%2012-15-1-1-3-2-6-2z%22/%3E%3C/svg%3E';

/** Starts proxies that fail in every way that has a different page. */
export async function startOwnPages(): Promise<OwnPages> {
  const demo: DemoBackend = await startDemoBackend();
  const common = { APP_NAME: 'Greenhouse', GENERAL_ERROR: 'Sorry' };
  const down = { ...common, REMOTE_URL: await refusedUrl(), PAGE_LOGO: logo };
  const starting: RunningProxy = await inProcess(down);
  const linked = await inProcess({ ...down, SHOW_TARGET_LINK: 'true' });
  const up = await inProcess({
    ...common,
    REMOTE_URL: demo.httpsUrl,
    FILTERED_PATH: '/closed',
    FILTERED_URL_MSG: 'This part of the greenhouse is closed in winter.',
  });
  const help = { SUPPORT_URL: 'mailto:help@greenhouse.example', STATUS_URL: 'https://status.greenhouse.example/' };
  const asleep = await inProcess({ ...down, WAKE: 'ec2:i-0123456789abcdef0', ...help });
  const helpful = await inProcess({ ...common, REMOTE_URL: demo.httpsUrl, FILTERED_PATH: '/closed', ...help });
  const closed = await inProcess({
    ...common,
    REMOTE_URL: demo.httpsUrl,
    MAINTENANCE: 'Back at six, when the roof is on again.',
  });
  const locked = await inProcess({
    ...common,
    REMOTE_URL: demo.httpsUrl,
    BASIC_LOGIN: 'on',
    BASIC_LOGIN_SECRET: 'correct-horse-battery-staple-0123456789',
  });
  const unset = await inProcess({});
  return {
    addresses: {
      starting: `${starting.url}/seedlings`,
      waiting: `${linked.url}/seedlings`,
      filtered: `${up.url}/closed`,
      helpful: `${helpful.url}/closed`,
      asleep: `${asleep.url}/seedlings`,
      maintenance: `${closed.url}/seedlings`,
      broken: `${up.url}/broken/reset`,
      misconfigured: `${unset.url}/`,
      'log-in': `${locked.url}/basic-auth/user/passwd`,
      'log-out': `${locked.url}/_rproxy/log-out`,
      dump: `${up.url}/shop/caf%C3%A9?lang=en&token=hidden&dump_request=y`,
    },
    close: async () => {
      await Promise.all([starting, linked, up, unset, asleep, helpful, closed, locked].map((proxy) => proxy.close()));
      await demo.close();
    },
  };
}
