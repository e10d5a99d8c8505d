# The standalone server as a container image; docs/server.md says more.
#   docker build --tag lambda-rproxy .
#   docker run --rm --publish 8080:8080 --env REMOTE_URL=http://203.0.113.9:8080 lambda-rproxy
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# No package needs its install scripts for the build; the image has Node.js already.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY esbuild.config.ts ./
COPY build ./build
COPY middlewares ./middlewares
COPY src ./src
RUN node esbuild.config.ts

FROM node:24-slim
ENV NODE_ENV=production PORT=8080
WORKDIR /app
COPY --from=build /build/dist/server.mjs /build/dist/server.mjs.LEGAL.txt ./
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}${process.env.HEALTH_PATH || '/.lambda-rproxy/health'}`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The exec form: a shell in between would not forward SIGTERM.
CMD ["node", "server.mjs"]
