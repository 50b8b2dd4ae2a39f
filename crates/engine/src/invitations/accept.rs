use std::sync::Arc;
use std::time::Duration;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Code, LocalId, RoomId};
use scaiwave_room::RoomState;
use scaiwave_store::record::{BaseRow, HeldRow};
use scaiwave_store::{Change, Commit, Expectation};

use crate::lane::{self, adopt};
use crate::peering;
use crate::view::{EventState, RoomView};
use crate::{ClientCode, Denial, Outcome, Tenant, Viewer, policy, rooms};

/// How long the answer waits for the room's host. After that the join is stored and will be submitted.
const HOST_WAIT: Duration = Duration::from_secs(10);

/// Enters a room by invitation. The view's membership tells whether the host has taken the join yet.
pub async fn accept(tenant: &Arc<Tenant>, viewer: &Viewer, room_id: &RoomId) -> Outcome<RoomView> {
    let mut came_in = false;
    let row = tenant.store.invitation(room_id, &viewer.fqid).await?;
    if row.is_none() && is_left_behind(tenant, room_id).await? {
        return Err(ClientCode::NotFound.because("there is no such invitation"));
    }
    if let Some(row) = row {
        // Somebody of ours may be in that room already: then its log comes to us by itself.
        if !follows(tenant, room_id).await? {
            let fetched = fetch_base(tenant, viewer, &row.host, room_id).await;
            if let Err(Denial {
                code: ClientCode::Federation(Code::RoomUnknown),
                ..
            }) = fetched
            {
                forget(tenant, viewer, room_id).await?;
                return Err(ClientCode::NotFound.because("this invitation has been withdrawn"));
            }
            came_in = fetched?;
        }
    }
    let join = rooms::enter(tenant, viewer, room_id).await?;
    if join.state == EventState::Pending {
        let settled = lane::settled(tenant, room_id, join.id);
        // Nothing is lost when the wait ends: the join stands in `pending`.
        if let Ok(fate) = tokio::time::timeout(HOST_WAIT, settled).await {
            refused_for_good(tenant, viewer, room_id, fate).await?;
        }
    }
    if came_in {
        meet(tenant, room_id).await?;
    }
    rooms::get(tenant, viewer, room_id).await
}

/// Accepts for somebody whose tenant's policy says so.
pub(crate) async fn accept_for(
    tenant: &Arc<Tenant>,
    local_id: LocalId,
    room_id: &RoomId,
) -> Outcome<RoomView> {
    let viewer = Viewer::for_participant(tenant, &tenant.fqid(&local_id)?)?;
    accept(tenant, &viewer, room_id).await
}

async fn refused_for_good(
    tenant: &Tenant,
    viewer: &Viewer,
    room_id: &RoomId,
    fate: Outcome<()>,
) -> Outcome<()> {
    let Err(denial) = fate else {
        return Ok(());
    };
    // A policy, or a server that could not be asked, may be another one tomorrow; and whoever hosts the room
    // now has sent this invitation anew, or will.
    let stays = [Code::PolicyViolation, Code::NotHost].map(ClientCode::Federation);
    if !stays.contains(&denial.code) {
        forget(tenant, viewer, room_id).await?;
    }
    Err(denial)
}

async fn forget(tenant: &Tenant, viewer: &Viewer, room_id: &RoomId) -> Outcome<()> {
    let gone = Change::DropInvitation(room_id.clone(), viewer.fqid.clone());
    tenant.store.commit(Commit::of(vec![gone])).await?;
    Ok(())
}

/// Whether what is stored of a room stands still, since nobody of ours is in it: who hosts it now, and whether
/// anybody is still invited, only an invitation tells.
pub(super) async fn is_left_behind(tenant: &Tenant, room_id: &RoomId) -> Outcome<bool> {
    let stored = tenant.store.room(room_id).await?.is_some();
    Ok(stored && !follows(tenant, room_id).await?)
}

/// Whether this server has the room's log as it goes on: it hosts the room, or somebody of it is in.
async fn follows(tenant: &Tenant, room_id: &RoomId) -> Outcome<bool> {
    let servers = tenant.store.room_servers(room_id).await?;
    Ok(servers
        .iter()
        .any(|server| server.present && &server.server == tenant.server_name()))
}

/// Fetches the host's snapshot, checks it and makes it our base (protocol section 5, "Joining"). False when
/// we hold as much already.
///
/// A room that stands still here stays so: its host was found at fault, and another snapshot of that host's
/// proves nothing. An admin decides about it first.
async fn fetch_base(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    host: &scaiwave_protocol::ServerName,
    room_id: &RoomId,
) -> Outcome<bool> {
    let (snapshot, mut room) = peering::proven_snapshot(tenant, host, room_id).await?;
    match room.membership(&viewer.fqid) {
        Some(Membership::Invite) => {}
        // They accept again while the news of their join is on its way.
        Some(Membership::Join) => return Ok(false),
        // Of several people of ours who were invited, only the last one's end is told (`removed`).
        _ => return Err(peering::room_unknown().into()),
    }
    agrees(tenant, &room)?;
    let stored = tenant.store.room(room_id).await?;
    if let Some(why) = stored.as_ref().and_then(|row| row.frozen.clone()) {
        return Err(ClientCode::RoomFrozen.because(why));
    }
    let head = stored.as_ref().map_or(0, |row| row.head.seq);
    if snapshot.at.seq <= head {
        return Ok(false);
    }
    let words = peering::unconfirmed_keys(tenant, &room)?;
    let mut changes = adopt(&mut room, &[], Some(snapshot.at));
    changes.extend(words);
    // What we hold already stays; the hole between it and the snapshot is filled when somebody looks. Where
    // nothing has followed the snapshot before this one, there is nothing to hold.
    let stretch = stored.filter(|row| row.first_seq <= row.head.seq);
    let held = stretch.map(|row| HeldRow {
        first_seq: row.first_seq,
        chain_before: row.chain_before,
        last_seq: row.head.seq,
        last_chain: row.head.chain,
    });
    let base = BaseRow {
        seq: snapshot.at.seq,
        state: snapshot.state.canonical(),
        held,
    };
    changes.push(Change::PutBase(room_id.clone(), Box::new(base)));
    // Who agreed to take the room over was in it. That we left may stand in the hole.
    changes.push(Change::DropTakeOver(room_id.clone()));
    changes.extend(answered(tenant, &room).await?);
    let commit = Commit::of(changes).expecting(Expectation::RoomHead {
        room_id: room_id.clone(),
        seq: head,
    });
    tenant.store.commit(commit).await?;
    lane::reload(tenant, room_id).await.map_err(Denial::from)?;
    // What of ours the host has taken meanwhile may stand below this base, and no entry of it will
    // come: submitted once more, it is answered as a duplicate.
    tenant.submitted.forget(host);
    tenant.doorbells.ring(host);
    Ok(true)
}

/// Invitations of ours whose end lies below the base: no entry of it will come.
async fn answered(tenant: &Tenant, room: &RoomState) -> Outcome<Vec<Change>> {
    let rows = tenant.store.invitations_to(room.room_id()).await?;
    let over = rows
        .into_iter()
        .filter(|row| room.membership(&row.participant) != Some(Membership::Invite));
    let over = over.map(|row| Change::DropInvitation(row.room_id, row.participant));
    Ok(over.collect())
}

/// Our own policy about everybody who is in the room by now: some may have come after the invitation.
fn agrees(tenant: &Tenant, room: &RoomState) -> Outcome<()> {
    let others = room
        .present_servers()
        .filter(|server| *server != tenant.server_name());
    match tenant.policy.get().of_invitation(others) {
        Ok(()) => Ok(()),
        Err((_, ruling)) => Err(policy::refusal(&ruling.rule).into()),
    }
}

/// Other followers compare with us what the host tells them: once we are among them, or we would have no
/// head to name to them.
async fn meet(tenant: &Tenant, room_id: &RoomId) -> Outcome<()> {
    let servers = tenant.store.room_servers(room_id).await?;
    let others = servers
        .into_iter()
        .filter(|row| row.present && &row.server != tenant.server_name());
    others.for_each(|row| tenant.doorbells.greet(&row.server));
    Ok(())
}
