/// <reference types="vite/client" />
import { expect, test } from 'vitest'
import source from '../../../../crates/engine/src/audit/action.rs?raw'
import { ACTIONS } from './audit-actions'

test('the filter offers what the server writes', () => {
  const written = [...source.matchAll(/^ {4}\w+ = "([a-z_.]+)",$/gmu)].map((found) => found[1])
  expect([...ACTIONS].sort()).toEqual(written.sort())
})
