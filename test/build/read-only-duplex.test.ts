import { once } from 'node:events';
import { Duplex as NodeDuplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';

// By a variable, because it is JavaScript without types.
const file: string = '../../build/read-only-duplex.js';
const { Duplex: StandIn } = (await import(file)) as { Duplex: typeof NodeDuplex };

type Final = (callback: (error?: Error | null) => void) => void;

/** What both classes have in common. */
interface Ended extends NodeDuplex {
  readonly log: string[];
}

/** Each class, as got extends it: with `_read`, `_final` and `_destroy`, without automatic destruction. */
const kinds = [
  ['Node', NodeDuplex],
  ['the stand-in', StandIn],
] as const;

/** A stream that logs what is called and emitted. */
function streamOf(kind: typeof NodeDuplex, final: Final, options: object = {}): Ended {
  class Logged extends kind {
    readonly log: string[] = [];
    override _read() {
      this.log.push('_read');
    }
    override _write() {
      this.log.push('_write');
    }
    override _final(callback: Parameters<Final>[0]) {
      this.log.push('_final');
      final(callback);
    }
    override _destroy(error: Error | null, callback: (error?: Error | null) => void) {
      this.log.push(`_destroy ${error?.message}`);
      callback(error);
    }
  }
  const stream = new Logged({ highWaterMark: 0, ...options });
  for (const event of ['finish', 'end', 'close']) stream.on(event, () => stream.log.push(event));
  stream.on('error', (error: Error) => stream.log.push(`error ${error.message}`));
  return stream;
}

/** Runs the same on both and expects the same log. */
async function expectAlike(final: Final, run: (stream: Ended) => unknown, options: object = {}): Promise<string[]> {
  const logs: string[][] = [];
  for (const [, kind] of kinds) {
    const stream = streamOf(kind, final, options);
    await run(stream);
    await setImmediate();
    logs.push([...stream.log, `ended ${stream.writableEnded}`, `finished ${stream.writableFinished}`]);
  }
  expect(logs[1]).toEqual(logs[0]);
  return logs[1] as string[];
}

const succeed: Final = (callback) => callback();
const failing = new Error('failed');

describe('the stand-in for Duplex does what Node’s Duplex does', () => {
  test('when it is ended: _final is called before end returns, then finish is emitted', async () => {
    const log = await expectAlike(succeed, (stream) => {
      stream.end();
      stream.log.push('returned');
    });
    expect(log).toEqual(['_final', 'returned', 'finish', 'ended true', 'finished true']);
  });

  test('when it is ended twice: _final is called once', async () => {
    expect(await expectAlike(succeed, (stream) => stream.end().end())).toContain('_final');
  });

  test.each([
    ['at once', (callback: Parameters<Final>[0]) => callback(failing)],
    ['later', (callback: Parameters<Final>[0]) => void process.nextTick(callback, failing)],
    [
      'by throwing',
      () => {
        throw failing;
      },
    ],
  ] satisfies [string, Final][])('when _final fails %s: it is destroyed with that error', async (_when, final) => {
    expect(await expectAlike(final, (stream) => stream.end())).toEqual([
      '_final',
      '_destroy failed',
      'error failed',
      'close',
      'ended true',
      'finished false',
    ]);
  });

  test('when _final never calls back: nothing is emitted', async () => {
    const log = await expectAlike(
      () => undefined,
      (stream) => stream.end(),
    );
    expect(log).toEqual(['_final', 'ended true', 'finished false']);
  });

  test('when it is destroyed first: _final is not called', async () => {
    const log = await expectAlike(succeed, (stream) => {
      stream.destroy();
      stream.end();
    });
    expect(log).not.toContain('_final');
  });

  test('when it is destroyed between _final and its success: finish is not emitted', async () => {
    const log = await expectAlike(
      (callback) => void process.nextTick(callback),
      (stream) => {
        stream.end();
        stream.destroy(failing);
      },
    );
    expect(log).toEqual(['_final', '_destroy failed', 'error failed', 'close', 'ended true', 'finished false']);
  });

  test('when it is read: bytes, end, and the same events for a failure', async () => {
    const chunks: string[] = [];
    await expectAlike(
      succeed,
      async (stream) => {
        stream.on('data', (chunk) => chunks.push(String(chunk)));
        stream.end();
        stream.push('one');
        stream.push(null);
        await once(stream, 'end');
      },
      { autoDestroy: false },
    );
    expect(chunks).toEqual(['one', 'one']);
    await expectAlike(succeed, (stream) => stream.destroy(failing), { autoDestroy: false });
  });
});

test('the stand-in refuses content, by write and by end', () => {
  const stream = streamOf(StandIn, succeed);
  expect(() => stream.write('x')).toThrow("writing to got's stream is not part of this build");
  expect(() => stream.end('x')).toThrow("writing to got's stream is not part of this build");
  expect(stream.log).toEqual([]);
});
