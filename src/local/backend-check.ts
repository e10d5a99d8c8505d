import { once } from 'node:events';
import http from 'node:http';

/**
 * Sends one HEAD request through the proxy to the backend and describes the result in one sentence.
 *
 * @param url root of the local front door
 */
export async function checkBackend(url: string): Promise<string> {
  const startedAt = performance.now();
  const request = http.request(`${url}/`, { method: 'HEAD', agent: false }).end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  const status = response.statusCode;
  const failure = /\berror=([\w-]+)/.exec(String(response.headers['proxy-status'] ?? ''))?.[1];
  if (failure !== undefined && /^(?:http_request|proxy)_/.test(failure)) {
    return `not checked: the proxy itself responds with ${status} ${failure}; the log line of the request gives the reason`;
  }
  return failure === undefined
    ? `the backend responds: ${status} to HEAD / in ${Math.round(performance.now() - startedAt)} ms`
    : `no response from the backend: ${status} ${failure}; the log line of the request gives the reason`;
}
