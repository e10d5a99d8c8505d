/**
 * Preload (`node --require`) that answers the runtime client's `require('./rapid-client.node')`.
 *
 * `aws-lambda-ric` fetches events and posts buffered answers through a native add-on around libcurl, which takes
 * cmake, autoconf and a C++ compiler to build. This file implements the add-on's three functions in plain JavaScript
 * so that `npm ci --ignore-scripts` is enough. The client's own alternative (AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1)
 * would not do: it still loads the add-on, replaces only `next`, and shares one socket between `next` and streamed
 * answers, which would lock up multi-concurrency mode.
 *
 * As in the add-on, `next` returns a promise while `done` and `error` block the event loop until the Runtime API has
 * answered, and ignore what it answered. Hence an answer is never lost when the process ends right after it, and large
 * answers stop everything else in the process, as they do on AWS.
 */
'use strict';

const { readSync, writeSync } = require('node:fs');
const http = require('node:http');
const Module = require('node:module');
const { Socket } = require('node:net');

const API = '/2018-06-01/runtime/invocation';
const PASSED_HEADERS = [
  'lambda-runtime-aws-request-id',
  'lambda-runtime-trace-id',
  'lambda-runtime-invoked-function-arn',
  'lambda-runtime-client-context',
  'lambda-runtime-cognito-identity',
  'lambda-runtime-aws-tenant-id',
];

/** Opens the socket for posts. It is never read by the event loop, so that blocking calls on its descriptor can. */
function openPostSocket(host, port) {
  return new Promise((resolve, reject) => {
    const socket = new Socket().pause();
    socket.once('error', reject);
    socket.connect(port, host, () => {
      socket.setNoDelay(true);
      socket._handle.setBlocking(true);
      resolve(socket);
    });
  });
}

/** Reads one whole HTTP response, whose length must be declared. */
function readResponse(fd) {
  const buffer = Buffer.alloc(65_536);
  let received = '';
  for (;;) {
    const length = readSync(fd, buffer);
    if (length === 0) return;
    received += buffer.latin1Slice(0, length);
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd === -1) continue;
    const [, declared = '0'] = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, headEnd)) ?? [];
    if (received.length >= headEnd + 4 + Number(declared)) return;
  }
}

function createClient(address) {
  const [host, port] = address.split(':');
  const agent = new http.Agent({ keepAlive: true });
  let postSocket;

  function getNext() {
    return new Promise((resolve, reject) => {
      const request = http.get({ agent, host, port, path: `${API}/next` }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve({ response, bodyJson: Buffer.concat(chunks).toString() });
          else reject(new Error(`Failed to get next invocation, error ${response.statusCode}`));
        });
      });
      request.on('error', reject);
    });
  }

  function post(path, body, xrayCause = '') {
    const payload = Buffer.from(body);
    const head = [
      `POST ${path} HTTP/1.1`,
      `host: ${address}`,
      'accept: */*',
      'content-type: application/json',
      `lambda-runtime-function-xray-error-cause: ${xrayCause}`,
      `content-length: ${payload.length}`,
    ].join('\r\n');
    const message = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), payload]);
    const { fd } = postSocket._handle;
    for (let sent = 0; sent < message.length; ) sent += writeSync(fd, message, sent);
    readResponse(fd);
  }

  return {
    async next() {
      const opened = postSocket ?? openPostSocket(host, port);
      const [{ response, bodyJson }, socket] = await Promise.all([getNext(), opened]);
      postSocket = socket;
      const headers = { 'lambda-runtime-deadline-ms': Number(response.headers['lambda-runtime-deadline-ms']) };
      for (const name of PASSED_HEADERS) {
        if (response.headers[name] !== undefined) headers[name] = response.headers[name];
      }
      return { bodyJson, headers };
    },
    done: (requestId, body) => post(`${API}/${requestId}/response`, body),
    error: (requestId, body, xrayCause) => post(`${API}/${requestId}/error`, body, xrayCause),
  };
}

let client;
const load = Module._load;
Module._load = function loadOrStandIn(request, ...rest) {
  if (request !== './rapid-client.node') return load.call(this, request, ...rest);
  client ??= createClient(process.env.AWS_LAMBDA_RUNTIME_API);
  return client;
};
