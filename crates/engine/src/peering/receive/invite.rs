use std::sync::Arc;

use scaiwave_protocol::event::Received;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::wire::{Card, ItemResult};
use scaiwave_protocol::{Code, Content, Event, Fqid, LocalId, Refusal, ServerName};
use scaiwave_store::record::{InboxRow, InvitationRow};
use scaiwave_store::{Change, Commit, StoreError};

use super::{Answer, RETRY_AFTER_MS};
use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::policy::AutoAccept;
use crate::{Tenant, invitations, peering};

/// How far back an invitation that comes again is looked for among what a person was told.
const INBOX_LOOK_BACK: u32 = 200;

/// A room's host says that one of our people is invited.
pub(super) async fn invite(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    event: Received,
    card: Card,
) -> Answer {
    let invitee = check(tenant, peer, &event, &card)?;
    let retry = |error: StoreError| {
        tracing::error!(%error, "storage failed");
        Ok(ItemResult::Retry {
            after_ms: RETRY_AFTER_MS,
        })
    };
    let account = match LocalId::parse(invitee.local()) {
        Ok(local_id) => match tenant.store.participant(&local_id).await {
            Ok(account) => account.filter(|account| account.deactivated_at.is_none()),
            Err(error) => return retry(error),
        },
        Err(_) => None,
    };
    let account = account
        .ok_or_else(|| Code::ParticipantUnknown.because("there is no such participant here"))?;
    let event = match authentic(tenant, event).await {
        Ok(event) => event,
        // While the inviter's keys cannot be had, the host is asked to try again.
        Err(refusal) if refusal.code == Code::PeerUnknown => {
            return Ok(ItemResult::Retry { after_ms: 60_000 });
        }
        Err(refusal) => return Err(refusal),
    };
    // An answer may have been lost: what was told once is not told again, also after the person has
    // answered it.
    let known = match tenant.store.inbox(&invitee, INBOX_LOOK_BACK, 0).await {
        Ok(rows) => rows.iter().any(|row| row.event_id == event.id()),
        Err(error) => return retry(error),
    };
    if !known && let Err(error) = keep(tenant, &invitee, &event, &card).await {
        tracing::error!(%error, "an invitation could not be kept");
        return Ok(ItemResult::Retry {
            after_ms: RETRY_AFTER_MS,
        });
    }
    let decision = if accepts_by_itself(tenant, &card, &event) {
        accept_later(tenant.clone(), account.local_id, card);
        "accepted"
    } else {
        "pending"
    };
    Ok(ItemResult::ok_with("decision", decision))
}

/// What can be said without asking anybody: who invites whom, and whether policy wants it.
fn check(
    tenant: &Tenant,
    peer: &ServerName,
    event: &Received,
    card: &Card,
) -> Result<Fqid, Refusal> {
    let unfit =
        || Code::EventInvalid.because("an invite item carries a member event with an invitation");
    if &card.host != peer || card.room_id != event.room_id() {
        return Err(peering::not_host(
            "an invitation is delivered by the room's host, with the card of that room",
        ));
    }
    let content = event.content().ok_or_else(unfit)?;
    let Ok(Content::Member(change)) = Content::parse(event.kind(), content) else {
        return Err(unfit());
    };
    if change.membership != Membership::Invite {
        return Err(unfit());
    }
    if !tenant.is_local(&change.participant) {
        return Err(Code::ParticipantUnknown.because("there is no such participant here"));
    }
    let policy = tenant.policy.get();
    let concerned = card.servers.iter().chain([peer, event.origin()]);
    let unwanted = concerned
        .filter(|server| *server != tenant.server_name())
        .any(|server| !policy.admits(server));
    if unwanted {
        return Err(peering::policy(
            "this tenant's federation policy does not admit one of the room's servers",
        ));
    }
    Ok(change.participant)
}

async fn authentic(tenant: &Arc<Tenant>, event: Received) -> Result<Event, Refusal> {
    let key = peering::key_of(tenant, event.origin(), event.sig().key_id).await?;
    event
        .verify(&key)
        .map(scaiwave_protocol::Authentic::into_event)
}

async fn keep(
    tenant: &Tenant,
    invitee: &Fqid,
    event: &Event,
    card: &Card,
) -> Result<(), scaiwave_store::CommitError> {
    let now = tenant.world.now();
    let row = InvitationRow {
        room_id: card.room_id.clone(),
        participant: invitee.clone(),
        inviter: event.sender().clone(),
        host: card.host.clone(),
        event_id: event.id(),
        event: event.canonical(),
        card: card.to_json().canonical(),
        at: now,
    };
    let inbox = InboxRow {
        participant: invitee.clone(),
        event_id: event.id(),
        room_id: card.room_id.clone(),
        sender: event.sender().clone(),
        reason: "invite".to_owned(),
        snippet: String::new(),
        created_at: now,
    };
    let body = FrameBody::Notification {
        reason: "invite".to_owned(),
        event_id: event.id(),
        sender: event.sender().clone(),
        snippet: String::new(),
    };
    let frame = Outgoing::only(invitee, &card.room_id, body);
    let commit = Commit::of(vec![
        Change::PutInvitation(Box::new(row)),
        Change::PutInbox(inbox),
    ]);
    commit_and_publish(tenant, commit, vec![frame]).await
}

fn accepts_by_itself(tenant: &Tenant, card: &Card, event: &Event) -> bool {
    let policy = tenant.policy.get();
    match policy.auto_accept {
        AutoAccept::None => false,
        AutoAccept::All => true,
        AutoAccept::AllowedPeers => policy.allows(&card.host) && policy.allows(event.origin()),
    }
}

/// Joins after the host has had its answer: its own worker is waiting for it. If this process dies
/// before that, the invitation stands there as if policy had not said anything.
fn accept_later(tenant: Arc<Tenant>, local_id: LocalId, card: Card) {
    tokio::spawn(async move {
        if let Err(denial) = invitations::accept_for(&tenant, local_id, &card.room_id).await {
            tracing::warn!(%denial, room_id = %card.room_id, "an invitation could not be accepted by itself");
        }
    });
}
