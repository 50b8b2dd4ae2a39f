import createClient from 'openapi-fetch'
import { Failure } from './failure'
import type { paths } from './schema'
import { session } from './session'

/** Can be sent twice: a copy of its body, made for every request, would take longer than sending it. */
class Repeatable extends Request {
  readonly again: () => Request

  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(input, init)
    this.again = () => new Request(input, init)
  }
}

/** Sends with the token there is, and once more with a new one when that has ended. */
async function authorized(request: Request): Promise<Response> {
  const { again } = request as Repeatable
  const stale = session.token
  const first = await sent(request, stale ?? (await session.renew(undefined)))
  if (first.status !== 401) return first
  return sent(again(), await session.renew(stale))
}

async function sent(request: Request, token: string): Promise<Response> {
  request.headers.set('authorization', `Bearer ${token}`)
  try {
    return await fetch(request)
  } catch {
    throw Failure.offline()
  }
}

/** Every endpoint, as the server describes it. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: authorized, Request: Repeatable })

interface Answered<T, M> {
  data?: { data: T; meta: M }
  error?: unknown
  response: Response
}

/** The data of an answer; throws a `Failure` when it was a no. */
export async function ask<T, M>(answer: Promise<Answered<T, M>>): Promise<T> {
  return (await askWithMeta(answer)).data
}

/** The same with what goes with it. */
export async function askWithMeta<T, M>(answer: Promise<Answered<T, M>>): Promise<{ data: T; meta: M }> {
  const { data, error, response } = await answer
  if (data) return data
  throw Failure.of(error, response.status)
}
