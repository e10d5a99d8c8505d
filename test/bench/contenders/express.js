import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import serverless from 'serverless-http';

/** As most do it: serverless-http in front of Express and http-proxy-middleware, with the keep-alive it needs added. */
const target = process.env.REMOTE_URL;
const Agent = target.startsWith('https:') ? HttpsAgent : HttpAgent;

const app = express();
app.use(
  createProxyMiddleware({
    target,
    changeOrigin: true,
    secure: false,
    agent: new Agent({ keepAlive: true, rejectUnauthorized: false }),
  }),
);

export const handler = serverless(app, { binary: ['application/octet-stream'] });
