import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { preferredRepresentation } from '../../../src/http/response/accept.ts';

describe('what a client prefers', () => {
  test.each([
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8', 'html'],
    ['a browser that loads an image', 'image/avif,image/webp,image/svg+xml,*/*;q=0.8', 'text'],
    ['a browser that runs fetch', '*/*', 'text'],
    ['curl', '*/*', 'text'],
    ['axios', 'application/json, text/plain, */*', 'json'],
    ['an API client', 'application/json', 'json'],
    ['one that puts a string into a range, which is left out', 'text/html;v="1,2";q=1, application/json;q=0.1', 'json'],
    ['one that opens a string and never closes it', 'application/json, text/html;q=",,,,', 'json'],
    ['one for problem details', 'application/problem+json', 'json'],
    ['one for a JSON type of its own', 'application/vnd.api+json', 'json'],
    ['one for XHTML', 'application/xhtml+xml', 'html'],
    ['one for text', 'text/plain', 'text'],
    ['one for any text', 'text/*', 'text'],
    ['one for anything of application', 'application/*', 'html'],
    ['one in capitals', 'TEXT/HTML', 'html'],
    ['one that likes JSON better', 'text/html;q=0.5, application/json;q=0.6', 'json'],
    ['one that likes HTML better', 'application/json;q=0.5, text/html', 'html'],
    ['one that names a charset', 'text/html;charset=utf-8', 'html'],
    ['one that names a version', 'application/json;version=2, text/html;q=0.1', 'json'],
    ['one that weighs a charset', 'text/html;charset=utf-8;q=0.1, application/json; Q=0.2', 'json'],
    ['one that likes a JSON type of its own better than HTML', 'application/vnd.api+json, text/html;q=0.5', 'json'],
    ['one that leaves a space before its weight', 'text/html ;q=0.1, application/json ; q=0.2', 'json'],
    ['one that puts odd spaces around a JSON type', ' application/vnd.api+json ; v=1 ,text/html;q=0.1', 'json'],
    ['one whose parameter only ends like a weight', 'text/html;iq=1;q=0.1, application/json;q=0.2', 'json'],
    ['one whose parameter only begins like a weight', 'text/html;quiet=1;q=0.1, application/json;q=0.2', 'json'],
    ['one that forbids HTML', 'text/html;q=0, */*', 'text'],
    ['one that forbids JSON', 'application/json;q=0', 'text'],
    ['one that forbids a JSON type of its own', 'application/vnd.api+json;q=0', 'text'],
    ['one that forbids everything', '*/*;q=0', 'text'],
    ['one for images', 'image/png', 'text'],
    ['one whose type only mentions JSON', 'application/jsonp, text/x-json-lines', 'text'],
    ['one with parameters, which do not count', 'text/html;charset=utf-8;seq=1;q=0.6, text/plain;q=0.5', 'html'],
    ['one with a weight behind parameters', 'text/html;charset=utf-8;q=0.1, application/json;q=0.5', 'json'],
    ['one that says nothing', '', 'text'],
    ['one that says nonsense', ';;q=,,/,*', 'text'],
  ])('of %s, by %j, is %s', (_, accept, representation) => {
    expect(preferredRepresentation(accept)).toBe(representation);
  });

  test('is text when there is no Accept at all', () => {
    expect(preferredRepresentation(undefined)).toBe('text');
  });

  test('may stand on several lines', () => {
    expect(preferredRepresentation(['image/png', 'text/html;q=0.9'])).toBe('html');
    expect(preferredRepresentation([])).toBe('text');
  });

  test('is one of the three forms, whatever the field says', () => {
    const part = fc.constantFrom(
      'text',
      'html',
      '/',
      '*',
      ';',
      'q=',
      '0',
      '.5',
      ',',
      '"',
      '\\',
      ' ',
      'application/json',
      '+json',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        expect(['html', 'json', 'text']).toContain(preferredRepresentation(parts.join('')));
      }),
    );
  });
});
