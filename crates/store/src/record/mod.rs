//! What is kept: plain rows, without rules. Times are ms since the Unix epoch.

mod account;
mod audit;
mod federation;
mod history;
mod host;
mod keyed;
mod live;
mod moderation;
mod notify;
mod room;
mod standing;

pub use account::{
    AccountPatch, ApiTokenRow, IdentityRow, OwnKeyRow, ParticipantRow, PresenceChoice,
    ResetLinkRow, Role, Scopes, SessionRow, TenantRow, TotpRow,
};
pub use audit::{AuditRow, AuditSeverity};
pub use federation::{
    CompanionRow, DeadLetterRow, DeclineRow, FollowerRow, InvitationRow, LagRow, OutboxRow,
    PeerKeysRow, PeerRow, ProfileRow, RejectionDirection, RejectionRow,
};
pub use history::{BaseRow, HeldRow, VerdictRow};
pub use host::{EvidenceRow, Settled, UnconfirmedRow};
pub use keyed::{KEYED_REQUESTS_MAX, KeptAnswer, KeyedRequestRow};
pub use live::{InboxRow, PendingRow, ReadMarkerRow, Refused, StreamEntry, StreamRow};
pub use moderation::{BlockRow, Blocked, ReportRow};
pub use notify::{NotificationMode, PreferencesRow, RoomChoiceRow};
pub use room::{
    CheckpointRow, EditRow, EntryHead, EntryRow, Erasure, MemberRow, ReactionRow, RoomListRow,
    RoomRow, RoomServerRow, TimelineRow, Verdict,
};
pub use standing::{TenantLimits, TenantStanding, TenantUsage};
