/**
 * Functions that the bundled command uses and that Node.js 20 and 22 lack. npm runs the command on whatever Node.js the
 * machine has; everything else here runs on the Node.js of the project.
 */

URL.parse ??= (url, base) => (URL.canParse(String(url), base?.toString()) ? new URL(url, base) : null);

Promise.withResolvers ??= function withResolvers<Value>(): PromiseWithResolvers<Value> {
  let resolve: PromiseWithResolvers<Value>['resolve'] = () => undefined;
  let reject: PromiseWithResolvers<Value>['reject'] = () => undefined;
  const promise = new Promise<Value>((...functions) => {
    [resolve, reject] = functions;
  });
  return { promise, resolve, reject };
};

RegExp.escape ??= (text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
