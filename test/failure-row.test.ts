import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';
import { runbook } from '../docs/runbook.ts';
import { type FailureCode, failures, ProxyError } from '../src/failures.ts';
import { logFailure } from '../src/observability/failure-log.ts';
import { failureResponse } from '../src/pages/failure.ts';
import { de } from '../src/pages/messages/de.ts';
import type { Messages } from '../src/pages/messages/messages.ts';
import type { ProxyRequest } from '../src/types.ts';
import { logsOf } from './helpers/logs.ts';

const codes = Object.keys(failures) as FailureCode[];

describe('A failure is one row', () => {
  /** The sources that could tell one code from another, without the two files whose subject the codes are. */
  const sources = globSync(['src/**/*.ts', 'middlewares/**/*.ts'])
    .sort()
    .filter((path) => !/^src\/(?:failures|failure-mapping)\.ts$|^src\/local\//.test(path));

  type Node = Record<string, unknown>;
  const isCode = (node: unknown) => codes.includes((node as { value?: FailureCode } | undefined)?.value as FailureCode);

  /** Comparisons, lists and cases of codes: what a new code would have to be added to. */
  function* decisionsIn(node: unknown): Generator<string> {
    if (Array.isArray(node)) for (const item of node) yield* decisionsIn(item);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const { type, left, right, test: label, elements, operator } = node as Node;
    if (type === 'BinaryExpression' && [left, right].some(isCode)) yield String(operator);
    if (type === 'SwitchCase' && isCode(label)) yield 'case';
    if (type === 'ArrayExpression') {
      const items = (elements as ({ expression: unknown } | null)[]).filter((item) => isCode(item?.expression));
      if (items.length > 0) yield 'list';
    }
    for (const child of Object.values(node)) yield* decisionsIn(child);
  }

  const decisions = (text: string) => [...decisionsIn(parseSync(text, { syntax: 'typescript', target: 'es2024' }))];

  test('decisions by code are found in every form', () => {
    expect(decisions("const a = code === 'path_filtered' ? 1 : 2;")).toEqual(['===']);
    expect(decisions("new Set(['path_filtered', 'bad_request'])")).toEqual(['list']);
    expect(decisions("switch (code) { case 'bad_request': break; }")).toEqual(['case']);
    expect(decisions("throw new ProxyError('bad_request', { reason })")).toEqual([]);
  });

  test.each(sources)('%s tells no code from another', (path) => {
    expect(decisions(readFileSync(path, 'utf8'))).toEqual([]);
  });

  /** A code that no file knows, with a row that differs from the others in every value that a file reads. */
  const added = 'test_only' as FailureCode;
  const row = {
    status: 429,
    proxyError: 'http_request_denied',
    fault: 'client',
    retryable: true,
    retryAfterSeconds: 7,
    mayHaveArrived: false,
    linksToBackend: true,
    title: 'A made-up failure',
    advice: 'Do nothing.',
    reason: 'a test made it up',
    remedy: 'remove the test',
  } as const;

  const request = (accept: string) =>
    ({
      method: 'GET',
      rawPath: '/x',
      headers: { accept },
      client: { host: 'public.example' },
    }) as unknown as ProxyRequest;

  test.each(['text/html', 'application/json', 'text/plain'])(
    'a new row alone has status, fields, texts and link of its own for Accept: %s',
    async (accept) => {
      Object.assign(failures, { [added]: row });
      try {
        const config = {
          showTargetLink: true,
          publicPath: '',
          remoteUrl: { protocol: 'http:', authority: 'backend.example', basePath: '' },
          branding: {},
        };
        const { response } = await failureResponse(
          new ProxyError(added),
          request(accept),
          { awsRequestId: 'id', exchange: { config: config as never } },
          new Date(0),
        );
        expect(response).toMatchObject({
          statusCode: 429,
          headers: { 'proxy-status': 'lambda-rproxy; error=http_request_denied', 'retry-after': '7' },
        });
        if (accept !== 'application/json') expect(response.body).toContain(row.title);
        else expect(JSON.parse(response.body)).toMatchObject({ status: 429, code: added, retryable: true });
        if (accept === 'text/html') expect(response.body).toContain('href="http://backend.example/x"');
      } finally {
        delete (failures as Record<string, unknown>)[added];
      }
    },
  );

  test('a new row alone has its log line: level by status, fault, reason and remedy', async () => {
    Object.assign(failures, { [added]: row });
    try {
      const exchange = { startedAt: 0, requestId: 'id', traced: false };
      const { lines } = await logsOf(async () => logFailure(new ProxyError(added), exchange));
      expect(lines).toMatchObject([
        {
          level: 'WARN',
          message: 'request refused',
          error: { type: added },
          reason: row.reason,
          remedy: row.remedy,
          proxy: { fault: 'client' },
        },
      ]);
    } finally {
      delete (failures as Record<string, unknown>)[added];
    }
  });

  test('what a row needs beside itself does not compile without it: its translations and its runbook entry', () => {
    const { bad_request: _words, ...otherWords } = de.failures;
    // @ts-expect-error: a language that lacks the texts of a code does not compile.
    const words: Messages['failures'] = otherWords;
    const { bad_request: _entry, ...otherEntries } = runbook;
    // @ts-expect-error: nor does a runbook that lacks the entry of a code.
    const entries: typeof runbook = otherEntries;
    for (const incomplete of [words, entries]) expect(Object.keys(incomplete).sort()).toEqual(codes.slice(1).sort());
  });
});
