import node from '@astrojs/node';
import { defineConfig } from 'astro/config';

/** ALLOWED_HOST is the one name of the public, OUT_DIR the folder of the build. */
const { ALLOWED_HOST, OUT_DIR } = process.env;
export default defineConfig({
  output: 'server',
  outDir: OUT_DIR,
  adapter: node({ mode: 'standalone' }),
  ...(ALLOWED_HOST ? { security: { allowedDomains: [{ hostname: ALLOWED_HOST }] } } : {}),
});
