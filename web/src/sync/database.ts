import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { KeptPerson, KeptRoom } from './kept'
import type { Line } from './state'
import type { RoomListItem } from '../api'

/** What this browser keeps over a reload. */
export interface Stored extends DBSchema {
  /** Lines that the server does not have yet, by their ids. */
  unsent: { key: string; value: { me: string; line: Line } }
  /** One record: who read the rest, and when. */
  person: { key: 'person'; value: KeptPerson }
  /** The room list, in pieces. */
  list: { key: number; value: readonly RoomListItem[] }
  /** What was read in rooms, by their ids. */
  rooms: { key: string; value: KeptRoom }
}

export type Database = IDBPDatabase<Stored>

const NAME = 'scaiwave'
/** 1: `unsent`. 2: what was read. */
const VERSION = 2

let opened: Promise<Database | undefined> | undefined

/** None where the browser keeps nothing (a private window), or as long as a tab of an older version is open: then everything lives as long as the tab. */
export function database(): Promise<Database | undefined> {
  opened ??= new Promise((resolve) => {
    open(() => resolve(undefined)).then((db) => {
      opened = Promise.resolve(db)
      resolve(db)
    }, () => resolve(undefined))
  })
  return opened
}

function open(blocked: () => void): Promise<Database> {
  return openDB<Stored>(NAME, VERSION, {
    blocked,
    upgrade(db, before) {
      if (before < 1) db.createObjectStore('unsent')
      if (before < 2) {
        db.createObjectStore('person')
        db.createObjectStore('list')
        db.createObjectStore('rooms')
      }
    },
    // A tab with a newer version must not wait for this one.
    blocking(_version, _newer, event) {
      ;(event.target as IDBDatabase).close()
      opened = undefined
    },
  })
}
