import { describe, expect, test } from '@jest/globals';
import { responseRules } from '../../../src/config/field-rules.ts';
import { receivedFields, responseFieldChanges } from '../../../src/http/response/field-changes.ts';
import { eventFor } from '../../helpers/events.ts';
import { handlerWith } from '../../helpers/lambda.ts';
import { type LogLine, logsOf } from '../../helpers/logs.ts';
import { scriptedBackend, sendAndEnd } from '../../helpers/scripted-backend.ts';

describe('the fields of a response', () => {
  test('are as received, by lower-case name, repeats joined', () => {
    expect({ ...receivedFields(['A', '1', 'Set-Cookie', 'x=1', 'a', '2', 'set-cookie', 'y=2']) }).toEqual({
      a: '1, 2',
      'set-cookie': ['x=1', 'y=2'],
    });
  });

  test('that are returned as sent are no change', () => {
    const raw = ['ETag', '"1"', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', '__proto__', 'x'];
    expect(responseFieldChanges(raw, receivedFields(raw))).toEqual([]);
  });

  test('that differ for a reason of a setting say so', () => {
    expect(responseFieldChanges(['a', '1', 'b', '1'], { b: '2', c: '3' })).toEqual([
      { name: 'a', change: 'dropped', why: 'removed by a setting' },
      { name: 'b', change: 'changed', why: 'changed by a setting' },
      { name: 'c', change: 'added', why: 'added by a setting' },
    ]);
  });

  test('that RESPONSE_HEADERS changes name it, whatever else could be the reason', () => {
    const rules = responseRules('-Server\nVary: *\nX-Frame-Options: DENY');
    const returned = { vary: '*', 'x-frame-options': 'DENY' };
    expect(responseFieldChanges(['Server', 'x', 'Vary', 'Cookie'], returned, rules)).toEqual([
      { name: 'server', change: 'dropped', why: 'removed by RESPONSE_HEADERS' },
      { name: 'vary', change: 'changed', why: 'changed by RESPONSE_HEADERS' },
      { name: 'x-frame-options', change: 'added', why: 'added by RESPONSE_HEADERS' },
    ]);
  });

  test('are explained in the debug log by RESPONSE_HEADERS where it changed them [O1]', async () => {
    const backend = await scriptedBackend(sendAndEnd('HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 2\r\n\r\nok'));
    const env = { REMOTE_URL: backend.url, RESPONSE_HEADERS: '-Server' };
    const { lines } = await logsOf(() => handlerWith(env)(eventFor({ target: '/?trace_connection=y' })));
    await backend.close();
    const { response } = lines.find(({ message }) => message === 'trace: response returned') as LogLine & {
      response: { changes: string };
    };
    expect(JSON.parse(response.changes)).toMatchObject({ server: 'dropped: removed by RESPONSE_HEADERS' });
  });

  test('stand in the debug log as the backend sent them, and beside them each difference and its reason [D11]', async () => {
    const backend = await scriptedBackend((socket) =>
      sendAndEnd(
        `${[
          'HTTP/1.1 302 Found',
          `Location: http://127.0.0.1:${socket.localPort}/login?next=%2F`,
          'Location: /second',
          'Set-Cookie: sid=s3cret; Domain=other.example; Path=/',
          'Alt-Svc: h2=":443"',
          'Keep-Alive: timeout=5',
          'Connection: x-hop',
          'X-Hop: 1',
          'Proxy-Status: lambda-rproxy; error=x',
          'X-Amzn-Remapped-Date: x',
          'ETag: "1"',
          'Content-Length: 2',
        ].join('\r\n')}\r\n\r\nok`,
      )(socket),
    );
    const { lines } = await logsOf(() =>
      handlerWith({ REMOTE_URL: backend.url })(eventFor({ target: '/?trace_connection=y' })),
    );
    await backend.close();
    const { response } = lines.find(({ message }) => message === 'trace: response returned') as LogLine & {
      response: { backend_headers: string; changes: string };
    };
    expect(JSON.parse(response.backend_headers)).toMatchObject({
      location: expect.stringContaining('/second'),
      'alt-svc': 'h2=":443"',
      etag: '"1"',
    });
    expect(JSON.parse(response.changes)).toEqual({
      location: 'changed: the public host in place of the backend',
      'set-cookie': 'changed: Domain and Path must hold on the public host',
      'alt-svc': 'dropped: it would lead the client to the backend past the proxy (RFC 7838)',
      'keep-alive': 'dropped: it concerns the connection to the backend alone (RFC 9110 §7.6.1)',
      connection: 'dropped: it concerns the connection to the backend alone (RFC 9110 §7.6.1)',
      'x-hop': 'dropped: named by Connection (RFC 9110 §7.6.1)',
      'proxy-status': "dropped: it speaks in this proxy's name (RFC 9209)",
      'x-amzn-remapped-date': 'dropped: a Function URL fails on a response with such a field',
      'content-length': 'dropped: the front door frames the response by itself',
      'content-type': 'added: the backend named no type, and the front door would name a wrong one',
    });
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });
});
