/** `@bob:globex.example` in its parts. */
export function parts(fqid: string): { local: string; server: string } {
  const colon = fqid.indexOf(':')
  if (colon < 0) return { local: fqid.replace(/^@/, ''), server: '' }
  return { local: fqid.slice(1, colon), server: fqid.slice(colon + 1) }
}

/** As people write it here: the server only where it is another one. */
export function handle(fqid: string, home: string): string {
  const { local, server } = parts(fqid)
  return server === home || server === '' ? `@${local}` : `@${local}:${server}`
}

/** The server, where a name is that of no person but of a server itself. */
export function serverItself(fqid: string): string | undefined {
  const { local, server } = parts(fqid)
  return local === '_server' ? server : undefined
}
