/**
 * Returns whether a host is the default endpoint of an API: `<id>.execute-api.<region>.amazonaws.com`, and the names of
 * emulators. Only there a stage is a part of the public path.
 *
 * @example isDefaultEndpoint('a1b2c3.execute-api.eu-central-1.amazonaws.com') // true
 */
export const isDefaultEndpoint = (host: string): boolean => /^[^.]+\.execute-api\./i.test(host);
