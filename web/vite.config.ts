import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'
import { budget } from './build/budget.ts'
import { precompress } from './build/precompress.ts'
import { WORKER, worker } from './build/worker.ts'

/** Where the server listens that `npm run dev` works against. It must have one tenant: the name in the browser is none of its. */
const server = process.env['SCAIWAVE_URL'] ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [solid(), budget(), worker(), precompress()],
  build: {
    target: 'es2022',
    // Nothing within the page: the policy would refuse it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', [WORKER]: 'src/worker/sw.ts' },
      output: { entryFileNames: ({ name }) => (name === WORKER ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
  // The host stays the page's own: the server takes nothing from pages of other hosts.
  server: { proxy: { '/v1': { target: server, ws: true, changeOrigin: false } } },
})
