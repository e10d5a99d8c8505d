import { buffered } from './delivery/buffered.ts';
import { streaming } from './delivery/streaming.ts';
import { createProxy } from './proxy.ts';

const proxy = createProxy(process.env);

/** Entry for every front door that takes a whole answer. Handler setting: `index.handler`. */
export const handler = buffered(proxy);

/** Entry for a Function URL with InvokeMode RESPONSE_STREAM. Handler setting: `index.streamHandler`. */
export const streamHandler = streaming(proxy);
