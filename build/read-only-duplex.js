import { Readable } from 'node:stream';

/**
 * Stands in for the Duplex that got's request is (build/got-stream.ts). Its readable half is Node's. Of the writable half
 * there is `end`, by which got sends the request: like Node's it calls `_final` once, unless the stream is destroyed,
 * then emits `finish`, or fails with the error of `_final`.
 */
export class Duplex extends Readable {
  writableEnded = false;
  writableFinished = false;

  write() {
    throw new Error("writing to got's stream is not part of this build");
  }

  end(chunk) {
    if (chunk !== undefined && chunk !== null) this.write(chunk);
    const isFirst = !this.writableEnded;
    this.writableEnded = true;
    if (!isFirst || this.destroyed) return this;
    try {
      this._final((error) => process.nextTick(finish, this, error));
    } catch (error) {
      process.nextTick(finish, this, error);
    }
    return this;
  }
}

/** Shared: V8 makes a function that is assigned among the old objects, and with it lives what it refers to. */
function finish(stream, error) {
  if (stream.destroyed || stream.writableFinished) return;
  if (error) {
    stream.destroy(error);
    return;
  }
  stream.writableFinished = true;
  stream.emit('finish');
}
