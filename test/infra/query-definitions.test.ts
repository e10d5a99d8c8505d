import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { savedQueries, withQueryDefinitions } from '../../infra/query-definitions.ts';
import { parseTemplate } from '../../infra/template.ts';

describe('saved queries', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'queries-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const markers = 'Resources:\n  # queries: made\n  # /queries\n';

  test('become resources whose text is the file’s, title line included', () => {
    const slow = '# Slow paths: where time goes\nfilter message = "request"\n\n| sort duration_ms desc\n';
    writeFileSync(join(folder, 'slow-paths.logs-insights'), slow);
    writeFileSync(join(folder, 'big.logs-insights'), '# Big: what is big\nlimit 1\n');
    const text = withQueryDefinitions(markers, savedQueries(folder));
    expect(Object.keys(parseTemplate(text).Resources)).toEqual(['QueryBig', 'QuerySlowPaths']);
    expect(parseTemplate(text).Resources['QuerySlowPaths']).toEqual({
      Type: 'AWS::Logs::QueryDefinition',
      Properties: {
        Name: { 'Fn::Sub': ['$', '{AWS::StackName}/Slow paths'].join('') },
        LogGroupNames: [{ Ref: 'LogGroup' }],
        QueryString: slow,
      },
    });
  });

  test('replace the ones that were there before', () => {
    writeFileSync(join(folder, 'big.logs-insights'), '# Big: what is big\nlimit 1\n');
    const once = withQueryDefinitions(markers, savedQueries(folder));
    expect(withQueryDefinitions(once, savedQueries(folder))).toBe(once);
    expect(withQueryDefinitions(once, [])).toBe(markers);
  });

  test('without a title line are refused', () => {
    writeFileSync(join(folder, 'untitled.logs-insights'), 'limit 1\n');
    expect(() => savedQueries(folder)).toThrow(
      'untitled.logs-insights must begin with a line "# Title: what it answers"',
    );
  });
});
