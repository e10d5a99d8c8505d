/** Paths made to cost time, by size in characters. */
export const bombs: Readonly<Record<string, (size: number) => string>> = {
  'escapes of escapes': (size) => `/%${'25'.repeat(size / 2)}66`,
  'percent signs as escapes': (size) => '/%25'.repeat(size / 4),
  'dot segments': (size) => '/..'.repeat(size / 3),
  'names and dot segments': (size) => '/e/..'.repeat(size / 5),
  'names that may or may not be taken away': (size) =>
    Array.from({ length: size / 10 }, (_, index) => (index === 0 ? '/e' : `/${index % 9999}/..;`)).join(''),
  'dots with spaces between': (size) => `/${'. '.repeat(size / 2)}x`,
  semicolons: (size) => `/${';'.repeat(size)}`,
  'colons and dollars': (size) => `/${':$'.repeat(size / 2)}`,
  backslashes: (size) => '\\..'.repeat(size / 3),
  'control characters behind a percent sign': (size) => `/%${'\t'.repeat(size)}6`,
  'percent signs with control characters': (size) => `/${'%\t'.repeat(size / 2)}`,
  'overlong slashes': (size) => '%c0%af..'.repeat(size / 8),
  'question marks': (size) => `/${'?'.repeat(size)}`,
  'combining marks': (size) => `/e${'\u0301\u0323'.repeat(size / 2)}`,
  'ligatures that become eighteen letters': (size) => `/${'\ufdfa'.repeat(size)}`,
  'all kinds of separators': (size) => '/a%2f..%5c..;%3f%00\\%252e'.repeat(size / 24),
};
