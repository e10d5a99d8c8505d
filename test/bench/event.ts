import { eventFor } from '../helpers/events.ts';

/** What a browser sends. */
export const browser = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'accept-encoding': 'identity',
  'accept-language': 'en-GB,en;q=0.9,de;q=0.8',
  'cache-control': 'no-cache',
  cookie: 'session=0123456789abcdef0123456789abcdef; theme=dark; consent=1',
  pragma: 'no-cache',
  priority: 'u=0, i',
  referer: 'https://local.lambda-url.us-east-1.on.aws/',
  'sec-ch-ua': '"Chromium";v="140", "Not=A?Brand";v="24"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'same-origin',
  'upgrade-insecure-requests': '1',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
};

/** A browser's request as a Function URL hands it on, some 20 header fields with the front door's own. */
export const browserEvent = (target: string) => eventFor({ target, headers: browser });

/** A request with exactly so many header fields, the front door's own included. */
export function eventWithFields(target: string, count: number): Record<string, unknown> {
  const own = Object.keys(eventFor({ target })['headers'] as object).length;
  const headers = Object.fromEntries(
    Array.from({ length: count - own }, (_, index) => [`x-field-${index}`, `value number ${index} of a field`]),
  );
  return eventFor({ target, headers });
}
