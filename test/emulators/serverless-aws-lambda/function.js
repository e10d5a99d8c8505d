// The emulator bundles what it runs; the product's bundle is loaded as it was built.
const bundle = import(process.env.BUNDLE);
export const handler = async (event, context) => (await bundle).handler(event, context);
export const streamHandler = awslambda.streamifyResponse(async (event, stream, context) =>
  (await bundle).streamHandler(event, stream, context),
);
