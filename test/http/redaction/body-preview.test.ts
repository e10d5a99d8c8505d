import { describe, expect, test } from '@jest/globals';
import { bodyPreview } from '../../../src/http/redaction/body-preview.ts';

const preview = (body: string | Buffer, contentType?: string) => bodyPreview(Buffer.from(body), contentType);
const form = 'application/x-www-form-urlencoded';
const json = 'application/json';

describe('the preview of a body', () => {
  test.each([
    ['a=1&b=%20x+y', 'a=1&b=%20x+y'],
    ['user=ada&password=s3cret&next=/home', 'user=ada&password=[redacted 6 chars]&next=/home'],
    ['access_token=s3cret', 'access_token=[redacted 6 chars]'],
    ['url=https%3A%2F%2Fh%2F%3Ftoken%3Ds3cret', 'url=[redacted 23 chars]'],
  ])('shows a form with its secrets masked: %s [D9]', (body, text) => {
    expect(preview(body, `${form};charset=UTF-8`)).toEqual({ text });
  });

  test.each([
    ['{"a":[1,true,null,"x"]}', { a: [1, true, null, 'x'] }],
    ['{"user":{"name":"ada","password":"s3cret"}}', { user: { name: 'ada', password: '[redacted]' } }],
    ['{"accessToken":{"value":"s3cret"},"sid":5}', { accessToken: '[redacted]', sid: '[redacted]' }],
    ['["https://ada:s3cret@h/?token=s3cret"]', ['https://[redacted]@h/?token=[redacted 6 chars]']],
    ['{"__proto__":{"password":"s3cret"},"b":1}', JSON.parse('{"__proto__":{"password":"[redacted]"},"b":1}')],
    ['"text"', 'text'],
  ])('shows JSON with its secrets masked: %s [D9]', (body, value) => {
    const shown = preview(body, 'application/vnd.api+json') as { text: string };
    expect(JSON.parse(shown.text)).toEqual(value);
    expect(shown.text).not.toContain('s3cret');
  });

  test('ends at a depth from where it would take more room than it tells [D9]', () => {
    const { text } = preview(`${'['.repeat(2000)}"s3cret"${']'.repeat(2000)}`, json) as { text: string };
    expect(text).toContain('…');
    expect(text).not.toContain('s3cret');
    expect(text.length).toBeLessThan(1000);
  });

  test.each([
    ['a=1', undefined, /only forms and JSON/],
    ['secret text', 'text/plain', /only forms and JSON/],
    ['--x\r\n', 'multipart/form-data; boundary=x', /only forms and JSON/],
    ['a=1', 'application/jsonx', /only forms and JSON/],
    ['{', json, /no JSON/],
    ['', json, /no JSON/],
    [Buffer.from([0x61, 0x3d, 0xff]), form, /no text in UTF-8/],
    ['a'.repeat(4097), form, /up to 4096 bytes/],
  ])('says why it shows nothing: %# %s [D9]', (body, contentType, withheld) => {
    expect(preview(body, contentType)).toEqual({ withheld: expect.stringMatching(withheld) });
  });

  test('shows a body of exactly the largest size [D9]', () => {
    expect(preview(`a=${'b'.repeat(4094)}`, form)).toEqual({ text: `a=${'b'.repeat(4094)}` });
  });

  test.each([` ${form} ;charset=UTF-8`, 'Application/X-WWW-Form-URLEncoded'])(
    'knows a form by its media type, whatever its spelling: %j [D9]',
    (contentType) => {
      expect(preview('a=1', contentType)).toEqual({ text: 'a=1' });
    },
  );
});
