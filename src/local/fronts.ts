import { albFront, albMultiFront } from './alb.ts';
import type { Front } from './front.ts';
import { functionUrlFront } from './function-url.ts';
import { httpApiFront } from './http-api.ts';
import { httpApiV1Front } from './http-api-v1.ts';
import { restApiFront } from './rest-api.ts';

/** Every front door that can be emulated, the default first. */
export const fronts: readonly [Front, ...Front[]] = [
  functionUrlFront,
  httpApiFront,
  httpApiV1Front,
  restApiFront,
  albFront,
  albMultiFront,
];
