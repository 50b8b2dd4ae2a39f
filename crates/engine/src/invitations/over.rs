//! Invitations that were answered before they arrived: a second one may cross the answer to the first.

use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::wire::Card;
use scaiwave_protocol::{Fqid, Malformed, RoomId, json};
use scaiwave_store::record::{DeclineRow, InvitationRow, OutboxRow};
use scaiwave_store::{Change, Commit, CommitError, StoreError};

use crate::{Outcome, Tenant, Viewer, rooms};

/// The room's host has put somebody's declining leave at this seq: invitations below it are over.
pub(crate) async fn declined_at(
    tenant: &Tenant,
    room_id: &RoomId,
    participant: &Fqid,
    seq: u64,
) -> Result<(), CommitError> {
    let decline = DeclineRow {
        room_id: room_id.clone(),
        participant: participant.clone(),
        origin_seq: 0,
        seq: Some(seq),
    };
    let noted = Commit::of(vec![Change::PutDecline(Box::new(decline))]);
    tenant.store.commit(noted).await?;
    drop_if_over(tenant, room_id, participant).await
}

/// Drops somebody's invitation if they have declined it already. Both who keeps an invitation and who
/// notes a decline write first and look then, so that one of them sees the other's.
pub(crate) async fn drop_if_over(
    tenant: &Tenant,
    room_id: &RoomId,
    participant: &Fqid,
) -> Result<(), CommitError> {
    let Some(row) = tenant.store.invitation(room_id, participant).await? else {
        return Ok(());
    };
    let declines = tenant.store.declines(room_id).await?;
    let declined = declines
        .into_iter()
        .find(|decline| &decline.participant == participant);
    let declined = declined.and_then(|decline| decline.seq);
    if declined.is_some_and(|seq| invited_at(&row).is_ok_and(|at| at < seq)) {
        let gone = vec![
            Change::DropInvitation(row.room_id, row.participant),
            Change::DropInbox(row.event_id),
        ];
        tenant.store.commit(Commit::of(gone)).await?;
    }
    Ok(())
}

/// Where the invitation stands in the room's log, as the host says.
pub(crate) fn invited_at(row: &InvitationRow) -> Result<u64, StoreError> {
    let damaged = |error: Malformed| StoreError::Damaged(error.to_string());
    let card = Card::parse(json::parse(&row.card).map_err(damaged)?).map_err(damaged)?;
    Ok(card.at.seq)
}

/// A decline that was to be told to the room's host is ours to sequence: the room has been given to us before
/// it was told. Who has come in meanwhile stays.
pub(crate) async fn declined_here(tenant: &Arc<Tenant>, row: &OutboxRow) {
    let Some(participant) = &row.participant else {
        return;
    };
    if let Err(denial) = end_here(tenant, row, participant).await {
        tracing::error!(%denial, room_id = %row.room_id, %participant, "a decline could not be sequenced");
    }
}

async fn end_here(tenant: &Arc<Tenant>, row: &OutboxRow, participant: &Fqid) -> Outcome<()> {
    let member = tenant.store.member(&row.room_id, participant).await?;
    if member.is_some_and(|member| member.membership == Membership::Invite) {
        let viewer = Viewer::for_participant(tenant, participant)?;
        rooms::leave(tenant, &viewer, &row.room_id).await?;
    }
    let told = Commit::of(vec![Change::DropOutbox(row.id)]);
    tenant.store.commit(told).await?;
    Ok(())
}
