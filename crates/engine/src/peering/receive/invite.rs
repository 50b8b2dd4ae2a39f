use std::sync::Arc;

use scaiwave_protocol::event::Received;
use scaiwave_protocol::event::content::{Membership, RoomType};
use scaiwave_protocol::wire::{Card, ItemResult};
use scaiwave_protocol::{
    Code, Content, Event, Fqid, LocalId, Malformed, Refusal, ServerName, json,
};
use scaiwave_store::record::{DeclineRow, InboxRow, InvitationRow, MemberRow, OutboxRow};
use scaiwave_store::{Change, Commit, CommitError, StoreError};

use super::{Answer, RETRY_AFTER_MS};
use crate::audit::{self, Action, Actor, Happening};
use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::peering::checkpoints;
use crate::peering::proven_host::{Proof, REMEMBERED_MS, proves};
use crate::policy::HOUR_MS;
use crate::rooms::{self, Doubled};
use crate::{Tenant, invitations, peering};

/// When a host that has used up its invitations of an hour may try again.
const BUDGET_RETRY_MS: u64 = 60_000;
/// One-off items for one server among which a decline is looked for.
const OUTBOX_LOOK_MAX: u32 = 1000;

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
    let event = match authentic(tenant, peer, event).await {
        Ok(event) => event,
        // While the inviter's keys cannot be had, the host is asked to try again.
        Err(refusal) if matches!(refusal.code, Code::PeerUnknown | Code::RateLimited) => {
            return Ok(ItemResult::Retry { after_ms: 60_000 });
        }
        Err(refusal) => return Err(refusal),
    };
    let doubled = match card.room_type {
        RoomType::Dm => rooms::doubled(tenant, &invitee, event.sender(), &card.room_id).await,
        RoomType::Group | RoomType::Public | RoomType::Incognito => Ok(Doubled::No),
    };
    let doubled = match doubled {
        Ok(Doubled::OursIsUsed) => return Ok(ItemResult::ok_with("decision", "pending")),
        Ok(doubled) => doubled,
        Err(error) => return retry(error),
    };
    let kept = match take(tenant, peer, &invitee, &event, &card).await {
        Ok(Taken::Kept(kept)) => kept,
        Ok(Taken::NotItsRoom) => return Err(not_its_room()),
        Ok(Taken::Later { after_ms }) => return Ok(ItemResult::Retry { after_ms }),
        Err(error) => return retry(error),
    };
    if let Err(error) = kept {
        tracing::error!(%error, "an invitation could not be kept");
        return Ok(ItemResult::Retry {
            after_ms: RETRY_AFTER_MS,
        });
    }
    let policy = tenant.policy.get();
    let accepts =
        doubled == Doubled::OursGivesWay || policy.accepts_by_itself(&card.host, event.origin());
    let decision = if accepts {
        // The answer is the same for one who is blocked: nobody elsewhere can tell.
        if !hidden(tenant, &invitee, &event, &card) {
            accept_later(tenant.clone(), account.local_id, card);
        }
        "accepted"
    } else {
        "pending"
    };
    Ok(ItemResult::ok_with("decision", decision))
}

/// What became of an invitation.
enum Taken {
    /// It is kept, as far as there is anything to keep.
    Kept(Result<(), CommitError>),
    /// Another server has invited to this room, and this one is not its host.
    NotItsRoom,
    Later {
        after_ms: u64,
    },
}

async fn take(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    invitee: &Fqid,
    event: &Event,
    card: &Card,
) -> Result<Taken, StoreError> {
    // An answer may have been lost: what was told once is not told again, also after the person has
    // answered it.
    let known = tenant.store.knows_invite(&event.id()).await?;
    let changes = match known {
        true => change_hands(tenant, peer, invitee, event, card).await?,
        false if is_over(tenant, invitee, card).await => return Ok(Taken::Kept(Ok(()))),
        false if over_budget(tenant, peer).await? => {
            tell_of_budget(tenant, peer).await;
            return Ok(Taken::Later {
                after_ms: BUDGET_RETRY_MS,
            });
        }
        false => Vec::new(),
    };
    let waiting = tenant.store.invitation(&card.room_id, invitee).await?;
    let room = tenant.store.room(&card.room_id).await?;
    if let Some(room) = &room
        && checkpoints::reigns(room)?.has_handed_over(peer)
        // Above what we have of the room, it may have got it back.
        && card.at.term <= room.head.term
    {
        // It was on its way when the room changed hands: the new host delivers it anew.
        return Ok(Taken::Kept(Ok(())));
    }
    let hosts = [waiting.map(|row| row.host), room.map(|row| row.host)];
    let of_another = hosts.into_iter().flatten().any(|host| &host != peer);
    if !changes.is_empty() || (!known && of_another) {
        match proves(tenant, peer, &card.room_id).await {
            Proof::Host => {}
            Proof::NotHost => return Ok(Taken::NotItsRoom),
            Proof::Later => {
                return Ok(Taken::Later {
                    after_ms: REMEMBERED_MS,
                });
            }
        }
    }
    if !known {
        let kept = match keep(tenant, invitee, event, card).await {
            Ok(()) => invitations::drop_if_over(tenant, &card.room_id, invitee).await,
            Err(error) => Err(error),
        };
        return Ok(Taken::Kept(kept));
    }
    if !changes.is_empty() {
        let done = tenant.store.commit(Commit::of(changes)).await;
        done.map_err(|error| StoreError::Backend(error.to_string()))?;
        tenant.doorbells.ring(peer);
    }
    Ok(Taken::Kept(Ok(())))
}

fn not_its_room() -> Refusal {
    peering::not_host("another server has invited to this room, and this one is not its host")
}

/// Whether our copy of the room is past the invitation and says that it has been answered: entries and
/// invitations do not overtake each other, but an invitation on top of another one may come after the
/// answer to the first.
async fn is_over(tenant: &Tenant, invitee: &Fqid, card: &Card) -> bool {
    let Ok(Some(room)) = tenant.store.room(&card.room_id).await else {
        return false;
    };
    let member = tenant.store.member(&card.room_id, invitee).await;
    let invited = |member: Option<MemberRow>| {
        member.is_some_and(|member| member.membership == Membership::Invite)
    };
    room.head.seq >= card.at.seq && member.is_ok_and(|member| !invited(member))
}

/// Whether this host has sent as many new invitations within the hour as the policy lets it.
async fn over_budget(tenant: &Tenant, host: &ServerName) -> Result<bool, StoreError> {
    let hour_ago = tenant.world.now().saturating_sub(HOUR_MS);
    let count = tenant.store.invites_since(host, hour_ago).await?;
    Ok(!tenant.policy.get().of_invite_budget(count).allowed)
}

/// Admins read once an hour who sends too many, however often it is tried again.
async fn tell_of_budget(tenant: &Tenant, host: &ServerName) {
    let now = tenant.world.now();
    let is_due = tenant.peers.update(host, now, |peer| {
        let is_due = peer.over_budget_at.is_none_or(|at| now >= at + HOUR_MS);
        if is_due {
            peer.over_budget_at = Some(now);
        }
        is_due
    });
    if !is_due {
        return;
    }
    let happening = Happening {
        actor: Actor::Server,
        action: Action::PeerOverBudget,
        peer: Some(host),
        room_id: None,
        message: format!(
            "{host} has sent all of the {} new invitations that the policy lets it send in an hour. More of \
             them wait at that server. If they are not wanted, block it or throw its invitations away.",
            tenant.policy.get().invites_per_peer_per_hour
        ),
    };
    audit::record(tenant, vec![audit::note(tenant, happening)]).await;
}

/// Whether the invitee has blocked the inviter, or the host.
fn hidden(tenant: &Tenant, invitee: &Fqid, event: &Event, card: &Card) -> bool {
    tenant
        .blocks
        .hide_invitation(invitee, event.sender(), &card.host)
}

/// Whether nobody vouches for the inviter: neither the policy nor a room in which they are.
async fn is_first_contact(tenant: &Tenant, event: &Event, card: &Card) -> Result<bool, StoreError> {
    if tenant.policy.get().trusts(&card.host, event.origin()) {
        return Ok(false);
    }
    let rooms = tenant.store.joined_rooms(event.sender()).await?;
    Ok(rooms.is_empty())
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
    let others = card.servers.iter().chain([peer, event.origin()]);
    let others = others.filter(|server| *server != tenant.server_name());
    if policy.of_invitation(others).is_err() {
        return Err(peering::policy(
            "this tenant's federation policy does not admit one of the room's servers",
        ));
    }
    Ok(change.participant)
}

async fn authentic(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    event: Received,
) -> Result<Event, Refusal> {
    let key = peering::key_of_old(tenant, &event, peer).await?;
    event
        .verify(&key)
        .map(scaiwave_protocol::Authentic::into_event)
}

/// What changes because the same invitation comes from another server: the room has changed hands
/// meanwhile. Whoever answers it answers the new host, also with a decline that is on its way to the old
/// one. It can be so only further up in the log; and the server has to prove that it is the host. The old
/// card need not name it: it may have come into the room after the invitation.
async fn change_hands(
    tenant: &Tenant,
    peer: &ServerName,
    invitee: &Fqid,
    event: &Event,
    card: &Card,
) -> Result<Vec<Change>, StoreError> {
    let mut changes = Vec::new();
    let row = tenant.store.invitation(&card.room_id, invitee).await?;
    if let Some(row) = row.filter(|row| row.event_id == event.id() && &row.host != peer) {
        let damaged = |error: Malformed| StoreError::Damaged(error.to_string());
        let old = Card::parse(json::parse(&row.card).map_err(damaged)?).map_err(damaged)?;
        if card.at.seq > old.at.seq {
            changes.push(Change::PutInvitation(Box::new(InvitationRow {
                host: peer.clone(),
                card: card.to_json().canonical(),
                ..row
            })));
        }
    }
    let declines = tenant.store.declines(&card.room_id).await?;
    let is_waiting = |row: &DeclineRow| &row.participant == invitee && row.seq.is_none();
    if !declines.iter().any(is_waiting) {
        return Ok(changes);
    }
    // The former host need not be in the room any more: the card may not name it.
    let addressed = tenant.store.waiting_peers().await?;
    for server in addressed.iter().filter(|server| *server != peer) {
        let waiting = tenant.store.outbox(server, OUTBOX_LOOK_MAX).await?;
        let declines = waiting.into_iter().filter(|row| {
            row.kind == "submit"
                && row.room_id == card.room_id
                && row.participant.as_ref() == Some(invitee)
        });
        changes.extend(declines.map(|row| {
            Change::PutOutbox(OutboxRow {
                peer: peer.clone(),
                ..row
            })
        }));
    }
    Ok(changes)
}

async fn keep(
    tenant: &Tenant,
    invitee: &Fqid,
    event: &Event,
    card: &Card,
) -> Result<(), CommitError> {
    let now = tenant.world.now();
    let first_contact = is_first_contact(tenant, event, card).await?;
    let row = InvitationRow {
        room_id: card.room_id.clone(),
        participant: invitee.clone(),
        inviter: event.sender().clone(),
        host: card.host.clone(),
        event_id: event.id(),
        event: event.canonical(),
        card: card.to_json().canonical(),
        at: now,
        first_contact,
    };
    let put = Change::PutInvitation(Box::new(row));
    // A stranger's request waits in the list, silently; a blocked one's waits where nobody looks.
    if first_contact || hidden(tenant, invitee, event, card) {
        tenant.store.commit(Commit::of(vec![put])).await?;
        return Ok(());
    }
    let inbox = InboxRow {
        participant: invitee.clone(),
        event_id: event.id(),
        room_id: card.room_id.clone(),
        sender: event.sender().clone(),
        reason: "invite".to_owned(),
        snippet: String::new(),
        created_at: now,
        seq: 0,
    };
    let body = FrameBody::Notification {
        reason: "invite".to_owned(),
        event_id: event.id(),
        sender: event.sender().clone(),
        snippet: String::new(),
        silent: tenant.wanted.is_quiet(invitee, now),
    };
    let frame = Outgoing::only(invitee, &card.room_id, body);
    let commit = Commit::of(vec![put, Change::PutInbox(inbox)]);
    commit_and_publish(tenant, commit, vec![frame]).await
}

/// Joins after the host has had its answer: its own worker is waiting for it. If this process dies
/// before that, the invitation stands there as if policy had not said anything.
fn accept_later(tenant: Arc<Tenant>, local_id: LocalId, card: Card) {
    tokio::spawn(async move {
        let accepted = invitations::accept_for(&tenant, local_id, &card.room_id).await;
        let closed = match accepted {
            Ok(_) => rooms::close_all_doubled(&tenant).await,
            Err(denial) => Err(denial),
        };
        if let Err(denial) = closed {
            tracing::warn!(%denial, room_id = %card.room_id, "an invitation could not be accepted by itself");
        }
    });
}
