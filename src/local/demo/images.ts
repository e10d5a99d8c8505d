import { crc32, deflateSync } from 'node:zlib';
import { type Exchange, send } from './exchange.ts';

const PNG_SIZE = 64;

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">
<title>Two arrows through a ring</title>
<circle cx="32" cy="32" r="26" fill="none" stroke="#2455c9" stroke-width="6"/>
<path d="M4 25h40m-9-9 9 9-9 9" fill="none" stroke="#e0862b" stroke-width="5"/>
<path d="M60 40H20m9-9-9 9 9 9" fill="none" stroke="#3c9d6b" stroke-width="5"/>
</svg>
`;

/** Base64, because Node has no encoder for it: 32 pixels square, the gradient of the PNG. */
const JPEG = [
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBk',
  'eFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAgACAD',
  'ASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAwAEBf/EABUQAQEAAAAAAAAAAAAAAAAAAAIA/8QAFwEBAQEBAAAAAAAAAAAAAAAABAADBf/E',
  'ABYRAAMAAAAAAAAAAAAAAAAAAAACA//aAAwDAQACEQMRAD8A5pMhNEyE3QpQxRCJkJomUmBSgpEMxMhNEyk1ShIhEyE0TITApQWiH//Z',
].join('');

/** Base64, as the JPEG. */
const WEBP = [
  'UklGRmIAAABXRUJQVlA4IFYAAACQBACdASogACAAPtFkq1AoJaQtqAgBsBoJagCdOUFS3g1SAAIVg0HcsUIpiWAA/uElf+IbacxE6sz3sIfgvw9E',
  'S/itAMDCOvebWRPThPyz3DC0IQAAAA==',
].join('');

/** `/image/svg`. */
export function sendSvg(exchange: Exchange): void {
  send(exchange, 200, { 'Content-Type': 'image/svg+xml' }, SVG);
}

/** `/image/png`: a colour gradient. */
export function sendPng(exchange: Exchange): void {
  send(exchange, 200, { 'Content-Type': 'image/png' }, drawPng());
}

/** `/image/jpeg`. */
export function sendJpeg(exchange: Exchange): void {
  send(exchange, 200, { 'Content-Type': 'image/jpeg' }, Buffer.from(JPEG, 'base64'));
}

/** `/image/webp`. */
export function sendWebp(exchange: Exchange): void {
  send(exchange, 200, { 'Content-Type': 'image/webp' }, Buffer.from(WEBP, 'base64'));
}

function drawPng(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(PNG_SIZE, 0);
  header.writeUInt32BE(PNG_SIZE, 4);
  header.set([8, 2], 8); // eight bits a channel, RGB
  const rows = Buffer.alloc(PNG_SIZE * (1 + PNG_SIZE * 3));
  for (let y = 0; y < PNG_SIZE; y += 1) {
    for (let x = 0; x < PNG_SIZE; x += 1) {
      const share = (x + y) / (2 * PNG_SIZE - 2);
      rows.set(mix([0x24, 0x55, 0xc9], [0xe0, 0x86, 0x2b], share), y * (1 + PNG_SIZE * 3) + 1 + x * 3);
    }
  }
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

function mix(from: number[], to: number[], share: number): number[] {
  return from.map((value, index) => Math.round(value + ((to[index] ?? value) - value) * share));
}

function chunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(content.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(content, 4);
  frame.writeUInt32BE(crc32(content), content.length + 4);
  return frame;
}
