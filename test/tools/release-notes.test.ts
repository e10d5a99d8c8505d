import { describe, expect, test } from '@jest/globals';
import { releaseNotes } from '../../tools/release-notes.ts';

const changelog = '# Changelog\n\n## 1.1.0 (2027-01-02)\n\n- new\n\n## 1.0.0 (unreleased)\n\n- old\n';

describe('Release notes', () => {
  test("are the version's section of the changelog", () => {
    expect(releaseNotes('v1.1.0', '1.1.0', changelog)).toBe('- new');
  });

  test.each([
    ['a tag of another version', 'v1.1.0', '1.1.1', /does not match the version 1\.1\.1/],
    ['a tag without its v', '1.1.0', '1.1.0', /does not match/],
    ['a version without a section', 'v1.1', '1.1', /needs a section "## 1\.1 \(/],
    ['a section without a date', 'v1.0.0', '1.0.0', /needs a section "## 1\.0\.0 \(/],
  ])('are refused for %s', (_, tag, version, message) => {
    expect(() => releaseNotes(tag, version, changelog)).toThrow(message);
  });
});
