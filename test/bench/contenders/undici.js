import { Agent, request, setGlobalDispatcher } from 'undici';

/** The client that is said to be the fastest, and nothing around it. Not a proxy: what `bare` is to node:http. */
const backend = new URL(process.env.REMOTE_URL);
setGlobalDispatcher(new Agent({ connect: { rejectUnauthorized: false } }));

export const handler = async (event) => {
  const { method } = event.requestContext.http;
  const path = event.rawPath + (event.rawQueryString && `?${event.rawQueryString}`);
  // undici writes the framing itself, and refuses a request that names the connection's.
  const { connection: _, 'content-length': __, ...headers } = event.headers;
  headers.host = backend.host;
  const sent = event.body ? Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8') : null;
  const response = await request(backend.origin + path, { method, headers, body: sent });
  const { 'set-cookie': cookies = [], ...fields } = response.headers;
  const body = Buffer.from(await response.body.arrayBuffer()).toString('base64');
  return {
    statusCode: response.statusCode,
    headers: fields,
    cookies: [cookies].flat(),
    isBase64Encoded: true,
    body,
  };
};
