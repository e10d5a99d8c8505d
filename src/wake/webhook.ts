import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { WakeError } from './wake-error.ts';

/** Why a status other than 2xx came, for those that operators meet. */
function remedyFor(status: number): string {
  if (status === 401 || status === 403) return 'set WAKE_SECRET to the token that the webhook expects';
  if (status >= 300 && status < 400) return 'set WAKE to the address that the webhook redirects to';
  return 'see that WAKE is the address of the webhook, and what its log says';
}

/**
 * Sends an empty POST to a webhook, with the secret as a bearer token (RFC 6750 §2.1). Redirects are not followed: they
 * would carry the secret elsewhere.
 *
 * @param url of the webhook; it may hold a secret, and is never quoted
 * @param secret the token, or undefined for none
 * @param timeoutMs up to the status of the response
 * @throws {WakeError} without a 2xx response
 */
export async function callWebhook(url: string, secret: string | undefined, timeoutMs: number): Promise<void> {
  const { request } = url.startsWith('https:') ? https : http;
  const message = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-length': '0',
      'user-agent': 'lambda-rproxy',
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
    },
  });
  // Not `timeout`, which begins anew with each byte.
  const timer = setTimeout(() => message.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })), timeoutMs);
  let status: number;
  try {
    message.end();
    const [response] = (await once(message, 'response')) as [IncomingMessage];
    status = response.statusCode ?? 0;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new WakeError(
      `the webhook did not respond (${code})`,
      'see that the function reaches the webhook; in a VPC that takes a NAT gateway for addresses outside',
      error,
    );
  } finally {
    clearTimeout(timer);
    // Its body is of no use, and may have no end.
    message.on('error', () => undefined).destroy();
  }
  if (status < 200 || status > 299) throw new WakeError(`the webhook responded with ${status}`, remedyFor(status));
}
