// Servers and frameworks of Node.js, one for each port of the command line: node node.mjs FOLDER NAME=PORT ...
import http from 'node:http';
import url from 'node:url';
import { serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import mysql from 'mysql2/promise';
import serveHandler from 'serve-handler';

const [folder, ...wanted] = process.argv.slice(2);
const isSecret = (path) => /^\/(?:admin|secret)(?:\/|$)/.test(path);
const textFor = (path) => (isSecret(path) ? 'THE SECRET' : 'OPEN');

/** A server that decides by what `read` makes of the request-target. */
const reading = (read) => (port) =>
  http
    .createServer((request, response) => {
      try {
        response.end(textFor(read(request.url)));
      } catch {
        response.writeHead(400).end('BAD');
      }
    })
    .listen(port, '127.0.0.1');

const collations = ['utf8mb4_general_ci', 'utf8mb4_unicode_ci', 'utf8mb4_unicode_520_ci', 'utf8mb4_uca1400_ai_ci'];

/** Looks each segment up as a slug, in a database table with the collation. */
const slugs = (collation) => async (port) => {
  const pool = mysql.createPool({
    socketPath: `${folder}/mariadb.sock`,
    user: 'root',
    charset: 'utf8mb4',
    connectionLimit: 4,
  });
  const table = `slugs.${collation}`;
  await pool.query('CREATE DATABASE IF NOT EXISTS slugs');
  const charset = collation.split('_')[0];
  await pool.query(
    `CREATE TABLE IF NOT EXISTS ${table} (slug VARCHAR(190) CHARACTER SET ${charset} COLLATE ${collation})`,
  );
  await pool.query(`INSERT INTO ${table} VALUES ('admin'), ('secret')`);
  http
    .createServer(async (request, response) => {
      try {
        const slug = decodeURIComponent(
          request.url
            .split('?')[0]
            .split('/')
            .find((each) => each !== '') ?? '',
        );
        const [rows] = await pool.query(`SELECT slug FROM ${table} WHERE slug = ?`, [slug]);
        response.end(rows.length > 0 ? 'THE SECRET' : 'OPEN');
      } catch {
        response.writeHead(400).end('BAD');
      }
    })
    .listen(port, '127.0.0.1');
};

const servers = {
  'new URL': reading((target) => new URL(target, 'http://localhost').pathname),
  'new URL, decoded': reading((target) => decodeURIComponent(new URL(target, 'http://localhost').pathname)),
  'url.parse': reading((target) => url.parse(target).pathname),
  'url.parse, decoded': reading((target) => decodeURI(url.parse(target).pathname)),
  'url.parse with hosts': reading((target) => url.parse(target, false, true).pathname),
  'decoded twice': reading((target) => decodeURIComponent(decodeURIComponent(target.split('?')[0]))),
  'form decoding': reading((target) => decodeURIComponent(target.split('?')[0].replaceAll('+', ' '))),
  'trimmed segments': reading((target) =>
    target
      .split('?')[0]
      .split('/')
      .map((segment) => decodeURIComponent(segment).trim().toLowerCase())
      .join('/'),
  ),
  'NFKC and lower case': reading((target) => decodeURIComponent(target.split('?')[0]).normalize('NFKC').toLowerCase()),
  'accents removed': reading((target) =>
    decodeURIComponent(target.split('?')[0]).normalize('NFD').replace(/\p{M}/gu, '').toUpperCase().toLowerCase(),
  ),
  'session and parameters removed': reading((target) =>
    decodeURIComponent(target.split('?')[0])
      .replace(/;[^/]*/g, '')
      .replace(/\/\((?:[a-z0-9]{24}|(?:[A-Za-z]\([^()]*\))+)\)/g, '')
      .toLowerCase(),
  ),
  'names of Windows': reading((target) =>
    decodeURIComponent(target.split('?')[0])
      .replaceAll('\\', '/')
      .split('/')
      .map((name) =>
        name
          .replace(/::?\$.*$/, '')
          .replace(/[. ]+$/, '')
          .replace(/^(.{1,6})~1$/, '$1')
          .toLowerCase(),
      )
      .join('/'),
  ),
  'serve-handler': (port) =>
    http
      .createServer((request, response) => serveHandler(request, response, { public: `${folder}/pages` }))
      .listen(port, '127.0.0.1'),
  express(port) {
    const app = express();
    app.use(['/admin', '/secret'], (_request, response) => response.send('THE SECRET'));
    app.use(express.static(`${folder}/pages`));
    app.use((_request, response) => response.send('OPEN'));
    app.use((_error, _request, response, _next) => response.status(400).send('BAD'));
    app.listen(port, '127.0.0.1');
  },
  koa(port) {
    const app = new Koa();
    app.on('error', () => {});
    app.use((context) => {
      context.body = textFor(context.path);
    });
    app.listen(port, '127.0.0.1');
  },
  async fastify(port) {
    const app = fastify({
      routerOptions: {
        ignoreTrailingSlash: true,
        ignoreDuplicateSlashes: true,
        caseSensitive: false,
        useSemicolonDelimiter: true,
      },
    });
    for (const path of ['/admin', '/admin/*', '/secret', '/secret/*']) app.get(path, () => 'THE SECRET');
    app.get('/*', () => 'OPEN');
    await app.listen({ port, host: '127.0.0.1' });
  },
  hono(port) {
    const app = new Hono();
    for (const path of ['/admin', '/admin/*', '/secret', '/secret/*'])
      app.get(path, (context) => context.text('THE SECRET'));
    app.get('/*', (context) => context.text('OPEN'));
    serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
  },
  ...Object.fromEntries(
    [...collations, 'latin1_swedish_ci'].map((collation) => [`MariaDB, ${collation}`, slugs(collation)]),
  ),
};

if (wanted.length === 0) console.log(Object.keys(servers).join('\n'));
for (const each of wanted) {
  const [name, port] = each.split('=');
  await servers[name](Number(port));
}
