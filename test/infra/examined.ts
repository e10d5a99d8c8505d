import type http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import { afterEach, expect } from '@jest/globals';
import type { Finding, FindingCode } from '../../infra/doctor/catalogue.ts';
import { examine } from '../../infra/doctor/examine.ts';
import type { Report } from '../../infra/doctor/report.ts';
import { configFrom } from '../../infra/doctor/settings.ts';
import type { FunctionFacts } from '../../infra/doctor/site.ts';
import { httpBackend, rawBackend } from '../helpers/backends.ts';

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Starts a backend and returns its URL. */
export async function serving(listener: http.RequestListener): Promise<string> {
  const backend = await httpBackend(listener);
  servers.push(backend);
  return backend.url;
}

/** Starts a backend with TLS and returns its URL. */
export async function secured(options: https.ServerOptions, listener: http.RequestListener): Promise<string> {
  const server = https.createServer(options, listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  servers.push({ close: () => server.close() && server.closeAllConnections() });
  return `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}

export const examined = (
  RemoteUrl: string,
  parameters: Record<string, string> = {},
  facts: FunctionFacts = {},
  path = '/',
) => examine(configFrom({ RemoteUrl, ...parameters }), path, facts);

/** Codes of what is not fine, but for the loopback address that every test has. */
export const problems = ({ findings }: Report): FindingCode[] =>
  findings.filter(({ level, code }) => level !== 'ok' && code !== 'address_loopback').map(({ code }) => code);

/** Expects one problem, told in full, and returns it. */
export function theProblem(report: Report, code: FindingCode): Finding {
  expect(problems(report)).toEqual([code]);
  const found = report.findings.find((each) => each.code === code);
  expect([found?.text, found?.users, found?.remedy]).toEqual(Array(3).fill(expect.stringMatching(/\w/)));
  return found as Finding;
}

/** Responds with a page. */
export const page = (response: http.ServerResponse, html: string) =>
  response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Site</title>${html}`);

/** Starts a backend of raw bytes and returns its URL. */
export async function rawServing(onConnection: Parameters<typeof rawBackend>[0]): Promise<string> {
  const raw = await rawBackend(onConnection);
  servers.push(raw);
  return raw.url;
}
