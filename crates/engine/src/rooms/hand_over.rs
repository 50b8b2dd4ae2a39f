//! Giving a room to another host, and taking one over (protocol section 3, `swp.room.transfer`).
//!
//! The admin of the new host agrees first; then the admin of the present host starts it. Nothing is
//! changed anywhere until the hand-over stands in the room's log.

use std::sync::Arc;
use std::time::Duration;

use scaiwave_protocol::event::content::Transfer;
use scaiwave_protocol::wire::{ItemResult, item};
use scaiwave_protocol::{Json, RoomId, ServerName, Sig};
use scaiwave_store::record::RoomRow;
use scaiwave_store::{Change, Commit};

use super::document;
use crate::audit::{self, Action, Actor, Happening};
use crate::{ClientCode, Denial, Outcome, Tenant, lane, peering};

/// How often the new host is asked while it still lacks the newest entries.
const TRIES: u32 = 5;
/// Between two of them.
const PAUSE: Duration = Duration::from_secs(1);

/// Why this server cannot be the host of a room that it follows, in words.
pub(crate) fn cannot_host(room: &RoomRow) -> Option<&'static str> {
    if room.first_seq != 1 {
        return Some(
            "that server does not hold the room's log from its first entry on; it must fetch the older \
             history before it can take the room over",
        );
    }
    // What was taken on trust with a snapshot must not become what others take from this server.
    if room.base_seq != 0 {
        return Some(
            "that server holds the room's whole log and is still checking the older part of it; try again \
             in a moment",
        );
    }
    if room.frozen.is_some() {
        return Some("the room stands still at that server, because its host was found at fault");
    }
    None
}

/// Agrees that this server takes a room over when its host asks, as long as it is in the room.
pub async fn agree_to_host(tenant: &Tenant, actor: Actor<'_>, room_id: &RoomId) -> Outcome<()> {
    actor.must_be_admin()?;
    let room = followed(tenant, room_id).await?;
    if let Some(why) = cannot_host(&room) {
        return Err(ClientCode::RoomForbidden.because(why));
    }
    let agreed = Change::PutTakeOver(room_id.clone(), tenant.world.now());
    let message = format!(
        "This server takes the room over as soon as {} asks",
        room.host
    );
    note(
        tenant,
        actor,
        Action::RoomTakeOverAgreed,
        &room,
        message,
        agreed,
    )
    .await
}

/// Thinks better of it, as long as the host has not asked.
pub async fn withdraw_take_over(
    tenant: &Tenant,
    actor: Actor<'_>,
    room_id: &RoomId,
) -> Outcome<()> {
    actor.must_be_admin()?;
    let room = followed(tenant, room_id).await?;
    let gone = Change::DropTakeOver(room_id.clone());
    let message = "This server no longer agrees to take the room over".to_owned();
    note(
        tenant,
        actor,
        Action::RoomTakeOverWithdrawn,
        &room,
        message,
        gone,
    )
    .await
}

/// Gives a room of ours to another server in it, whose admin has agreed.
pub async fn hand_over(
    tenant: &Arc<Tenant>,
    actor: Actor<'_>,
    room_id: &RoomId,
    to: &ServerName,
) -> Outcome<()> {
    actor.must_be_admin()?;
    let room = tenant.store.room(room_id).await?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    if &room.host != tenant.server_name() {
        return Err(not_host());
    }
    if !document::may_federate(&room)? {
        return Err(super::never_federates());
    }
    peering::introduce(tenant, to).await?;
    for _ in 0..TRIES {
        if ask_and_give(tenant, room_id, to).await? {
            let message = format!("The room was handed over to {to}, which is its host now");
            let line = Happening {
                actor,
                action: Action::RoomHandedOver,
                peer: Some(to),
                room_id: Some(room_id),
                message,
            };
            audit::record(tenant, vec![audit::note(tenant, line)]).await;
            return Ok(());
        }
        tenant.doorbells.ring(to);
        tokio::time::sleep(PAUSE).await;
    }
    Err(ClientCode::PeerUnreachable
        .because("that server has not got the room's newest entries yet; try again in a moment"))
}

/// Asks for the new host's signature and sequences the hand-over. False while it lacks entries.
async fn ask_and_give(tenant: &Arc<Tenant>, room_id: &RoomId, to: &ServerName) -> Outcome<bool> {
    let state = lane::load_state(tenant, room_id).await?;
    let state = state.ok_or_else(Denial::no_such_room)?;
    if state.host() != tenant.server_name() {
        return Err(not_host());
    }
    let present = state.servers().get(to).is_some_and(|server| server.present);
    if !present || to == tenant.server_name() {
        let denial = ClientCode::BadRequest.because("that is not another server in the room");
        return Err(denial.at("server_name"));
    }
    let (term, seen) = (state.term_after_transfer(), state.head());
    let body = Json::object([(
        "items",
        Json::Arr(vec![item::transfer(room_id, term, &seen)]),
    )]);
    let results = tenant.remote.send(to, body.canonical(), 1).await;
    let results = results.map_err(|error| peering::to_client(to, error))?;
    let sig = match results.into_iter().next() {
        Some(ItemResult::Ok(mut extra)) => extra.remove("sig"),
        Some(ItemResult::Rejected(refusal)) => {
            let sentence = format!("{to} refused: {}", refusal.message);
            return Err(ClientCode::Federation(refusal.code).because(sentence));
        }
        Some(ItemResult::Retry { .. }) => return Ok(false),
        Some(ItemResult::Duplicate { .. } | ItemResult::Gap { .. }) | None => None,
    };
    let sig = sig.and_then(|sig| Sig::parse(sig).ok());
    let transfer = Transfer {
        host: to.clone(),
        term,
        sig: sig.ok_or_else(|| peering::nonsense(to))?,
    };
    lane::hand_over(tenant, room_id, transfer, seen).await?;
    Ok(true)
}

fn not_host() -> Denial {
    ClientCode::RoomForbidden.because("only the room's host hands it over")
}

/// A room that this server is in and does not host.
async fn followed(tenant: &Tenant, room_id: &RoomId) -> Outcome<RoomRow> {
    let room = tenant.store.room(room_id).await?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    if &room.host == tenant.server_name() {
        return Err(ClientCode::RoomForbidden.because("this server is the room's host already"));
    }
    let servers = tenant.store.room_servers(room_id).await?;
    let here = servers
        .iter()
        .any(|row| row.present && &row.server == tenant.server_name());
    if here {
        Ok(room)
    } else {
        Err(ClientCode::RoomForbidden.because("nobody of this server is in the room"))
    }
}

async fn note(
    tenant: &Tenant,
    actor: Actor<'_>,
    action: Action,
    room: &RoomRow,
    message: String,
    change: Change,
) -> Outcome<()> {
    let line = Happening {
        actor,
        action,
        peer: Some(&room.host),
        room_id: Some(&room.room_id),
        message,
    };
    let commit = Commit::of(vec![change, audit::note(tenant, line)]);
    tenant.store.commit(commit).await?;
    Ok(())
}
