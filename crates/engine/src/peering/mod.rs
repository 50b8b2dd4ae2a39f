//! What servers ask of each other, behind the wire: who is admitted, whose keys are believed, what an
//! item does, what is answered to a question, what goes out.

mod accept_key;
mod acquaintance;
mod admin;
mod admit;
mod asking;
mod checkpoints;
mod compare;
mod consult;
mod cursors;
mod deliveries;
mod doorbells;
mod doubts;
mod fleeting;
mod histories;
mod inquiry;
mod keys;
mod leads;
mod lineage;
mod newcomer;
pub mod outbound;
mod overview;
mod past;
mod peers;
mod proven_host;
mod reach;
mod receive;
mod recover;
mod refresh;
mod refusals;
mod serve;
mod serve_backfill;
mod settle;
mod stale;
mod submitted;
mod taken;
mod wake;
mod witness;

pub use accept_key::accept_key;
pub(crate) use acquaintance::{Acquaintance, acquaintance};
pub use admin::{
    DeadLetter, GivenUp, allow, block, dead_letters, drop_dead_letter, give_up, refresh_profile,
    retry, retry_dead_letter, rotate_key,
};
pub(crate) use admit::standing;
pub use admit::{admit, ends_only, is_acquainted, saw};
pub(crate) use asking::Asking;
pub(crate) use checkpoints::covering;
use compare::heads as take_heads;
pub(crate) use compare::{Place, place_of};
pub(crate) use consult::{Consults, before_invite};
pub(crate) use cursors::Cursors;
pub(crate) use deliveries::{Deliveries, acked, tell};
pub use doorbells::Doorbells;
pub(crate) use doubts::{Doubts, named, report as report_doubts};
pub use doubts::{confirm_newest, doubt, vouch_for_newest};
pub(crate) use fleeting::{PerSecond, TYPING_MS};
pub use histories::Compared;
pub(crate) use histories::Histories;
pub(crate) use inquiry::Inquiries;
pub use keys::key_of;
pub(crate) use keys::{introduce, key_of_old};
pub(crate) use leads::{Lead, follow_leads};
pub(crate) use lineage::prove_host;
pub(crate) use newcomer::{proven_snapshot, unconfirmed_keys};
pub use overview::{
    Backlog, Identity, KnownKey, PeerDetail, SharedRoom, backlogs, identity, peer, peers,
};
pub(crate) use peers::Peers;
pub(crate) use proven_host::HostProofs;
pub use receive::{receive, receive_submits};
pub(crate) use recover::Recoveries;
pub(crate) use refresh::refresh_descriptors;
pub(crate) use refusals::{no_descriptor, nonsense, not_host, policy, room_unknown, to_client};
pub use serve::{serve_members, serve_profile, serve_snapshot};
pub use serve_backfill::serve_backfill;
pub(crate) use submitted::Submitted;
pub(crate) use taken::is_leave;
pub(crate) use wake::wake;
pub(crate) use witness::{Word, confirm as confirm_keys, mark, of_record};
