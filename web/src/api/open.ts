import { Failure } from './failure'

/** What may be asked without a token: by whoever comes. Throws a `Failure` when the answer was a no. */
export async function askOpenly<T>(path: string, body?: object): Promise<T> {
  const init: RequestInit = body ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}
  const response = await fetch(path, init).catch(() => {
    throw Failure.offline()
  })
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok) throw Failure.of(answer, response.status)
  return (answer as { data: T }).data
}
