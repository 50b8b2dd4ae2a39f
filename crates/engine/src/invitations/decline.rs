use std::sync::Arc;

use scaiwave_protocol::event::Draft;
use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::wire::{Card, item};
use scaiwave_protocol::{EventType, Json, RoomId, json};
use scaiwave_store::record::{DeclineRow, InvitationRow, OutboxRow};
use scaiwave_store::{Change, Commit};

use super::accept::is_left_behind;
use crate::{ClientCode, Outcome, Tenant, Viewer, lane, rooms};

/// Says no. The room's host learns of it, and the inviter sees it.
pub async fn decline(tenant: &Arc<Tenant>, viewer: &Viewer, room_id: &RoomId) -> Outcome<()> {
    let here = tenant.store.member(room_id, &viewer.fqid).await?;
    let here = here.is_some_and(|member| member.membership == Membership::Invite);
    // Where the room goes on here, its lane sends our events in it. What is left of a room that nobody of ours
    // is in may be from before the room changed hands.
    if here && !is_left_behind(tenant, room_id).await? {
        rooms::leave(tenant, viewer, room_id).await?;
        let gone = Change::DropInvitation(room_id.clone(), viewer.fqid.clone());
        tenant.store.commit(Commit::of(vec![gone])).await?;
        return Ok(());
    }
    let row = tenant.store.invitation(room_id, &viewer.fqid).await?;
    let row = row.ok_or_else(|| ClientCode::NotFound.because("there is no such invitation"))?;
    decline_unseen(tenant, viewer, row).await
}

/// Declines an invitation to a room that does not go on here: a signed leave, sent once.
async fn decline_unseen(tenant: &Arc<Tenant>, viewer: &Viewer, row: InvitationRow) -> Outcome<()> {
    let now = tenant.world.now();
    let card = Card::parse(json::parse(&row.card)?)?;
    let content = Json::object([
        ("participant", (&viewer.fqid).into()),
        ("membership", Membership::Leave.as_str().into()),
    ]);
    let event = Draft {
        event_id: tenant.world.event_id(),
        room_id: Some(row.room_id.clone()),
        kind: EventType::parse(kinds::MEMBER)?,
        sender: viewer.fqid.clone(),
        origin_ts: i64::try_from(now).unwrap_or(i64::MAX),
        origin_seq: number(tenant, &row.room_id).await?,
        seen: Some(card.at),
        content,
        salt: tenant.world.random(),
    }
    .sign(&*tenant.keyring.signer())?;
    let mut submit = Vec::new();
    item::write_submit(&mut submit, &event.canonical());
    let outbox = OutboxRow {
        id: tenant.outbox_id(),
        peer: row.host.clone(),
        kind: "submit".to_owned(),
        room_id: row.room_id.clone(),
        participant: Some(viewer.fqid.clone()),
        item: submit,
        created_at: now,
    };
    let decline = DeclineRow {
        room_id: row.room_id.clone(),
        participant: viewer.fqid.clone(),
        origin_seq: event.header().origin_seq,
        seq: None,
    };
    let changes = vec![
        Change::PutOutbox(outbox),
        Change::PutDecline(Box::new(decline)),
        Change::DropInvitation(row.room_id, viewer.fqid.clone()),
    ];
    tenant.store.commit(Commit::of(changes)).await?;
    tenant.doorbells.ring(&row.host);
    Ok(())
}

/// The next number of ours in a room. Where nothing of it is stored no lane counts: the clock rises across
/// what was declined, gaps are allowed, and what a lane numbers later lies above.
async fn number(tenant: &Arc<Tenant>, room_id: &RoomId) -> Outcome<u64> {
    if let Some(next) = lane::number(tenant, room_id).await {
        return Ok(next);
    }
    let declines = tenant.store.declines(room_id).await?;
    let last = declines.iter().map(|row| row.origin_seq).max().unwrap_or(0);
    Ok(tenant.world.now().max(last + 1))
}
