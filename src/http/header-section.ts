/**
 * Largest header section in bytes, of requests and of responses. Lambda starts Node with this limit; Node's own is 16 KB.
 */
export const maxHeaderSectionBytes = 81_920;
