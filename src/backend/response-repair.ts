import type { Socket } from 'node:net';
import { maxHeaderSectionBytes } from '../http/header-section.ts';

/*
 * LENIENT_BACKEND=on: mistakes in a response that curl, nginx and Go accept are corrected before Node's parser reads it.
 * The parser stays strict: its own lenient mode refuses two equal Content-Lengths and a last chunk with bare line feeds,
 * and accepts control characters in fields. What is not corrected here reaches the parser as it came, and is refused.
 */

/** What comes next: a line of that kind, content of a chunk, or bytes that are not looked at. */
type Next = 'status line' | 'field' | 'chunk size' | 'content' | 'end of chunk' | 'trailer' | 'anything';

/** Returns the one length that all Content-Length fields name (RFC 9110 §8.6), or undefined when they do not. */
function agreedLength(values: readonly string[]): string | undefined {
  const [first = '', ...others] = values.flatMap((value) => value.split(',')).map((length) => length.trim());
  return /^\d+$/.test(first) && others.every((length) => length === first) ? first : undefined;
}

/** Corrects the bytes of one connection that serves one request. */
class ResponseRepair {
  readonly #method: string;
  #next: Next = 'status line';
  #status = 0;
  /** What has arrived of a line. */
  #line = '';
  /** A field that the next line may continue. */
  #field: string | undefined;
  #lengths: string[] = [];
  #codings: string[] = [];
  /** Bytes of the chunk that are still to come. */
  #left = 0;
  #out: Buffer[] = [];

  constructor(method: string) {
    this.#method = method;
  }

  /** Returns the bytes that the parser is given for these. */
  repair(bytes: Buffer): Buffer {
    let at = 0;
    while (at < bytes.length) {
      if (this.#next === 'anything') {
        this.#out.push(bytes.subarray(at));
        break;
      }
      if (this.#next === 'content') {
        const content = bytes.subarray(at, at + this.#left);
        this.#out.push(content);
        at += content.length;
        this.#left -= content.length;
        if (this.#left === 0) this.#next = 'end of chunk';
        continue;
      }
      const lineFeed = bytes.indexOf(0x0a, at);
      this.#line += bytes.toString('latin1', at, lineFeed === -1 ? bytes.length : lineFeed);
      if (lineFeed === -1) {
        if (!this.#mayGoOn()) this.#giveUp(this.#line);
        break;
      }
      at = lineFeed + 1;
      const line = this.#line;
      this.#line = '';
      this.#read(line);
    }
    return this.#taken();
  }

  /** Returns what is left at the end of the connection. */
  end(): Buffer {
    this.#giveUp(this.#line);
    return this.#taken();
  }

  #taken(): Buffer {
    const out = Buffer.concat(this.#out);
    this.#out = [];
    return out;
  }

  /** False for the start of a line that is too long, or of something that is not HTTP. */
  #mayGoOn(): boolean {
    if (this.#next === 'status line' && !'HTTP/'.startsWith(this.#line.slice(0, 5)) && this.#line !== '\r')
      return false;
    return this.#line.length <= maxHeaderSectionBytes;
  }

  #write(text: string): void {
    this.#out.push(Buffer.from(text, 'latin1'));
  }

  /** Leaves the rest of the connection to the parser. */
  #giveUp(unread: string): void {
    if (this.#field !== undefined) this.#write(`${this.#field}\r\n`);
    this.#write(unread);
    this.#field = undefined;
    this.#line = '';
    this.#next = 'anything';
  }

  #read(written: string): void {
    const line = written.endsWith('\r') ? written.slice(0, -1) : written;
    if (this.#next === 'field' || this.#next === 'trailer') this.#readField(line);
    else if (!this.#isRead(line)) this.#giveUp(`${written}\n`);
  }

  /** Reads a line outside of fields; false for one that it does not understand. */
  #isRead(line: string): boolean {
    if (this.#next === 'status line') return this.#isStatusLine(line);
    if (this.#next === 'chunk size') return this.#isChunkSize(line);
    if (line !== '') return false;
    this.#write('\r\n');
    this.#next = 'chunk size';
    return true;
  }

  #isStatusLine(line: string): boolean {
    const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line)?.[1];
    if (status === undefined && line !== '') return false;
    this.#write(`${line}\r\n`);
    if (status === undefined) return true;
    this.#status = Number(status);
    this.#lengths = [];
    this.#codings = [];
    this.#next = 'field';
    return true;
  }

  #readField(line: string): void {
    if (/^[\t ]/.test(line) && this.#field !== undefined) {
      // RFC 9112 §5.2: a folded field is one line, with a space for the fold.
      this.#field = `${this.#field} ${line.trim()}`;
      if (this.#field.length > maxHeaderSectionBytes) this.#giveUp('');
      return;
    }
    if (this.#field !== undefined) this.#writeField(this.#field);
    this.#field = line === '' ? undefined : line;
    if (line !== '') return;
    if (this.#next === 'trailer') {
      this.#write('\r\n');
      this.#next = 'anything';
    } else this.#endHeaderSection();
  }

  /** Writes a field, but for a length, which is kept until the end of the header section. */
  #writeField(field: string): void {
    const colon = field.indexOf(':');
    const name = field.slice(0, colon).toLowerCase();
    if (this.#next === 'field' && name === 'content-length') {
      this.#lengths.push(field.slice(colon + 1));
      return;
    }
    if (name === 'transfer-encoding') this.#codings.push(field.slice(colon + 1).trim());
    this.#write(`${field}\r\n`);
  }

  #endHeaderSection(): void {
    const [coding = '', ...others] = this.#codings;
    const isChunked = others.length === 0 && coding.toLowerCase() === 'chunked';
    // RFC 9112 §6.3: chunked overrides a length.
    if (!isChunked && this.#lengths.length > 0) {
      const agreed = agreedLength(this.#lengths);
      for (const length of agreed === undefined ? this.#lengths : [agreed])
        this.#write(`Content-Length: ${length}\r\n`);
    }
    this.#write('\r\n');
    this.#next = this.#afterHeaderSection(isChunked);
  }

  #afterHeaderSection(isChunked: boolean): Next {
    const status = this.#status;
    if (status < 200 && status !== 101) return 'status line';
    const isBodyless = this.#method === 'HEAD' || status === 101 || status === 204 || status === 304;
    return isChunked && !isBodyless ? 'chunk size' : 'anything';
  }

  #isChunkSize(line: string): boolean {
    const [, size, extension = ''] = /^([\da-f]{1,16})[\t ]*(;.*)?$/i.exec(line) ?? [];
    if (size === undefined) return false;
    this.#write(`${size}${extension.replace(/[\t ]+/g, '')}\r\n`);
    this.#left = Number.parseInt(size, 16);
    this.#next = this.#left === 0 ? 'trailer' : 'content';
    return true;
  }
}

/**
 * Corrects the response on a connection before Node's parser reads it: bare line feeds, folded fields, equal
 * Content-Lengths, a length beside chunked, and spaces behind a chunk size. The connection must be new, and must serve
 * no other request: where a response ends is less certain.
 *
 * @param socket the connection; nothing has been read from it
 * @param method of the request: a response to HEAD has no body
 */
export function repairResponse(socket: Socket, method: string): void {
  const response = new ResponseRepair(method);
  const push = socket.push.bind(socket);
  // Node's own code calls it with every piece that arrives, with TLS and without.
  socket.push = (piece: Buffer | null) => {
    const repaired = piece === null ? response.end() : response.repair(piece);
    const mayGoOn = repaired.length === 0 || push(repaired);
    return piece === null ? push(null) : mayGoOn;
  };
}
