/**
 * A Function URL under its public name, played in a process of its own: HTTPS in, the event to the built bundle, and
 * back. Started by endpoint.ts; the settings of the proxy are this process's environment.
 */
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { functionUrlFront } from '../../src/local/function-url.ts';
import { localInvoke } from '../../src/local/invoke.ts';

process.env['AWS_LAMBDA_MAX_CONCURRENCY'] ??= '64';

const { PUBLIC_NAME = '', TLS_KEY = '', TLS_CERT = '' } = process.env;
// The built bundle has no types.
const bundle = (await import(
  new URL('../../dist/index.mjs', import.meta.url).href
)) as typeof import('../../src/index.ts');
const invoke = await localInvoke(bundle.handler);
const front = { ...functionUrlFront, domainName: PUBLIC_NAME };

const server = https.createServer({ key: TLS_KEY, cert: TLS_CERT }, async (message, response) => {
  try {
    const event = front.toEvent({
      method: message.method ?? 'GET',
      target: message.url ?? '/',
      rawHeaders: message.rawHeaders,
      body: await buffer(message),
      sourceIp: '198.51.100.7',
    });
    const { statusCode, headers, body } = front.toResponse(
      JSON.parse(JSON.stringify(await invoke(JSON.parse(JSON.stringify(event))))),
    );
    response.statusCode = statusCode;
    for (const [name, value] of headers) {
      const isRemapped = front.remappedFields.includes(name.toLowerCase());
      response.appendHeader(isRemapped ? `x-amzn-remapped-${name}` : name, value);
    }
    if (statusCode !== 204 && statusCode !== 304) response.setHeader('content-length', body.length);
    response.end(body);
  } catch (error) {
    console.error('invocation failed:', error);
    response.destroy();
  }
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
