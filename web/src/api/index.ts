export { api, ask, askWithMeta } from './client'
export { Failure } from './failure'
export { session } from './session'
export type * from './types'
