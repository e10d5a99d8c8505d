/** Kinds of bodies, which proxies treat differently. */
export type Kind = 'ascii' | 'utf8' | 'bytes';

const made = new Map<string, { readonly type: string; readonly body: Buffer }>();

const lines: Readonly<Record<'ascii' | 'utf8', string>> = {
  ascii: '<p class="line">The quick brown fox jumps over the "lazy" dog &amp; runs away.</p>\n',
  utf8: '<p class="line">Der schnelle braune Fuchs springt über den faulen Hund, дважды. 速い</p>\n',
};

/** Every byte there is, in an order that compresses and repeats like noise. */
function noise(size: number): Buffer {
  const body = Buffer.alloc(size);
  let state = 0x2545_f491;
  for (let index = 0; index < size; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    body[index] = state;
  }
  return body;
}

/** Text of exactly so many bytes; what is cut off at the end of a character becomes spaces. */
function text(line: string, size: number): Buffer {
  const body = Buffer.alloc(size, ' ');
  body.write(line.repeat(Math.ceil(size / Buffer.byteLength(line))));
  return body;
}

/** A body of a kind and a size in bytes, the same each time, and what it is called. */
export function bodyOf(kind: Kind, size: number): { readonly type: string; readonly body: Buffer } {
  const key = `${kind} ${size}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const body = kind === 'bytes' ? noise(size) : text(lines[kind], size);
  const found = { type: kind === 'bytes' ? 'application/octet-stream' : 'text/html; charset=utf-8', body };
  made.set(key, found);
  return found;
}
