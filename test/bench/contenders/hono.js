import { Hono } from 'hono';
import { handle, streamHandle } from 'hono/aws-lambda';
import { proxy } from 'hono/proxy';

/** As in Hono's guides: the AWS Lambda adapter and the proxy helper. */
const backend = new URL(process.env.REMOTE_URL);
// fetch has no other way to accept a self-signed certificate.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

const app = new Hono();
app.all('*', (context) => {
  const { pathname, search } = new URL(context.req.url);
  return proxy(`${backend.origin}${pathname}${search}`, {
    raw: context.req.raw,
    headers: { ...context.req.header(), host: backend.host },
    redirect: 'manual',
  });
});

export const handler = handle(app);
export const streamHandler = streamHandle(app);
