//! Leaving the rooms that are shared with servers which the policy refuses.
//!
//! 1. `put` writes the policy and, with it, that departures are due: a crash in between loses nothing.
//! 2. Our people leave the rooms that a refused server hosts or takes part in; from rooms of ours its
//!    people are taken out; invitations from it are declined.
//! 3. For ten minutes the refused server may still say how these rooms end. Then it is heard no more.

use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::json::Fields;
use scaiwave_protocol::{Fqid, Json, Malformed, ServerName, json};
use scaiwave_room::RoomState;
use scaiwave_store::record::InvitationRow;
use scaiwave_store::{Change, Commit, StoreError};

use super::Policy;
use super::affected::affected;
use crate::accounts::Viewer;
use crate::{Outcome, Tenant, invitations, lane, peering, rooms};

/// The name of the document that says what is still to be done.
pub(super) const SETTING: &str = "federation_farewell";
/// How long a refused peer may still say how shared rooms end: ten times the longest pause of its worker.
const FAREWELL_MS: u64 = 10 * 60 * 1000;
/// What the room's log says.
const REASON: &str = "this server's federation policy no longer admits that server";

/// Until when refused peers are heard with what ends shared rooms, and whether rooms are still to be left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Farewell {
    pub(super) until: u64,
    pub(super) due: bool,
}

impl Farewell {
    pub(super) fn begin(now: u64) -> Self {
        Farewell {
            until: now + FAREWELL_MS,
            due: true,
        }
    }

    pub(super) fn write(self) -> Vec<u8> {
        Json::object([("until", self.until.into()), ("due", self.due.into())]).canonical()
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut fields = Fields::of("farewell", json::parse(bytes)?)?;
        Ok(Farewell {
            until: fields.count("until")?,
            due: fields.flag("due")?,
        })
    }
}

/// Whether the policy refuses somebody whose invitation waits here.
pub(super) async fn turns_away(tenant: &Tenant, policy: &Policy) -> Result<bool, StoreError> {
    let waiting = tenant.store.all_invitations().await?;
    Ok(waiting.iter().any(|row| refused(policy, row)))
}

fn refused(policy: &Policy, row: &InvitationRow) -> bool {
    policy.refuses(&row.host) || policy.refuses(row.inviter.server())
}

/// Finishes departures that a crash or a failure has interrupted.
pub(crate) async fn finish_departures(tenant: &Arc<Tenant>) -> Outcome<()> {
    let due = match tenant.store.setting(SETTING).await? {
        Some(bytes) => Farewell::read(&bytes).is_ok_and(|farewell| farewell.due),
        None => false,
    };
    if due {
        from_refused(tenant).await?;
    }
    Ok(())
}

/// Leaves every room that is shared with a refused server, and declines its invitations.
pub(super) async fn from_refused(tenant: &Arc<Tenant>) -> Outcome<()> {
    let policy = tenant.policy.get();
    let mut whole = true;
    for room in affected(tenant, &policy).await? {
        if !room.left {
            continue;
        }
        let Some(state) = lane::load_state(tenant, &room.room_id).await? else {
            continue;
        };
        whole &= from_room(tenant, &state, |server| policy.refuses(server)).await;
    }
    for row in tenant.store.all_invitations().await? {
        if refused(&policy, &row) {
            let viewer = Viewer::for_participant(tenant, &row.participant)?;
            let declined = invitations::decline(tenant, &viewer, &row.room_id).await;
            whole &= done("an invitation could not be declined", &declined);
        }
    }
    // What failed is tried again; the time for it does not begin anew.
    let farewell = Farewell {
        until: tenant.policy.farewell_until(),
        due: !whole,
    };
    let change = Change::PutSetting(SETTING, farewell.write());
    tenant.store.commit(Commit::of(vec![change])).await?;
    Ok(())
}

/// Takes the people of unwanted servers out of a room of ours, or ours out of somebody else's. Says
/// whether all of it could be done; what is done twice is done once.
pub(super) async fn from_room(
    tenant: &Arc<Tenant>,
    room: &RoomState,
    unwanted: impl Fn(&ServerName) -> bool,
) -> bool {
    let mut whole = true;
    let ours = room.host() == tenant.server_name();
    for (participant, member) in room.members() {
        if !matches!(member.membership, Membership::Join | Membership::Invite) {
            continue;
        }
        if ours && !tenant.is_local(participant) && unwanted(participant.server()) {
            let out = lane::evict(
                tenant,
                room.room_id(),
                participant.clone(),
                REASON.to_owned(),
            );
            whole &= done("a participant could not be taken out", &out.await);
        } else if !ours && tenant.is_local(participant) {
            let left = take_out(tenant, room, participant, member.membership).await;
            whole &= done("one of our people could not be taken out", &left);
        }
    }
    whole
}

async fn take_out(
    tenant: &Arc<Tenant>,
    room: &RoomState,
    participant: &Fqid,
    membership: Membership,
) -> Outcome<()> {
    let viewer = Viewer::for_participant(tenant, participant)?;
    if membership == Membership::Invite {
        return invitations::decline(tenant, &viewer, room.room_id()).await;
    }
    let pending = tenant.store.pending(room.room_id()).await?;
    let leaving = pending.iter().any(|row| {
        row.refused.is_none()
            && &row.sender == participant
            && peering::is_leave(&row.kind, &row.event)
    });
    if leaving {
        return Ok(());
    }
    rooms::leave(tenant, &viewer, room.room_id()).await
}

fn done(what: &'static str, outcome: &Outcome<()>) -> bool {
    if let Err(denial) = outcome {
        tracing::warn!(%denial, what);
    }
    outcome.is_ok()
}
