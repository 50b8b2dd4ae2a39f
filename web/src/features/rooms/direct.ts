import { api, ask } from '../../api'
import type { Live } from '../../sync'
import { parts } from '../people'

/** The direct message with somebody, made when there is none. The same for the person at home and the one next door; only the way there differs. */
export async function directWith(live: Live, fqid: string): Promise<string> {
  const isLocal = parts(fqid).server === live.me().server_name
  const room = isLocal
    ? await ask(api.POST('/v1/rooms/dm', { body: { participant_id: fqid } }))
    : await ask(api.POST('/v1/me/federated-dms', { body: { fqid } }))
  await live.refresh('list')
  return room.id
}
