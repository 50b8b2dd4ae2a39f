import { Failure } from '../../api'
import { say } from '../../ui'
import { reason } from './reason'

/** Does something and says when it failed. True when it was done. */
export async function attempt(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    say(error instanceof Failure ? reason(error) : String(error instanceof Error ? error.message : error), true)
    return false
  }
}
