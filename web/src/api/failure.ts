/** Why something was not done. */
export class Failure extends Error {
  constructor(
    /** The server's stable code, or `offline` when there was no answer. */
    readonly code: string,
    message: string,
    readonly status = 0,
    readonly field?: string,
  ) {
    super(message)
    this.name = 'Failure'
  }

  /** Whether the same may be tried again and work: nobody has said no. */
  get mayPass(): boolean {
    return this.code === 'offline' || this.status >= 500 || this.status === 429
  }

  /** Whether nobody has answered but, at most, a proxy before the server. */
  get isAway(): boolean {
    return this.code === 'offline' || [502, 503, 504].includes(this.status)
  }

  static offline(): Failure {
    return new Failure('offline', 'There is no connection to the server.')
  }

  static from(error: unknown): Failure {
    if (error instanceof Failure) return error
    return Failure.offline()
  }

  /** Of the body of a failed answer; whatever else came (a proxy's page) is told by its status. */
  static of(body: unknown, status: number): Failure {
    const error = (body as { error?: { code?: unknown; message?: unknown; details?: { field?: string } } } | null)?.error
    if (typeof error?.code !== 'string' || typeof error.message !== 'string') {
      return new Failure('unreadable', `The server answered with status ${status}.`, status)
    }
    return new Failure(error.code, error.message, status, error.details?.field)
  }
}
