import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/config.ts';
import * as optional from '../../src/config/optional.ts';
import { buildBackendRequest } from '../../src/http/request/backend-request.ts';
import type { BackendRequest, ProxyRequest } from '../../src/types.ts';

/** Settings for a backend that is never called, and that is sent its own host. */
export const configWith = (env: Record<string, string> = {}): Config =>
  readConfig({ REMOTE_URL: 'http://backend.internal:8080', HOST_HEADER: 'backend', ...env }, {}, optional);

/** A client's request; what is not said is a plain GET of the root. */
export const request = (parts: Partial<ProxyRequest> = {}): ProxyRequest => ({
  method: 'GET',
  rawPath: '/',
  rawQuery: '',
  headers: {},
  body: Buffer.alloc(0),
  client: { ip: '198.51.100.7', host: 'public.example', protocol: 'https', port: 443 },
  source: 'function-url',
  ...parts,
});

/** This deployment's name in tests. */
export const ownName = 'lambda-rproxy-0a1b2c3d';

/** What a request becomes under these settings. */
export const sentFor = (parts: Partial<ProxyRequest> = {}, env: Record<string, string> = {}): BackendRequest =>
  buildBackendRequest(request(parts), configWith(env), ownName).backendRequest;
