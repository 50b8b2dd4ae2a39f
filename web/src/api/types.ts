import type { components } from './schema'

type Schemas = components['schemas']

/** What the server says, by the names of its description. */
export type Event = Schemas['Event']
export type Room = Schemas['Room']
export type RoomListItem = Schemas['RoomListItem']
export type Member = Schemas['Member']
export type Participant = Schemas['Participant']
export type Sender = Schemas['Sender']
export type Me = Schemas['Me']
export type Invitation = Schemas['Invitation']
export type InboxItem = Schemas['InboxItem']
export type TimelineMeta = Schemas['TimelineMeta']
export type Pin = Schemas['Pin']
export type RoomSettings = Schemas['Settings']
export type RoomIntegrity = Schemas['RoomIntegrity']
export type Gap = Schemas['Gap']
export type Delivery = Schemas['Delivery']
export type Preferences = Schemas['Preferences']
export type NewPreferences = Schemas['NewPreferences']
export type AuthConfig = Schemas['AuthConfig']
export type SetupState = Schemas['SetupState']
export type NewServer = Schemas['SetUp']
export type SetUpServer = Schemas['SetUpServer']
export type OidcBegun = Schemas['OidcBegun']
export type SearchHit = Schemas['SearchHit']
export type SearchRequest = Schemas['SearchRequest']
export type PublicRoom = Schemas['PublicRoom']
export type Session = Schemas['Session']
export type Peer = Schemas['Peer']
export type DoctorReport = Schemas['DoctorReport']
export type Rejection = Schemas['Rejection']
export type Policy = Schemas['FederationPolicy']
export type Account = Schemas['Account']
export type FederationIdentity = Schemas['FederationIdentity']
export type FederationKey = Schemas['FederationKey']
export type FederatedRoom = Schemas['FederatedRoom']
export type AffectedRoom = Schemas['AffectedRoom']
export type PolicyRuling = Schemas['PolicyRuling']
export type PeerDetail = Schemas['PeerDetail']
export type DeadLetter = Schemas['DeadLetter']
export type DoctorStep = Schemas['DoctorStep']
export type AuditLine = Schemas['AuditLine']
export type Outside = Schemas['Outside']
export type TenantStats = Schemas['TenantStats']
export type ResetLink = Schemas['ResetLink']
export type Explanation = Schemas['Explanation']
export type Report = Schemas['Report']
export type NewReport = Schemas['NewReport']

/** What people say, as far as this client reads it. */
export interface MessageContent {
  body: string
  msgtype?: string
  mentions?: string[]
  reply_to_event_id?: string
  thread_root?: string
}
