import { defineConfig } from 'vitest/config'

// What is tested here is pure: it needs no browser. The browser's part is in `e2e/`.
export default defineConfig({
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
