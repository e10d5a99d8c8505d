import { describe, expect, test } from '@jest/globals';
import { eventSources, sourceOf } from '../../src/events/index.ts';
import { ProxyError } from '../../src/failures.ts';
import { eventFixture, fixtureNames } from '../helpers/event-fixtures.ts';
import { carries, fronts } from '../helpers/events.ts';

const thrownBy = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('The sources', () => {
  test.each(fronts)('find every recorded event of $title [A14]', (front) => {
    const { source } = front;
    const names = fixtureNames(carries(front).fixtures);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const event = eventFixture(name);
      const found = sourceOf(event);
      expect(found.name).toBe(source);
      expect(found.decode(event).source).toBe(source);
    }
  });

  test.each(fixtureNames('unknown'))('refuse %s with a message that names each of them [X10 F24 A14]', (name) => {
    const error = thrownBy(() => sourceOf(eventFixture(name))) as ProxyError;
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.code).toBe('event_unrecognised');
    expect(error.reason).toBe('no event source recognises the event');
    expect(error.message).toBe(
      'This event is not an HTTP request that the proxy knows. It takes events of: Lambda Function URL; ' +
        'API Gateway HTTP API, payload format 2.0; API Gateway HTTP API, payload format 1.0; API Gateway REST API; ' +
        'Application Load Balancer; Application Load Balancer with multi-value headers; ' +
        'VPC Lattice, event version 1; VPC Lattice, event version 2.',
    );
  });

  test('name a malformed event of a known source with the part that is wrong [X10]', () => {
    const event = { ...eventFixture('http-api-json'), rawPath: 7 };
    expect(sourceOf(event).name).toBe('http-api');
    expect(thrownBy(() => sourceOf(event).decode(event))).toMatchObject({
      code: 'bad_request',
      reason: 'event part rawPath must be a string',
    });
  });

  test('carry what AWS lets a buffered answer have, and wait no longer than their front door [A5 A6]', () => {
    expect(
      eventSources.map(({ name, maxResponseBytes, maxDurationMs }) => [name, maxResponseBytes, maxDurationMs]),
    ).toEqual([
      ['function-url', 6_291_556, 900_000],
      ['http-api', 6_291_556, 30_000],
      ['http-api-v1', 6_291_556, 30_000],
      ['rest-api', 6_291_556, 29_000],
      ['alb', 1_048_576, 900_000],
      ['alb-multi', 1_048_576, 900_000],
      ['lattice-v1', 6_291_556, 60_000],
      ['lattice-v2', 6_291_556, 60_000],
    ]);
  });
});
