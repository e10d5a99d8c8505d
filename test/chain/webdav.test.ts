import { describe, expect, test } from '@jest/globals';
import { valuesOf, wire } from '../helpers/wire.ts';

describe('a WebDAV request, through the whole chain,', () => {
  const { send, backendUrl } = wire();
  const base = () => ({ REMOTE_URL: `${backendUrl()}/base`, HOST_HEADER: 'backend' });
  const copy = { method: 'COPY', target: '/a' };

  test.each(['/b', ' /b', '/b%20c/'])('has its Destination %j below the base path [R21 H46]', async (destination) => {
    const [sent = ''] = valuesOf(await send({ destination }, copy, base()), 'destination');
    expect(sent).toBe(`${backendUrl()}/base${destination.trim()}`);
  });

  test.each([
    'http://other.example/out.txt',
    ' http://other.example/out.txt',
    'http://127.1/out.txt',
    'http://localhost/out.txt',
    '//other.example/out.txt',
    'ftp://other.example/out.txt',
    '../../out.txt',
    '/../out.txt',
    '/%2e%2e/out.txt',
    '/a/..%2f..%2fout.txt',
    '/x/%252e%252e/%252e%252e/out.txt',
    '/..;/out.txt',
    '/\t/../../out.txt',
    '/\\..\\..\\out.txt',
  ])('whose Destination %j lies elsewhere is a 400 and never reaches the backend [H46 M15]', async (destination) => {
    const { result, lines } = await send({ destination }, copy, base());
    expect([result.statusCode, lines]).toEqual([400, undefined]);
  });

  test('whose Destination is the address of the backend itself is a 400, below the base path too [H46 S1]', async () => {
    for (const path of ['/out.txt', '/base/out.txt']) {
      const { result, lines } = await send({ destination: `${backendUrl()}${path}` }, copy, base());
      expect([result.statusCode, lines]).toEqual([400, undefined]);
    }
  });

  test('has the resource tags of If mapped like its Destination [H47]', async () => {
    const condition = { if: '</b> (<urn:uuid:1>)' };
    expect(valuesOf(await send(condition, { method: 'PUT', target: '/b' }, base()), 'if')).toEqual([
      `<${backendUrl()}/base/b> (<urn:uuid:1>)`,
    ]);
  });
});
