//! Rooms of ours: giving one to another server (protocol section 3, `swp.room.transfer`).

use std::sync::Arc;

use scaiwave_protocol::Json;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::Transfer;
use scaiwave_room::KnownEvents;
use tokio::sync::oneshot;

use super::host::Host;
use super::run::Undecided;
use super::state::LaneState;
use super::work::{Reply, Work};
use crate::{Outcome, Tenant};

/// Sequences the hand-over. From the next command on this server is a follower of the room.
pub(super) async fn decide(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    transfer: &Transfer,
    seen: LogPoint,
    reply: oneshot::Sender<Outcome<()>>,
) -> Result<Work, Undecided> {
    let content = Json::object([
        ("host", (&transfer.host).into()),
        ("term", transfer.term.into()),
        ("sig", transfer.sig.to_json()),
    ]);
    let mut host = Host::new(tenant, lane, KnownEvents::new(false));
    let done = host.hand_over(content, seen);
    host.work
        .replies
        .push(Reply::Done(reply, done.map_err(Into::into)));
    host.finish().await
}
