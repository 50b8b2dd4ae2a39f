import { createContext, useContext } from 'solid-js'
import type { Live } from './live'

const LiveContext = createContext<Live>()

export const LiveProvider = LiveContext.Provider

/** The live session of who is signed in; only within the part of the page that needs one. */
export function useLive(): Live {
  const live = useContext(LiveContext)
  if (!live) throw new Error('there is no live session here')
  return live
}
