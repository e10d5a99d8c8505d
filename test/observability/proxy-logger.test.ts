import { Logger } from '@aws-lambda-powertools/logger';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { ProxyLogger } from '../../src/observability/proxy-logger.ts';
import { outputOf } from '../helpers/logs.ts';

const context = {
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:proxy:live',
  memoryLimitInMB: '512',
  functionName: 'proxy',
  functionVersion: '7',
  awsRequestId: '5f0d1c2e-0000-4000-8000-0123456789ab',
} as Context;

const attributes = { url: { path: '/"\u2028\\ä\ud800' }, none: undefined, list: [1, null, { a: '' }], duration_ms: 3 };

const before = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

const withoutTime = (text: string) =>
  text.replace(/"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)"/, '"timestamp":"$1"');

/** What a logger of Powertools writes, and what the proxy's own writes for the same calls, without the time. */
async function bothWrite(
  prepare: (logger: Logger, round: number) => void,
  fields: Record<string, unknown> = attributes,
) {
  const options = { serviceName: 'a "service"' };
  const usual = new Logger(options);
  const own = new ProxyLogger(options);
  const written: string[][] = [[], []];
  for (let round = 0; round < 3; round += 1) {
    prepare(usual, round);
    prepare(own, round);
    written[0]?.push(withoutTime((await outputOf(() => usual.info('request', fields))).output));
    written[1]?.push(withoutTime((await outputOf(() => own.plain('request', fields))).output));
  }
  return written;
}

const invocation = (logger: Logger, round: number) =>
  logger.addContext({ ...context, awsRequestId: `${context.awsRequestId}-${round}` });

describe('the short way to write a line writes byte for byte what Powertools writes', () => {
  test.each([
    ['before the first invocation', {}, () => undefined],
    ['in the first invocation and later ones', {}, invocation],
    ['after a provisioned start', { AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' }, invocation],
    ['with sampling', { POWERTOOLS_LOGGER_SAMPLE_RATE: '0' }, invocation],
    ['with a share of sampling', { POWERTOOLS_LOGGER_SAMPLE_RATE: '0.0001' }, invocation],
    ['in another time zone', { TZ: 'Asia/Kolkata' }, invocation],
    ["in Lambda's time zone", { TZ: ':UTC' }, invocation],
    ['with a trace', { _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3f;Parent=557abcec3ee5a047;Sampled=1' }, invocation],
    ['with a trace in another order', { _X_AMZN_TRACE_ID: ' Self=1-2;Root=1-"5"' }, invocation],
    ['with a trace that has no root', { _X_AMZN_TRACE_ID: 'Parent=557abcec3ee5a047' }, invocation],
    ['with a trace without parts', { _X_AMZN_TRACE_ID: '1-5759e988-bd862e3f' }, invocation],
    ['with an empty trace', { _X_AMZN_TRACE_ID: '' }, invocation],
    [
      'with an id in some invocations',
      {},
      (logger: Logger, round: number) => {
        invocation(logger, round);
        if (round === 1) logger.setCorrelationId('an "id"');
        else logger.removeKeys(['correlation_id']);
      },
    ],
    [
      'with a key of its own',
      {},
      (logger: Logger, round: number) => {
        invocation(logger, round);
        if (round === 1) logger.appendKeys({ tenant: { id: 7 } });
      },
    ],
    [
      'with another alias from one invocation to the next',
      {},
      (logger: Logger, round: number) =>
        logger.addContext({ ...context, invokedFunctionArn: `${context.invokedFunctionArn}${round}` }),
    ],
    ['for a tenant', {}, (logger: Logger) => logger.addContext({ ...context, tenantId: 'blue' })],
    ['without what an emulator leaves out', {}, (logger: Logger) => logger.addContext({ awsRequestId: '' } as Context)],
  ])('%s', async (_, variables, prepare) => {
    Object.assign(process.env, variables);
    const [usual, own] = await bothWrite(prepare);
    expect(own).toEqual(usual);
    expect(usual?.[0]).toMatch(/^\{"level":"INFO","message":"request","timestamp":/);
  });

  test('for any context, trace, id and fields', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string());
    const fields = fc.record({ path: text, status: fc.integer(), deep: fc.dictionary(fc.string(), text) });
    await fc.assert(
      fc.asyncProperty(text, text, text, text, fields, async (id, name, trace, correlation, { deep, ...rest }) => {
        process.env['_X_AMZN_TRACE_ID'] = trace.replaceAll('\0', '').replace(/Root=/g, '');
        const [usual, own] = await bothWrite(
          (logger) => {
            logger.addContext({ ...context, awsRequestId: id, functionName: name });
            if (correlation !== '') logger.setCorrelationId(correlation);
          },
          { http: rest, deep },
        );
        expect(own).toEqual(usual);
      }),
      { numRuns: 200 },
    );
  });
});
