import type { Resource } from 'solid-js'

/**
 * What was read, when it is there. A resource that is read itself while it waits takes the whole page away around it,
 * up to the nearest `Suspense`; and one that failed throws.
 */
export function ready<T>(resource: Resource<T>): T | undefined {
  return resource.state === 'ready' || resource.state === 'refreshing' ? resource.latest : undefined
}
