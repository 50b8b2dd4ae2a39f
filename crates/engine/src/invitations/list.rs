use std::sync::Arc;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::wire::Card;
use scaiwave_protocol::{Fqid, ServerName, json};
use scaiwave_store::StoreError;
use scaiwave_store::record::InvitationRow;

use crate::view::InvitationView;
use crate::{Outcome, Tenant, Viewer, rooms};

/// What the viewer is invited to, newest first.
pub async fn list(tenant: &Arc<Tenant>, viewer: &Viewer) -> Outcome<Vec<InvitationView>> {
    let mut views = Vec::new();
    let hidden = |inviter: &Fqid, host: &ServerName| {
        tenant.blocks.hide_invitation(&viewer.fqid, inviter, host)
    };
    for row in tenant.store.invitations(&viewer.fqid).await? {
        if hidden(&row.inviter, &row.host) {
            continue;
        }
        views.push(from_elsewhere(tenant, row)?);
    }
    for row in tenant.store.rooms_of(&viewer.fqid).await? {
        let known = views.iter().any(|view| view.room_id == row.room.room_id);
        // A room hosted elsewhere in which nobody of ours is any more stands still here: what it says of
        // invitations is of the past.
        let here =
            row.room.host == *tenant.server_name() || row.servers.contains(tenant.server_name());
        if row.membership != Membership::Invite || known || !here {
            continue;
        }
        if rooms::access::has_parted(tenant, &viewer.fqid, &row.room.room_id).await? {
            continue;
        }
        let member = tenant.store.member(&row.room.room_id, &viewer.fqid).await?;
        let room = rooms::get(tenant, viewer, &row.room.room_id).await?;
        let inviter = member.and_then(|member| member.by).unwrap_or(room.creator);
        if hidden(&inviter, &room.host) {
            continue;
        }
        views.push(InvitationView {
            room_id: room.id,
            inviter,
            host: room.host,
            room_type: room.room_type,
            name: room.name,
            topic: room.topic,
            servers: room.servers,
            at: row.room.head_ts,
            first_contact: false,
        });
    }
    views.sort_by_key(|view| std::cmp::Reverse(view.at));
    Ok(views)
}

/// Until accepted, the invitee sees who invites and from where; name and topic only when policy trusts
/// the peer (protocol section 5).
fn from_elsewhere(tenant: &Tenant, row: InvitationRow) -> Result<InvitationView, StoreError> {
    let damaged = |error: scaiwave_protocol::Malformed| StoreError::Damaged(error.to_string());
    let card = Card::parse(json::parse(&row.card).map_err(damaged)?).map_err(damaged)?;
    let policy = tenant.policy.get();
    let trusted = policy.trusts(&row.host, row.inviter.server());
    Ok(InvitationView {
        room_id: row.room_id,
        inviter: row.inviter,
        host: row.host,
        room_type: card.room_type,
        name: card.name.filter(|_| trusted),
        topic: card.topic.filter(|_| trusted),
        servers: card.servers,
        at: row.at,
        first_contact: row.first_contact,
    })
}
