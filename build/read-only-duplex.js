import { Readable } from 'node:stream';

/**
 * Stands in for the Duplex that got's request is (build/got-stream.ts). It can be read and destroyed as any stream; what
 * is left of its other half is that got ends it, to send the request.
 */
export class Duplex extends Readable {
  write() {
    throw new Error("writing to got's stream is not part of this build");
  }

  end() {
    this._final(() => {});
    return this;
  }
}
