//! Items that a peer has rejected for good (protocol section 5): kept until an admin retries or drops
//! them. What was rejected blocks nothing else meanwhile, except a room whose entries were refused.

use std::sync::Arc;

use scaiwave_protocol::{EventId, Fqid, Json, LocalId, Refusal, RoomId, ServerName, json};
use scaiwave_store::record::{DeadLetterRow, OutboxRow, RejectionDirection, Role};
use scaiwave_store::{Change, Commit, StoreError};

use crate::audit::{self, Action, Actor, Happening};
use crate::rejections::{self, Explanation};
use crate::{ClientCode, Outcome, Tenant, Viewer, lane, rooms};

/// Letters in one page.
const PAGE_MAX: u32 = 200;
/// The kind of a letter about a batch of entries.
const ENTRIES: &str = "entries";

/// A dead letter, and what it means.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// As it is kept.
    pub row: DeadLetterRow,
    /// What the room is called.
    pub room_name: Option<String>,
    /// The refusal in plain words.
    pub explanation: Explanation,
}

/// Dead letters, newest first, for admins.
pub async fn dead_letters(
    tenant: &Tenant,
    viewer: &Viewer,
    peer: Option<&ServerName>,
    before: Option<EventId>,
    limit: u32,
) -> Outcome<Vec<DeadLetter>> {
    viewer.must_be_admin()?;
    let limit = limit.clamp(1, PAGE_MAX);
    let mut letters = Vec::new();
    for row in tenant.store.dead_letters(peer, before, limit).await? {
        letters.push(DeadLetter {
            room_name: rooms::name_of(tenant, &row.room_id).await?,
            explanation: rejections::explain(&row.code, "item", RejectionDirection::Outbound),
            row,
        });
    }
    Ok(letters)
}

/// Sends what was rejected once more. If it is rejected again, it is a dead letter again.
pub async fn retry_dead_letter(tenant: &Arc<Tenant>, viewer: &Viewer, id: &EventId) -> Outcome<()> {
    viewer.must_be_admin()?;
    let row = tenant.store.dead_letter(id).await?.ok_or_else(no_such)?;
    match (row.kind.as_str(), row.event_id, &row.participant) {
        // Nothing but the peer's own head can say where to go on: the letter stays until it does.
        (ENTRIES, ..) => {
            tenant.doorbells.urge(&row.peer);
            return Ok(());
        }
        ("submit", Some(event_id), None) => {
            lane::resubmit(tenant, &row.room_id, event_id).await?;
        }
        ("invite", _, Some(invitee)) => invite_again(tenant, &row, invitee).await?,
        _ => {
            let again = OutboxRow {
                id: tenant.outbox_id(),
                peer: row.peer.clone(),
                kind: row.kind.clone(),
                room_id: row.room_id.clone(),
                participant: row.participant.clone(),
                item: row.item.clone(),
                created_at: tenant.world.now(),
            };
            let commit = Commit::of(vec![Change::PutOutbox(again)]);
            tenant.store.commit(commit).await?;
        }
    }
    settle(
        tenant,
        viewer,
        &row,
        Action::DeadLetterRetried,
        "sent once more",
    )
    .await?;
    tenant.doorbells.ring(&row.peer);
    Ok(())
}

/// The letter is gone, and the audit log says by whom.
async fn settle(
    tenant: &Tenant,
    viewer: &Viewer,
    row: &DeadLetterRow,
    action: Action,
    what: &str,
) -> Outcome<()> {
    let happening = Happening {
        actor: Actor::Person(viewer),
        action,
        peer: Some(&row.peer),
        room_id: Some(&row.room_id),
        message: format!("A rejected {} item was {what}.", row.kind),
    };
    let changes = vec![
        Change::DropDeadLetter(row.id),
        audit::note(tenant, happening),
    ];
    tenant.store.commit(Commit::of(changes)).await?;
    Ok(())
}

/// Forgets a dead letter. Its author still sees that the event was not delivered; a room that is stopped
/// stays so until the peer's head fits.
pub async fn drop_dead_letter(tenant: &Tenant, viewer: &Viewer, id: &EventId) -> Outcome<()> {
    viewer.must_be_admin()?;
    let row = tenant.store.dead_letter(id).await?.ok_or_else(no_such)?;
    settle(tenant, viewer, &row, Action::DeadLetterDropped, "dropped").await
}

fn no_such() -> crate::Denial {
    ClientCode::NotFound.because("there is no such dead letter; it may have been settled already")
}

/// The room's log says that the invitation was taken back, so it takes a new one, by the same person.
async fn invite_again(tenant: &Arc<Tenant>, row: &DeadLetterRow, invitee: &Fqid) -> Outcome<()> {
    let item = json::parse_body(&row.item)?;
    let sender = item.get("event").and_then(|event| event.get("sender"));
    let inviter = Fqid::parse(sender.and_then(Json::as_str).unwrap_or_default())?;
    if !tenant.is_local(&inviter) {
        let sentence = "somebody of another server invited here; only they can invite again";
        return Err(ClientCode::RoomForbidden.because(sentence));
    }
    let inviter = Viewer {
        local_id: LocalId::parse(inviter.local())?,
        fqid: inviter,
        role: Role::Member,
        session: EventId::from_bytes([0; 16]),
    };
    rooms::invite(tenant, &inviter, &row.room_id, invitee).await
}

/// The letter of an item that was rejected. `id` makes it one and the same, however often it is written.
pub(in crate::peering) fn letter(
    tenant: &Tenant,
    id: EventId,
    item: &OutboxRow,
    event_id: Option<EventId>,
    refusal: &Refusal,
) -> Change {
    Change::PutDeadLetter(Box::new(DeadLetterRow {
        id,
        at: tenant.world.now(),
        peer: item.peer.clone(),
        kind: item.kind.clone(),
        room_id: item.room_id.clone(),
        event_id,
        participant: item.participant.clone(),
        code: refusal.code.as_str().to_owned(),
        message: refusal.message.clone().into_owned(),
        item: item.item.clone(),
    }))
}

/// The letter of a batch of entries: it names none of them, because the log has them all.
pub(in crate::peering) fn entries_letter(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
    refusal: &Refusal,
) -> Change {
    let item = OutboxRow {
        id: tenant.outbox_id(),
        peer: peer.clone(),
        kind: ENTRIES.to_owned(),
        room_id: room_id.clone(),
        participant: None,
        item: Vec::new(),
        created_at: tenant.world.now(),
    };
    letter(tenant, item.id, &item, None, refusal)
}

/// The peer's head fits again: the letters about that room's entries are settled.
pub(in crate::peering) async fn settle_entries(
    tenant: &Tenant,
    peer: &ServerName,
    room_id: &RoomId,
) -> Result<Vec<Change>, StoreError> {
    let letters = tenant
        .store
        .dead_letters(Some(peer), None, PAGE_MAX)
        .await?;
    let of_room = letters
        .into_iter()
        .filter(|row| row.kind == ENTRIES && &row.room_id == room_id);
    Ok(of_room.map(|row| Change::DropDeadLetter(row.id)).collect())
}
