use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::{
    Member as Change, Membership, RoomType, ServerPresence, Settings, Transfer,
};
use scaiwave_protocol::limits::POWER_MAX;
use scaiwave_protocol::{Content, Event, Fqid};

use crate::state::{Member, ServerInRoom};
use crate::{RoomState, Verdict};

impl RoomState {
    /// Moves the head. Every entry does this, whatever its verdict.
    pub(crate) fn advance(&mut self, head: LogPoint, ts: u64) {
        if self.next_term.is_some_and(|term| term <= head.term) {
            self.next_term = None;
            self.delta.core = true;
        }
        self.head = head;
        self.head_ts = ts;
    }

    /// Counts an event of a server; every entry does this whose signature and key fit.
    pub(crate) fn count_origin_seq(&mut self, event: &Event) {
        if let Some(server) = self.servers.get_mut(event.origin()) {
            server.last_origin_seq = server.last_origin_seq.max(event.header().origin_seq);
            self.delta.origin_seqs.insert(event.origin().clone());
        }
    }

    /// What an accepted event changes. Hidden and void ones change nothing.
    pub(crate) fn apply(&mut self, event: &Event, content: Option<&Content>, verdict: Verdict) {
        let (Verdict::Accepted, Some(content)) = (verdict, content) else {
            return;
        };
        match content {
            Content::Server(record) => self.apply_server(record),
            Content::Member(change) => self.apply_member(event.sender(), change),
            Content::Name(name) => self.name = Some(name.clone()),
            Content::Topic(topic) => self.topic = Some(topic.clone()),
            Content::Power(change) => self.set_power(&change.participant, change.level),
            Content::Settings(settings) => self.apply_settings(settings),
            Content::State(change) => {
                self.life = change.life;
                self.replaced_by.clone_from(&change.replaced_by);
            }
            Content::Pin(pin) => {
                self.pins.retain(|id| id != &pin.event_id);
                if pin.pinned {
                    self.pins.push(pin.event_id);
                }
            }
            Content::CallStart(call) => {
                // Who names a call that is running does not become its starter.
                let starter = self.calls.entry(call.call_id.clone());
                starter.or_insert_with(|| event.sender().clone());
            }
            Content::CallEnd(call) => {
                self.calls.remove(&call.call_id);
            }
            Content::Transfer(transfer) => self.apply_transfer(event, transfer),
            // A redaction leaves pins alone: whether it stands depends on its target, which a follower
            // with a base may not hold, and the state must be the same there.
            Content::Create(_)
            | Content::Message(_)
            | Content::Edit(_)
            | Content::Reaction(_)
            | Content::Redaction(_)
            | Content::Unknown => return,
        }
        self.delta.core |= !matches!(content, Content::Server(_));
    }

    fn apply_server(&mut self, record: &ServerPresence) {
        let before = self.servers.get(&record.server);
        let server = ServerInRoom {
            descriptor: record.descriptor.clone(),
            present: record.present,
            last_origin_seq: before.map_or(0, |server| server.last_origin_seq),
            first_join: before.and_then(|server| server.first_join),
        };
        self.servers.insert(record.server.clone(), server);
        self.delta.servers.insert(record.server.clone());
    }

    fn apply_member(&mut self, sender: &Fqid, change: &Change) {
        let participant = &change.participant;
        let before = self.members.get(participant);
        let (from, to) = (before.map(|member| member.membership), change.membership);
        if from == Some(Membership::Invite) && to == Membership::Invite {
            return;
        }
        let own_join = to == Membership::Join;
        let kept = |new: &Option<String>, old: fn(&Member) -> &Option<String>| {
            if own_join {
                new.clone()
            } else {
                before.and_then(|member| old(member).clone())
            }
        };
        let member = Member {
            membership: to,
            seq: self.head.seq,
            by: (to == Membership::Invite).then(|| sender.clone()),
            display_name: kept(&change.display_name, |member| &member.display_name),
            avatar: kept(&change.avatar, |member| &member.avatar),
        };
        self.members.insert(participant.clone(), member);
        self.delta.members.insert(participant.clone());
        if own_join {
            self.note_join(participant);
        }
        match to {
            Membership::Leave | Membership::Ban => self.set_power(participant, 0),
            Membership::Join
                if self.room_type == RoomType::Dm && from != Some(Membership::Join) =>
            {
                self.set_power(participant, POWER_MAX);
            }
            Membership::Join | Membership::Invite | Membership::Knock => {}
        }
    }

    /// The first join of a server decides what of the past it may read.
    fn note_join(&mut self, participant: &Fqid) {
        let seq = self.head.seq;
        if let Some(server) = self.servers.get_mut(participant.server())
            && server.first_join.is_none()
        {
            server.first_join = Some(seq);
            self.delta.servers.insert(participant.server().clone());
        }
    }

    fn set_power(&mut self, participant: &Fqid, level: u8) {
        if level == 0 {
            self.powers.remove(participant);
        } else {
            self.powers.insert(participant.clone(), level);
        }
    }

    /// Replaces the members that are named; unknown ones are kept without effect.
    pub(crate) fn apply_settings(&mut self, new: &Settings) {
        let mut raw = std::mem::take(&mut self.settings.raw);
        raw.extend(
            new.raw
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        let old = std::mem::take(&mut self.settings);
        self.settings = Settings {
            raw,
            federate: new.federate.or(old.federate),
            history: new.history.or(old.history),
            invite_level: new.invite_level.or(old.invite_level),
            levels: new.levels.clone().or(old.levels),
            max_foreign_participants: new
                .max_foreign_participants
                .or(old.max_foreign_participants),
            edit_window_s: new.edit_window_s.or(old.edit_window_s),
            denied_servers: new.denied_servers.clone().or(old.denied_servers),
        };
    }

    fn apply_transfer(&mut self, event: &Event, transfer: &Transfer) {
        self.host = transfer.host.clone();
        self.next_term = Some(transfer.term);
        self.transfers.push(event.to_json());
    }
}
