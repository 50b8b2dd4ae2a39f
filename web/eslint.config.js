import js from '@eslint/js'
import boundaries from 'eslint-plugin-boundaries'
import tseslint from 'typescript-eslint'

/** Folders are layers: api ← sync ← features ← app; ui knows nothing of chat, and the worker nothing of the page. A feature shows its index only. */
const layers = [
  { type: 'ui', pattern: 'src/ui' },
  { type: 'api', pattern: 'src/api' },
  { type: 'sync', pattern: 'src/sync' },
  { type: 'features', pattern: 'src/features/*', capture: ['feature'] },
  { type: 'app', pattern: 'src/app' },
  { type: 'worker', pattern: 'src/worker' },
]

const to = (type) => ({ to: { element: { type } } })
const face = { to: { element: { type: 'features', fileInternalPath: 'index.ts' } } }

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts', 'e2e/out'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': layers,
      'import/resolver': { node: { extensions: ['.ts', '.tsx', '.d.ts'] } },
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': ['error', {
        default: 'disallow',
        policies: [
          { from: { element: { type: 'ui' } }, allow: [to('ui')] },
          { from: { element: { type: 'api' } }, allow: [to('api')] },
          { from: { element: { type: 'sync' } }, allow: [to('sync'), to('api')] },
          { from: { element: { type: 'features' } }, allow: [to('ui'), to('api'), to('sync'), face] },
          { from: { element: { type: 'worker' } }, allow: [to('worker')] },
          { from: { element: { type: 'app' } }, allow: [to('app'), to('ui'), to('api'), to('sync'), face] },
        ],
      }],
      // Text never becomes markup: Markdown is rendered to nodes.
      'no-restricted-properties': ['error',
        { property: 'innerHTML' }, { property: 'outerHTML' }, { property: 'insertAdjacentHTML' }],
      'no-restricted-syntax': ['error',
        { selector: "JSXAttribute[name.name='innerHTML']", message: 'Text never becomes markup.' },
        { selector: "JSXAttribute[name.name='style'] > Literal", message: 'The policy of the page forbids styles in markup: use a class.' }],
      // Solid assigns what `ref` names.
      'no-unassigned-vars': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      'max-lines': ['error', 600],
    },
  },
  {
    // A test may look inside.
    files: ['src/**/*.test.ts'],
    rules: { 'boundaries/dependencies': 'off' },
  },
  {
    files: ['e2e/**/*.mjs', '*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', fetch: 'readonly', setTimeout: 'readonly', document: 'readonly', window: 'readonly', navigator: 'readonly', Buffer: 'readonly', performance: 'readonly', requestAnimationFrame: 'readonly', getComputedStyle: 'readonly', innerHeight: 'readonly', MutationObserver: 'readonly', localStorage: 'readonly' } },
  },
)
