import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseId, queryFor } from '../../infra/why/id.ts';
import { type LogLine, storyOf } from '../../infra/why/story.ts';
import { command } from './command.ts';
import { type RespondingAws, respondingAws, type Script } from './scripted-aws/responding-aws.ts';

const recorded = readFileSync('test/fixtures/log-lines.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as LogLine);

/** Id of the last request for a path. */
const idOf = (path: string) => String(recorded.findLast(({ url }) => url?.path === path)?.function_request_id);

const stack = {
  Stacks: [
    {
      StackStatus: 'CREATE_COMPLETE',
      Parameters: [{ ParameterKey: 'LogRetentionDays', ParameterValue: '30' }],
      Outputs: [{ OutputKey: 'LogGroupName', OutputValue: '/aws/lambda/lambda-rproxy' }],
    },
  ],
};
const describeStacks = 'cloudformation describe-stacks';

let aws: RespondingAws | undefined;
afterEach(() => {
  aws?.remove();
  aws = undefined;
});

async function why(words: readonly string[], script: Script = {}) {
  aws = respondingAws({ lines: recorded, ...script, responses: { [describeStacks]: stack, ...script.responses } });
  const ended = await command('why.ts', words, aws.env);
  return { ...ended, calls: aws.calls() };
}

const callsOf = (calls: readonly string[][], name: string) =>
  calls.filter((words) => words.slice(0, 2).join(' ') === name);
const optionOf = (words: readonly string[] = [], name: string) => words[words.indexOf(name) + 1];

describe('npm run why', () => {
  test('goes from the id on a page to the request, its steps, the cause, the remedy and what the user saw', async () => {
    const { exitCode, output, errors, calls } = await why([idOf('/down')]);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(output).toMatch(/^GET [\w.-]+\/down$/m);
    expect(output).toMatch(/^ {2}\d\d:\d\d:\d\d\.\d{3} {2}request received {2}GET \/down$/m);
    expect(output).toMatch(/^ {2}\S+ {2}request not sent to the backend {2}GET \/down$/m);
    expect(output).toMatch(/^ {2}\S+ {2}request failed {2}connection_refused$/m);
    expect(output).toMatch(/^ {2}\S+ {2}response to the client {2}502 in \d+ ms connection_refused$/m);
    expect(output).toMatch(/^ {2}Failure {5}connection_refused: The host reports that nothing listens/m);
    expect(output).toMatch(/^ {2}Cause {7}nothing listens on the port of the backend \(.*may be sent again$/m);
    expect(output).toMatch(/^ {2}Remedy {6}start the backend/m);
    expect(output).toMatch(/^ {2}Runbook {5}Start it;/m);
    expect(output).toMatch(/^ {2}User saw {4}502, the page "The site behind this address is not running"/m);
    expect(callsOf(calls, describeStacks).map((words) => optionOf(words, '--stack-name'))).toEqual(['lambda-rproxy']);
    expect(optionOf(callsOf(calls, 'logs start-query')[0], '--log-group-name')).toBe('/aws/lambda/lambda-rproxy');
  }, 30_000);

  test('of a Web Function searches its log group, for an id that is no UUID, and tells Lambda’s own line', async () => {
    const webId = 'NF5U6CMIUAWPER24GXDNDEZSVU';
    const id = idOf('/down');
    // As Lambda writes them: what is JSON keeps its fields, and gets those of the request.
    const added = { requestId: webId, endpointName: 'default', region: 'eu-central-1' };
    const lines = recorded
      .filter((line) => line.function_request_id === id)
      .map((line) => ({ ...line, ...added, function_request_id: webId }));
    const complete = {
      time: '2026-11-27T08:00:00.000Z',
      type: 'platform.requestComplete',
      record: { requestId: webId },
    };
    const webStack = JSON.parse(JSON.stringify(stack).replace('/aws/lambda/', '/aws/lambda/web/'));
    const script = { lines: [...lines, complete], responses: { [describeStacks]: webStack } };
    const { output, errors, exitCode, calls } = await why([webId], script);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(optionOf(callsOf(calls, 'logs start-query')[0], '--log-group-name')).toBe('/aws/lambda/web/lambda-rproxy');
    expect(output).toMatch(/^GET [\w.-]+\/down$/m);
    expect(output).toContain(`Lambda id   ${webId}`);
    expect(output).toMatch(/Failure {5}connection_refused/);
    expect(output).toContain('Lambda ends the request');
  }, 30_000);

  test('finds a request by the X-Request-Id of its client, and all of its lines by that of the backend', async () => {
    for (const id of ['shop-7f3a9c', 'backend-000042']) {
      const { output } = await why([id]);
      expect(output).toMatch(/^POST [\w.-]+\/orders$/m);
      expect(output).toContain(`Lambda id   ${idOf('/orders')}`);
      expect(output).toMatch(/Cause {7}nothing failed: the response of the backend was returned/);
    }
  }, 30_000);

  test.each([
    ['/broken', /Cause {7}the backend itself responded with 503/, /Remedy {6}look at the backend's log/],
    ['/hang', /Cause {7}the backend sent no response in time .*REQUEST_TIMEOUT/, /User saw {4}504, the page/],
    ['/huge', /Failure {5}response_too_large/, /Remedy {6}raise PAYLOAD_QUOTA/],
    ['/admin/users', /Failure {5}path_filtered/, /User saw {4}403, the page "This address is not available"/],
  ])(
    'says of a request for %s why',
    async (path, ...patterns) => {
      const { output } = await why([`urn:uuid:${idOf(path)}`]);
      for (const pattern of patterns) expect(output).toMatch(pattern);
    },
    30_000,
  );

  test('looks back an hour, then a day, then as long as lines are kept', async () => {
    const { calls, exitCode } = await why([idOf('/down')], { ageSeconds: 20 * 86_400 });
    const queries = callsOf(calls, 'logs start-query');
    const hours = queries.map((words) =>
      Math.round((Number(optionOf(words, '--end-time')) - Number(optionOf(words, '--start-time'))) / 3600),
    );
    expect([exitCode, hours]).toEqual([0, [1, 24, 720]]);
    const { calls: given } = await why([idOf('/down'), '--since', '2d']);
    const [only] = callsOf(given, 'logs start-query');
    expect(Math.round((Number(optionOf(only, '--end-time')) - Number(optionOf(only, '--start-time'))) / 3600)).toBe(48);
  }, 30_000);

  test('says where else to look when nothing has the id', async () => {
    const { exitCode, output, errors } = await why(['00000000-0000-4000-8000-000000000000']);
    expect([exitCode, output]).toEqual([1, '']);
    for (const text of [
      'No line of /aws/lambda/lambda-rproxy has the id',
      '720 hours',
      'LogRetentionDays',
      '--region',
      '--stack-name',
      'POWERTOOLS_LOG_LEVEL',
      '403 Forbidden',
    ]) {
      expect(errors).toContain(text);
    }
  }, 30_000);

  test.each<[string, Script, string[], RegExp]>([
    [
      'there is no such stack',
      { responses: { [describeStacks]: 'An error occurred (ValidationError): Stack with id x does not exist' } },
      ['--stack-name', 'x'],
      /There is no stack x in this account and region.*--region/s,
    ],
    [
      'there are no credentials',
      {
        responses: {
          [describeStacks]: 'Unable to locate credentials. You can configure credentials by running "aws configure".',
        },
      },
      [],
      /The AWS CLI has no credentials/,
    ],
    [
      'the log group is gone',
      { responses: { 'logs start-query': 'An error occurred (ResourceNotFoundException) when calling StartQuery' } },
      [],
      /There is no log group \/aws\/lambda\/lambda-rproxy/,
    ],
    [
      'logs may not be read',
      { responses: { 'logs start-query': 'An error occurred (AccessDeniedException) when calling StartQuery' } },
      [],
      /may not read .*logs:StartQuery and logs:GetQueryResults/s,
    ],
    ['the query ends otherwise', { status: 'Timeout' }, [], /CloudWatch ended the query: Timeout/],
    [
      'the stack has no log group',
      { responses: { [describeStacks]: { Stacks: [{ StackStatus: 'CREATE_COMPLETE' }] } } },
      [],
      /names no log group/,
    ],
  ])(
    'says so when %s, without a stack trace',
    async (_, script, words, message) => {
      const { exitCode, errors } = await why([idOf('/down'), ...words], script);
      expect([exitCode, errors]).toEqual([1, expect.stringMatching(message)]);
      expect(errors).not.toContain('    at ');
    },
    30_000,
  );

  test.each<[string[], RegExp]>([
    [[], /Name one request id/],
    [['one-id-1', 'two-id-2'], /is no request id/],
    [['x" or 1 = 1 | limit 1'], /is no request id/],
    [['a'.repeat(129)], /is no request id/],
    [['abc'], /too short/],
    [['some-id-1', '--since', 'yesterday'], /--since must be a period/],
    [['some-id-1', '--nonsense'], /There is no option --nonsense/],
  ])(
    'refuses %j before it calls AWS, with exit code 2',
    async (words, message) => {
      const { exitCode, errors, calls } = await why(words);
      expect([exitCode, errors, calls]).toEqual([2, expect.stringMatching(message), []]);
    },
    30_000,
  );

  test('takes the log group itself, and tells its usage', async () => {
    const { calls, exitCode } = await why([idOf('/down'), '--log-group', '/aws/lambda/other']);
    expect([exitCode, callsOf(calls, describeStacks)]).toEqual([0, []]);
    expect(optionOf(callsOf(calls, 'logs start-query')[0], '--log-group-name')).toBe('/aws/lambda/other');
    expect((await why(['-h'])).output).toMatch(/^Usage: npm run why -- ID/);
  }, 30_000);
});

describe('an id', () => {
  const uuid = '8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60';

  test.each([
    uuid,
    uuid.toUpperCase(),
    ` ${uuid}\n`,
    `"${uuid}"`,
    `urn:uuid:${uuid}`,
    `#${uuid}`,
    `X-Request-Id: ${uuid}`,
    `x-amzn-requestid: ${uuid}.`.replace(/\.$/, ','),
  ])('is taken as people copy it: %j', (text) => {
    expect(parseId([text])).toBe(uuid);
  });

  test.each([
    [['8f6a4a0e-2c1b-4f7e', '-9d0a-1b2c3d4e5f60']],
    [['8f6a4a0e', '2c1b', '4f7e', '9d0a', '1b2c3d4e5f60']],
    [['8f6a4a0e\u20112c1b\u20114f7e\u20119d0a\u20111b2c3d4e5f60']],
    [['8f6a4a0e2c1b4f7e9d0a1b2c3d4e5f60']],
    [['\u201c8f6a4a0e-2c1b-4f7e-9d0a-\n1b2c3d4e5f60\u201d']],
    [['Request', 'ID:', '8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60.']],
    [['x-amzn-RequestId=8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60']],
    [['"instance":"urn:uuid:8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60"']],
  ])('is found in a copy that has other dashes, spaces or words around it: %j', (words) => {
    expect(parseId(words)).toBe(uuid);
  });

  test.each(['a.b+c/d==', 'A_b~9-', 'x'.repeat(128)])('of a client stays as it is: %s', (text) => {
    expect(parseId([text])).toBe(text);
  });

  test('means nothing but itself in the query', () => {
    expect(queryFor('a.b+c/d==')).toContain('like /"a\\.b\\+c\\/d=="/');
  });
});

describe('the story of a request', () => {
  const id = '8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60';
  const report = (record: object): LogLine => ({
    type: 'platform.report',
    time: '2026-11-27T10:00:30.000Z',
    record: { requestId: id, metrics: { durationMs: 30_000, maxMemoryUsedMB: 100, memorySizeMB: 512 }, ...record },
  });

  test.each<[string, LogLine[], RegExp]>([
    [
      'its time was up',
      [report({ status: 'timeout' })],
      /Cause {7}Lambda ended the invocation because its time was up\n {2}Remedy {6}raise the function's timeout/,
    ],
    ['its time was up, as text', [{ message: `${id} Task timed out after 30.00 seconds` }], /its time was up/],
    [
      'memory ran out',
      [report({ status: 'error', errorType: 'Runtime.OutOfMemory' })],
      /the function had no memory left/,
    ],
    [
      'it failed otherwise',
      [report({ status: 'error', errorType: 'Runtime.ExitError' })],
      /Lambda ended the invocation: error, Runtime\.ExitError/,
    ],
    ['nothing says', [{ message: 'x', function_request_id: id }], /the log does not say: it has no access line/],
  ])('without an access line says that %s', (_, lines, expected) => {
    expect(storyOf(lines)).toMatch(expected);
  });

  test('has the warning that explains a response which is no failure', () => {
    const warning = { level: 'WARN', message: 'the log-in prompt is lost', reason: 'why so', remedy: 'do this' };
    const access = { message: 'request', http: { response: { status_code: 401 } }, backend: { status_code: 401 } };
    expect(storyOf([warning, access])).toMatch(/Cause {7}why so\n {2}Remedy {6}do this/);
  });

  test('passes no control character to the terminal', () => {
    const access = { message: 'request', url: { path: '/\u001b[2J\r\u009b' }, error: { type: '\u0007' } };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be absent
    expect(storyOf([access])).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
