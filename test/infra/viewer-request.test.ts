import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { withViewerClaims } from '../../docs/viewer-request.ts';
import { readTemplate, templatePath, webFunctionTemplatePath } from '../../infra/template.ts';
import { canonicalName, ownedNames, ownershipOf } from '../../src/http/request/owned-fields.ts';

const codeOf = (path: string) => String(readTemplate(path).Resources['ViewerRequest']?.Properties['FunctionCode']);
const FunctionCode = codeOf(templatePath);

/** As CloudFront calls it: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
function headersAfter(headers: Record<string, string>): Record<string, string> {
  const context = vm.createContext({
    event: {
      viewer: { ip: '198.51.100.7' },
      request: {
        headers: Object.fromEntries(
          Object.entries({ host: 'www.example.com', ...headers }).map(([name, value]) => [name, { value }]),
        ),
      },
    },
  });
  const request = vm.runInContext(`${FunctionCode}\nhandler(event)`, context) as {
    headers: Record<string, { value: string }>;
  };
  return Object.fromEntries(Object.entries(request.headers).map(([name, { value }]) => [name, value]));
}

const own = { host: 'www.example.com', 'true-client-ip': '198.51.100.7', 'x-forwarded-host': 'www.example.com' };

/** Names that only a family of the proxy's rules covers. */
const ofFamilies = [
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-anything', 'x-forward', 'forwarded-host'],
  ...['x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'true-client-ip', 'cf-connecting-ip', 'cf-connecting-ipv6'],
  ...['fastly-client-ip', 'x-azure-clientip', 'wl-proxy-client-ip', 'ali-cdn-real-ip', 'remote-address', 'x-peer-addr'],
  ...['x-vercel-forwarded-for', 'x-original-forwarded-for', 'forward-for', 'x-original-host', 'x-original-remote-addr'],
  ...['x-ssl-client-verify', 'ssl-client-cert', 'x-envoy-peer-certificate', 'wl-proxy-ssl'],
];

describe("CloudFront's function", () => {
  test('is the same in both templates, generated from the fields that the proxy owns, and small enough for CloudFront', () => {
    const text = readFileSync(templatePath, 'utf8');
    expect(text).toBe(withViewerClaims(text));
    expect(codeOf(webFunctionTemplatePath)).toBe(FunctionCode);
    expect(Buffer.byteLength(FunctionCode)).toBeLessThan(10_240);
  });

  test.each([...ownedNames(), ...ofFamilies].filter((name) => ownershipOf(name)?.passes !== 'never'))(
    'drops %s of a client, which the proxy would take from a trusted proxy in front',
    (name) => {
      expect(headersAfter({ [name]: 'evil' })).toEqual(own);
      expect(headersAfter({ [name.replaceAll('-', '_')]: 'evil', [name.toUpperCase()]: 'evil' })).toEqual(own);
    },
  );

  test('covers every family of the rules', () => {
    expect(ofFamilies.filter((name) => ownershipOf(canonicalName(name)) === undefined)).toEqual([]);
  });

  test("drops the client's own secret, and the address under the name that it writes", () => {
    expect(headersAfter({ 'x-origin-verify': 'guess', 'True-Client-IP': '203.0.113.1', true_client_ip: 'x' })).toEqual(
      own,
    );
  });

  test('leaves every other field alone', () => {
    const others = {
      cookie: 'a=1',
      authorization: 'Basic x',
      'content-length': '3',
      'x-requested-with': 'x',
      'x-realm': 'y',
      'x-request-id': 'z',
      'accept-language': 'en',
      'x-hostname': 'h',
      'user-agent': 'curl',
      via: '2.0 cdn',
    };
    expect(headersAfter(others)).toEqual({ ...own, ...others });
  });
});
