import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Where `npm run dev` finds a running server.
const server = 'http://127.0.0.1:9090';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: { outDir: 'target/classes/ui', emptyOutDir: true, sourcemap: false, target: 'es2022', assetsInlineLimit: 0 },
  server: { proxy: { '/api': server, '/loki': server, '/metrics': server } },
  test: { include: ['src/**/*.test.ts'], environment: 'node', cache: false },
});
