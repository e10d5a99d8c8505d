import { describe, expect, test } from '@jest/globals';
import { type BuildResult, build } from 'esbuild';
import { withoutDocs } from '../../build/without-docs.ts';
import { settings } from '../../src/config/settings.ts';

describe('the bundle', () => {
  test('has the parser and the example of every setting, and no text for the documentation', async () => {
    const { outputFiles }: BuildResult<{ write: false }> = await build({
      entryPoints: ['src/config/settings.ts'],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      charset: 'utf8',
      plugins: [withoutDocs],
    });
    const code = outputFiles[0]?.text ?? '';
    const names = Object.keys(settings);
    for (const name of names) expect([name, code.includes(`${name}: setting(`)]).toEqual([name, true]);
    expect(code.match(/^ +example: /gm)).toHaveLength(names.length);
    expect(code.match(/^ +parser: /gm)).toHaveLength(names.length);
    expect(code).not.toMatch(/^ +(?:summary|default): /m);
  });
});
