import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/** Set up as a new project is: nothing here knows of a proxy. */
export default defineConfig({ plugins: [sveltekit({ adapter: adapter({ out: 'build' }) })] });
