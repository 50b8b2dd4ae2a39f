//! Commands that are decided on by themselves.

use std::collections::VecDeque;
use std::sync::Arc;

use scaiwave_protocol::ServerName;
use scaiwave_store::Change;

use super::command::{Command, EntriesAnswer};
use super::run::Undecided;
use super::state::LaneState;
use super::work::{Reply, Work};
use super::{adopt, hand_over, regain};
use crate::live::{FrameBody, Outgoing};
use crate::{ClientCode, Denial, Tenant, peering};

/// Decides on the first command of the batch, which stands alone.
pub(super) async fn decide(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    batch: &mut VecDeque<Command>,
) -> Result<Work, Undecided> {
    let hosted = lane.room.host() == tenant.server_name();
    match batch.pop_front() {
        Some(Command::Regain { batch, reply }) if hosted => {
            regain::decide(tenant, lane, batch, reply).await
        }
        Some(Command::Regain { reply, .. }) => {
            let refusal = peering::not_host("this room is hosted elsewhere");
            Ok(answered(Reply::Entries(
                reply,
                EntriesAnswer::Refused(refusal),
            )))
        }
        Some(Command::OpenTerm { reply }) => {
            let mut work = answered(Reply::Done(reply, Ok(())));
            if hosted {
                lane.room.open_term();
                work.writes_room = true;
            }
            Ok(work)
        }
        Some(Command::Freeze {
            reason,
            changes,
            reply,
        }) => {
            let mut work = answered(Reply::Done(reply, Ok(())));
            // What is frozen already keeps its first reason.
            if lane.frozen.is_none() {
                freeze(lane, &mut work, reason, changes);
            }
            Ok(work)
        }
        Some(Command::HandOver {
            transfer,
            seen,
            reply,
        }) => {
            if let Some(denial) = super::held::reason(tenant, lane, hosted) {
                return Ok(answered(Reply::Done(reply, Err(denial))));
            }
            if !hosted {
                let denial =
                    ClientCode::RoomForbidden.because("only the room's host hands it over");
                return Ok(answered(Reply::Done(reply, Err(denial))));
            }
            hand_over::decide(tenant, lane, &transfer, seen, reply).await
        }
        Some(Command::AdoptPending { reply }) => {
            if hosted && super::held::reason(tenant, lane, hosted).is_none() {
                return adopt::decide(tenant, lane, vec![Reply::Told(reply)]).await;
            }
            Ok(answered(Reply::Told(reply)))
        }
        Some(Command::Departed { server, reply }) => {
            let mut work = answered(Reply::Kept(reply));
            if hosted {
                depart(tenant, lane, &mut work, server);
            }
            Ok(work)
        }
        Some(other) => {
            batch.push_front(other);
            Ok(Work::default())
        }
        None => Ok(Work::default()),
    }
}

fn answered(reply: Reply) -> Work {
    Work {
        replies: vec![reply],
        ..Work::default()
    }
}

/// Ends the following of a server, unless it follows anew.
fn depart(tenant: &Tenant, lane: &LaneState, work: &mut Work, server: ServerName) {
    if lane.followers.contains(&server) {
        return;
    }
    let room_id = lane.room.room_id().clone();
    tenant.cursors.forget(&room_id, &server);
    work.changes.push(Change::DropFollower(room_id, server));
}

/// Makes a room read-only here.
pub(super) fn freeze(lane: &mut LaneState, work: &mut Work, reason: String, changes: Vec<Change>) {
    let room_id = lane.room.room_id().clone();
    lane.frozen = Some(reason.clone());
    work.changes
        .push(Change::Freeze(room_id.clone(), Some(reason)));
    work.changes.extend(changes);
    work.frames
        .push(Outgoing::room(&room_id, FrameBody::Settings));
}

/// A command that could not be decided on.
pub(super) fn undecided(reply: Reply, denial: Denial) -> Undecided {
    Undecided {
        work: answered(reply),
        denial,
    }
}
