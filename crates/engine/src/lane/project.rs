//! What an accepted entry changes in tables beside the log, and on people's screens. The same for rooms
//! of ours and for those that we follow.

use std::sync::Arc;

use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::event::content::{Edit, Member, Membership, Reaction, Redaction};
use scaiwave_protocol::wire::{Card, item};
use scaiwave_protocol::{Content, EventId, Fqid, Refusal, RoomId, ServerName, json};
use scaiwave_room::{Accepted, Rejection, RoomState, Verdict};
use scaiwave_store::record::{FollowerRow, InboxRow, OutboxRow, ReactionRow, Refused};
use scaiwave_store::{Change, StoreError};

use super::annotations::{self, Unwritten};
use super::new_host;
use super::notify;
use super::state::LaneState;
use super::work::Work;
use crate::live::{FrameBody, Outgoing};
use crate::view::EventState;
use crate::{Tenant, messages};

/// Whether entries of this type are lines of a timeline.
pub(super) fn is_shown(kind: &str) -> bool {
    !matches!(
        kind,
        kinds::SERVER
            | kinds::EDIT
            | kinds::REACTION
            | kinds::REDACTION
            | kinds::PIN
            | kinds::POWER
            | kinds::SETTINGS
    )
}

/// What somebody is called in this room.
pub(super) fn name_of(room: &RoomState, participant: &Fqid) -> Option<String> {
    room.members()
        .get(participant)
        .and_then(|member| member.display_name.clone())
}

/// Adds rows and frames for everything that the batch has accepted.
pub(super) async fn project(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
) -> Result<(), StoreError> {
    let accepted = std::mem::take(&mut work.accepted);
    for (n, entry) in accepted.iter().enumerate() {
        lane.proofs.remove(&entry.event().id());
        if lane.pending.remove(&entry.event().id()) {
            work.changes.push(end_of_pending(tenant, lane, entry));
            tenant
                .submitted
                .remove(lane.room.host(), &entry.event().id());
            let refusal = match entry.verdict() {
                Verdict::Void(why) => Some(why.into()),
                _ if entry.event().origin() != tenant.server_name() => {
                    Some(Rejection::EventIdReused.into())
                }
                Verdict::Accepted | Verdict::Hidden => None,
            };
            work.settled.push((entry.event().id(), refusal));
        }
        if entry.verdict() == Verdict::Accepted {
            let projection = Projection {
                tenant,
                lane: &mut *lane,
                batch: &accepted[..=n],
                work: &mut *work,
            };
            projection.entry(entry).await?;
        }
    }
    if !accepted.is_empty() && lane.room.host() == tenant.server_name() {
        work.rings.extend(lane.followers.iter().cloned());
    }
    work.accepted = accepted;
    Ok(())
}

/// What becomes of our pending event whose id now stands in the log. Ours, by whichever signature, is
/// done; somebody else's under the same id leaves ours without a place.
fn end_of_pending(tenant: &Tenant, lane: &LaneState, entry: &Accepted) -> Change {
    let (room_id, event_id) = (lane.room.room_id().clone(), entry.event().id());
    if entry.event().origin() == tenant.server_name() {
        return Change::DropPending(room_id, event_id);
    }
    let why: Refusal = Rejection::EventIdReused.into();
    let refused = Refused {
        code: why.code.as_str().to_owned(),
        message: why.message.into_owned(),
    };
    Change::RefusePending(room_id, event_id, refused)
}

struct Projection<'a> {
    tenant: &'a Arc<Tenant>,
    lane: &'a mut LaneState,
    /// Entries of this batch up to the one at hand: what they refer to may not be on disk yet.
    batch: &'a [Accepted],
    work: &'a mut Work,
}

impl Projection<'_> {
    async fn entry(mut self, entry: &Accepted) -> Result<(), StoreError> {
        // A membership first: from it on, its participant hears of the room, and of their own line in it.
        if let Some(Content::Member(change)) = entry.content() {
            self.member(entry, change);
            self.forget_doubled_dm(change).await?;
        }
        if is_shown(entry.event().kind().as_str()) {
            self.show(entry);
        }
        match entry.content() {
            Some(Content::Message(message)) => {
                notify::notify(
                    self.tenant,
                    self.lane,
                    self.batch,
                    entry,
                    message,
                    self.work,
                )
                .await?;
            }
            Some(Content::Edit(edit)) => self.edit(entry, edit).await?,
            Some(Content::Reaction(reaction)) => self.reaction(entry, reaction),
            Some(Content::Redaction(redaction)) => self.redaction(redaction).await?,
            Some(Content::Server(record)) if !record.present => {
                self.departure(entry, &record.server);
            }
            Some(Content::Name(name)) => self.frame(FrameBody::Name { name: name.clone() }),
            Some(Content::Topic(topic)) => self.frame(FrameBody::Topic {
                topic: topic.clone(),
            }),
            Some(Content::Transfer(transfer)) => self.transfer(entry, &transfer.host).await?,
            Some(
                Content::Power(_) | Content::Settings(_) | Content::State(_) | Content::Pin(_),
            ) => {
                self.frame(FrameBody::Settings);
            }
            _ => {}
        }
        Ok(())
    }

    fn room_id(&self) -> RoomId {
        self.lane.room.room_id().clone()
    }

    /// The room has another host from the next entry on.
    async fn transfer(&mut self, entry: &Accepted, host: &ServerName) -> Result<(), StoreError> {
        self.frame(FrameBody::Settings);
        if entry.event().origin() == self.tenant.server_name() {
            // They have to learn of it from us; then they follow the other one.
            let followers = std::mem::take(&mut self.lane.followers);
            self.work.rings.extend(followers);
        }
        if host == self.tenant.server_name() {
            new_host::begin(self.tenant, self.lane, self.batch, self.work).await?;
        }
        Ok(())
    }

    fn frame(&mut self, body: FrameBody) {
        let frame = Outgoing::room(self.lane.room.room_id(), body);
        self.work.frames.push(frame);
    }

    fn show(&mut self, entry: &Accepted) {
        let mut view = messages::view::of_new(entry.event(), entry.ts());
        view.seq = Some(entry.point().seq);
        view.state = EventState::Sequenced;
        view.sender_name = name_of(&self.lane.room, &view.sender);
        self.frame(FrameBody::Event(Box::new(view)));
    }

    fn tell_of_invitation(&mut self, entry: &Accepted, who: &Fqid) {
        let room_id = self.room_id();
        let event = entry.event();
        if self.tenant.blocks.hide(who, event.sender()) || self.tenant.closed.has(who) {
            return;
        }
        self.work.changes.push(Change::PutInbox(InboxRow {
            participant: who.clone(),
            event_id: event.id(),
            room_id: room_id.clone(),
            sender: event.sender().clone(),
            reason: "invite".to_owned(),
            snippet: String::new(),
            created_at: entry.ts(),
            seq: 0,
        }));
        let body = FrameBody::Notification {
            reason: "invite".to_owned(),
            event_id: event.id(),
            sender: event.sender().clone(),
            snippet: String::new(),
            silent: self.tenant.wanted.is_quiet(who, self.tenant.world.now()),
        };
        self.work.frames.push(Outgoing::only(who, &room_id, body));
    }

    async fn edit(&mut self, entry: &Accepted, edit: &Edit) -> Result<(), StoreError> {
        let room_id = self.room_id();
        let target = self
            .tenant
            .store
            .entry_heads(&room_id, &[edit.event_id])
            .await?;
        if target.iter().any(|(_, head)| head.redacted) {
            // Its message is gone: the edit is kept, without its words.
            let by = entry.event().sender();
            let erasure = annotations::erasure(entry.event(), by, entry.ts(), None);
            self.work.changes.push(Change::Erase(
                room_id,
                entry.event().id(),
                Box::new(erasure),
            ));
            return Ok(());
        }
        self.work.changes.push(put_edit(
            &room_id,
            edit,
            entry.event().id(),
            entry.point().seq,
            entry.ts(),
        ));
        self.frame(FrameBody::Edit {
            event_id: edit.event_id,
            content: Arc::new(edit.content.clone()),
            edited_at: entry.ts(),
        });
        notify::notify_of_edit(self.tenant, self.lane, self.batch, entry, edit, self.work).await
    }

    fn reaction(&mut self, entry: &Accepted, reaction: &Reaction) {
        let room_id = self.room_id();
        let sender = entry.event().sender().clone();
        let (target, emoji) = (reaction.event_id, reaction.emoji.clone());
        self.work.changes.push(if reaction.add {
            let (event_id, seq) = (entry.event().id(), entry.point().seq);
            Change::PutReaction(
                room_id,
                ReactionRow {
                    target,
                    emoji: emoji.clone(),
                    sender: sender.clone(),
                    event_id,
                    seq,
                },
            )
        } else {
            Change::DropReaction {
                room_id,
                target,
                emoji: emoji.clone(),
                sender: sender.clone(),
            }
        });
        self.frame(FrameBody::Reaction {
            event_id: target,
            sender,
            emoji,
            added: reaction.add,
        });
    }

    /// Takes away content and salt of the target, and what stands on it (protocol section 3). Other
    /// redactions of the batch are known: what it takes away is not shown in between.
    async fn redaction(&mut self, redaction: &Redaction) -> Result<(), StoreError> {
        let ids = [redaction.event_id].into();
        let room_id = self.lane.room.room_id();
        let unwritten = Unwritten {
            fresh: self.batch,
            ..Unwritten::default()
        };
        let reworked = annotations::rework(&*self.tenant.store, room_id, unwritten, ids).await?;
        self.work.changes.extend(reworked.changes);
        for (_, frame) in reworked.frames {
            self.frame(frame);
        }
        Ok(())
    }

    fn member(&mut self, entry: &Accepted, change: &Member) {
        let who = &change.participant;
        self.frame(FrameBody::Member {
            participant: who.clone(),
            membership: change.membership,
            changed_by: entry.event().sender().clone(),
            display_name: change.display_name.clone(),
        });
        let hosted = self.lane.room.host() == self.tenant.server_name();
        if self.tenant.is_local(who) {
            match change.membership {
                Membership::Invite => self.tell_of_invitation(entry, who),
                _ => self
                    .work
                    .changes
                    .push(Change::DropInvitation(self.room_id(), who.clone())),
            }
            self.remember_dm(who, change.membership);
        } else if hosted {
            match change.membership {
                Membership::Invite => self.deliver_invite(entry, who),
                Membership::Join => self.add_follower(entry, who),
                Membership::Leave | Membership::Ban | Membership::Knock => self.withdraw(who),
            }
        }
    }

    /// From the join on, this is the room in which the two talk: also for the one who was invited.
    fn remember_dm(&mut self, who: &Fqid, membership: Membership) {
        let room = &self.lane.room;
        if membership != Membership::Join || room.room_type() != kinds::RoomType::Dm {
            return;
        }
        let Some(other) = room.members().keys().find(|other| *other != who).cloned() else {
            return;
        };
        let room_id = room.room_id().clone();
        let elsewhere = room.host() != self.tenant.server_name();
        if elsewhere {
            let pair = (who.clone(), other.clone());
            self.tenant.doubled_dms.lock().insert(pair);
        }
        self.work.changes.push(Change::PutDm {
            participant: who.clone(),
            other,
            room_id,
        });
    }

    /// Somebody elsewhere has come into a dm of ours: the one to which they have invited our person at the
    /// same time is of the past (protocol section 7).
    async fn forget_doubled_dm(&mut self, change: &Member) -> Result<(), StoreError> {
        let room = &self.lane.room;
        let comes = change.membership == Membership::Join
            && room.room_type() == kinds::RoomType::Dm
            && room.host() == self.tenant.server_name()
            && !self.tenant.is_local(&change.participant);
        let creator = room.creator();
        if !comes || !self.tenant.is_local(creator) {
            return Ok(());
        }
        for row in self.tenant.store.invitations(creator).await? {
            if row.inviter == change.participant && is_dm(&row.card) {
                let gone = Change::DropInvitation(row.room_id, row.participant);
                self.work.changes.push(gone);
                self.work.changes.push(Change::DropInbox(row.event_id));
            }
        }
        Ok(())
    }

    /// The host sequences the invite, then delivers it.
    fn deliver_invite(&mut self, entry: &Accepted, invitee: &Fqid) {
        let room = &self.lane.room;
        let card = Card {
            room_id: room.room_id().clone(),
            host: room.host().clone(),
            at: entry.point(),
            room_type: room.room_type(),
            servers: room.present_servers().cloned().collect(),
            name: room.name().map(str::to_owned),
            topic: room.topic().map(str::to_owned),
        };
        let item = item::invite(&entry.event().to_json(), &card).canonical();
        self.post_to_peer(invitee, "invite", item);
    }

    fn post_to_peer(&mut self, about: &Fqid, kind: &str, item: Vec<u8>) {
        let peer = about.server().clone();
        self.work.changes.push(Change::PutOutbox(OutboxRow {
            id: self.tenant.outbox_id(),
            peer: peer.clone(),
            kind: kind.to_owned(),
            room_id: self.room_id(),
            participant: Some(about.clone()),
            item,
            created_at: self.tenant.world.now(),
        }));
        self.work.rings.insert(peer);
    }

    /// A newcomer's server holds the snapshot that its join has seen: the log goes on from there.
    fn add_follower(&mut self, entry: &Accepted, who: &Fqid) {
        let server = who.server().clone();
        if self.lane.followers.insert(server.clone()) {
            let acked_seq = entry.event().header().seen.map_or(0, |seen| seen.seq);
            let room_id = self.room_id();
            self.tenant.cursors.forget(&room_id, &server);
            self.work.changes.push(Change::PutFollower(FollowerRow {
                room_id,
                server,
                acked_seq,
                stopped: None,
            }));
        }
    }

    /// An invitation that has ended without a join, at a server that has nobody here: it disappears there.
    fn withdraw(&mut self, who: &Fqid) {
        let room = &self.lane.room;
        let server = who.server();
        if self.lane.followers.contains(server) {
            return;
        }
        let item = if room.concerns(server) {
            item::withdrawn(room.room_id(), who)
        } else {
            item::removed(room.room_id(), None)
        };
        self.post_to_peer(who, "removed", item.canonical());
    }

    /// The record with `present` false is the last entry that this server gets.
    fn departure(&mut self, entry: &Accepted, server: &ServerName) {
        if server == self.tenant.server_name() {
            // Who agreed to host the room agreed as somebody in it, who holds all of it.
            let gone = Change::DropTakeOver(self.room_id());
            self.work.changes.push(gone);
        }
        if self.lane.room.host() != self.tenant.server_name() || !self.lane.followers.remove(server)
        {
            return;
        }
        let checkpoint = scaiwave_protocol::log::Checkpoint::sign(
            self.room_id(),
            entry.point(),
            self.tenant.world.now().max(entry.ts()),
            &*self.tenant.keyring.signer_in(&self.lane.room),
        );
        let item = item::removed(self.lane.room.room_id(), Some(&checkpoint)).canonical();
        self.post_to_peer(&Fqid::of_server(server), "removed", item);
    }
}

/// Whether a stored card is of a dm.
fn is_dm(card: &[u8]) -> bool {
    let card = json::parse(card).and_then(Card::parse);
    card.is_ok_and(|card| card.room_type == kinds::RoomType::Dm)
}

pub(super) fn put_edit(
    room_id: &RoomId,
    edit: &Edit,
    event_id: EventId,
    seq: u64,
    ts: u64,
) -> Change {
    let content = edit.content.canonical();
    Change::PutEdit {
        room_id: room_id.clone(),
        target: edit.event_id,
        event_id,
        seq,
        ts,
        content,
    }
}
