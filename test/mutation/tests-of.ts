import { globSync } from 'node:fs';
import { dirname } from 'node:path';

const pathTests = ['test/http/path-filter/path-readings', 'test/http/path-filter/path-filter'];
const eventTests = ['payload-v1', 'payload-v2', 'function-url', 'http-api', 'rest-api', 'alb'].map(
  (name) => `test/events/${name}`,
);

/** Tests of files that have no mirror of their own name, or only a small one; without their ending. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  'src/http/hop-by-hop.ts': ['test/http/request/request-headers', 'test/http/response/response-headers'],
  'src/http/lists.ts': [
    'test/http/lists',
    'test/http/request/backend-request',
    'test/http/request/forwarded',
    'test/http/request/max-forwards',
  ],
  'src/http/request/loops.ts': ['test/http/request/backend-request'],
  'src/http/request/request-headers.ts': ['test/http/request/request-headers', 'test/http/request/field-changes'],
  'src/http/request/header-steps.ts': [
    'test/http/request/backend-request',
    'test/http/request/field-changes',
    'test/http/request/request-headers',
  ],
  'src/http/reference.ts': ['test/http/response/public-urls', 'test/http/request/destination'],
  'src/http/response/set-cookie.ts': ['test/http/response/set-cookie', 'test/http/response/public-urls'],
  'src/http/url-fields.ts': ['test/http/response/public-urls', 'test/http/redaction/redaction'],
  'src/http/redaction/secret-names.ts': ['test/http/redaction/redaction'],
  'src/http/path-filter/path-decoding.ts': pathTests,
  'src/http/path-filter/path-filter.ts': pathTests,
  'src/http/path-filter/path-segments.ts': pathTests,
  'src/http/path-filter/path-readings.ts': pathTests,
  'src/config/loader.ts': ['test/middlewares/config-loader'],
  'src/observability/failure-log.ts': ['test/middlewares/error-pages', 'test/observability/failed-trace'],
  'src/pages/failure.ts': ['test/middlewares/error-pages'],
  'middlewares/trace-toggle.ts': [
    'test/middlewares/trace-toggle',
    'test/middlewares/trace-streamed',
    'test/observability/failed-trace',
  ],
  'middlewares/payload-quota.ts': ['test/middlewares/payload-quota-step'],
  'src/events/rest-api.ts': ['test/events/rest-api', 'test/delivery/streaming-fronts'],
  'src/events/body.ts': eventTests,
  'src/events/fields.ts': eventTests,
  'src/events/parts.ts': eventTests,
  'src/events/http-api-v1.ts': ['test/events/rest-api', 'test/events/payload-v1', 'test/events/http-api'],
};

/**
 * The tests that a file's mutants run against. Property tests in files of their own (`*.properties.test.ts`) are left
 * out: thousands of inputs for each of hundreds of mutants take hours, and what they find is a named test besides.
 *
 * @param file a source file, from the repository's root
 * @returns test files, from the repository's root; those of the whole room for a file that has none of its own
 */
export function testsOf(file: string): string[] {
  const mirror = `test/${file.replace(/^src\//, '').replace(/\.ts$/, '')}`;
  const own = globSync((elsewhere[file] ?? [mirror]).map((start) => `${start}.test.ts`));
  return own.length > 0 ? own : globSync(`${dirname(mirror)}/!(*.properties).test.ts`);
}
