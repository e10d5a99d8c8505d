'use strict';

/**
 * The practical limit: what a forwarder costs that does nothing but forward. Kept-alive connections and a base64
 * answer; no filter, no deadline, no error page, no log line, and hop-by-hop fields pass as they are.
 */
const { pipeline } = require('node:stream/promises');

const backend = new URL(process.env.REMOTE_URL);
const http = require(backend.protocol === 'https:' ? 'node:https' : 'node:http');
const agent = new http.Agent({ keepAlive: true, rejectUnauthorized: false });

function ask(event) {
  const { method } = event.requestContext.http;
  const path = event.rawPath + (event.rawQueryString && `?${event.rawQueryString}`);
  const headers = { ...event.headers, host: backend.host };
  return new Promise((resolve, reject) => {
    const request = http.request({ host: backend.hostname, port: backend.port, agent, method, path, headers }, resolve);
    request.on('error', reject);
    request.end(event.body && Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8'));
  });
}

exports.handler = async (event) => {
  const response = await ask(event);
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  const { 'set-cookie': cookies = [], ...headers } = response.headers;
  const body = Buffer.concat(chunks).toString('base64');
  return { statusCode: response.statusCode, headers, cookies, isBase64Encoded: true, body };
};

exports.streamHandler = awslambda.streamifyResponse(async (event, responseStream) => {
  const response = await ask(event);
  const { 'set-cookie': cookies = [], ...headers } = response.headers;
  const { statusCode } = response;
  await pipeline(response, awslambda.HttpResponseStream.from(responseStream, { statusCode, headers, cookies }));
});
