//! From accepted entries to rows: the only place that appends to a log.

use scaiwave_protocol::Content;
use scaiwave_protocol::Hash;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::RoomType;
use scaiwave_protocol::{EventId, Fqid, ServerName};
use scaiwave_room::{Accepted, Delta, Member, RoomState, ServerInRoom, Target, Verdict};
use scaiwave_store::record::{
    EntryRow, MemberRow, RoomRow, RoomServerRow, Verdict as StoredVerdict,
};
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::project;
use super::state::LaneState;
use super::work::Work;
use crate::Tenant;
use crate::live::commit_and_publish;

/// Writes a batch in one commit, and shows it when it is on disk.
pub(super) async fn commit(
    tenant: &Tenant,
    state: &mut LaneState,
    work: Work,
) -> Result<(), CommitError> {
    let room_id = state.room.room_id().clone();
    let mut commit = Commit::default();
    if let Some(first) = work.accepted.first() {
        let seq = first.point().seq - 1;
        commit = commit.expecting(Expectation::RoomHead {
            room_id: room_id.clone(),
            seq,
        });
        let rows = work.accepted.iter().map(entry_row).collect();
        // The entries first: they are checked against the head that the room row then moves.
        commit.changes.push(Change::AppendEntries(room_id, rows));
    }
    if !work.accepted.is_empty() || work.writes_room {
        let delta = state.room.take_delta();
        if delta.core {
            state.core = state.room.to_core_document();
        }
        let row = Change::PutRoom(Box::new(room_row(state)));
        commit.changes.push(row);
        commit.changes.extend(state_changes(&state.room, &delta));
    }
    commit.changes.extend(work.changes);
    commit_and_publish(tenant, commit, work.frames).await
}

/// The row of a room that a lane holds.
pub(super) fn room_row(state: &LaneState) -> RoomRow {
    RoomRow {
        room_id: state.room.room_id().clone(),
        host: state.room.host().clone(),
        head: state.room.head(),
        head_ts: state.room.head_ts(),
        base_seq: state.room.base_seq(),
        base_chain: state.base_chain,
        first_seq: state.first_seq,
        chain_before: state.chain_before,
        core: state.core.clone(),
        frozen: state.frozen.clone(),
        searched: is_searched(&state.room),
    }
}

/// What is said in an incognito room is read there, and found by no search.
fn is_searched(room: &RoomState) -> bool {
    room.room_type() != RoomType::Incognito
}

/// What a new room, or one that begins with a snapshot, puts into the tables.
pub(crate) fn adopt(
    room: &mut RoomState,
    accepted: &[Accepted],
    base: Option<LogPoint>,
) -> Vec<Change> {
    let delta = room.take_delta();
    let room_id = room.room_id().clone();
    let row = RoomRow {
        room_id: room_id.clone(),
        host: room.host().clone(),
        head: room.head(),
        head_ts: room.head_ts(),
        base_seq: base.map_or(0, |base| base.seq),
        base_chain: base.map_or(Hash::ZERO, |base| base.chain),
        first_seq: base.map_or(1, |base| base.seq + 1),
        chain_before: base.map_or(Hash::ZERO, |base| base.chain),
        core: room.to_core_document(),
        frozen: None,
        searched: is_searched(room),
    };
    let mut changes = Vec::new();
    if accepted.is_empty() {
        changes.push(Change::PutRoom(Box::new(row)));
        let members = room
            .members()
            .iter()
            .map(|(who, member)| member_row(who, member));
        changes.extend(members.map(|row| Change::PutMember(room_id.clone(), row)));
        let servers = room
            .servers()
            .iter()
            .map(|(name, server)| server_row(name, server));
        changes.extend(servers.map(|row| Change::PutRoomServer(room_id.clone(), Box::new(row))));
    } else {
        changes.push(Change::AppendEntries(
            room_id.clone(),
            accepted.iter().map(entry_row).collect(),
        ));
        changes.push(Change::PutRoom(Box::new(row)));
        changes.extend(state_changes(room, &delta));
    }
    changes
}

fn state_changes(room: &RoomState, delta: &Delta) -> Vec<Change> {
    let room_id = room.room_id();
    let mut changes = Vec::new();
    for participant in &delta.members {
        if let Some(member) = room.members().get(participant) {
            changes.push(Change::PutMember(
                room_id.clone(),
                member_row(participant, member),
            ));
        }
    }
    for name in &delta.servers {
        if let Some(server) = room.servers().get(name) {
            changes.push(Change::PutRoomServer(
                room_id.clone(),
                Box::new(server_row(name, server)),
            ));
        }
    }
    for name in delta.origin_seqs.difference(&delta.servers) {
        if let Some(server) = room.servers().get(name) {
            changes.push(Change::SetLastOriginSeq(
                room_id.clone(),
                name.clone(),
                server.last_origin_seq,
            ));
        }
    }
    changes
}

pub(super) fn member_row(participant: &Fqid, member: &Member) -> MemberRow {
    let Member {
        membership,
        seq,
        by,
        display_name,
        avatar,
    } = member.clone();
    MemberRow {
        participant: participant.clone(),
        membership,
        seq,
        by,
        display_name,
        avatar,
    }
}

pub(super) fn server_row(name: &ServerName, server: &ServerInRoom) -> RoomServerRow {
    RoomServerRow {
        server: name.clone(),
        descriptor: server.descriptor.as_json().canonical(),
        present: server.present,
        last_origin_seq: server.last_origin_seq,
        first_join: server.first_join,
    }
}

pub(super) fn entry_row(accepted: &Accepted) -> EntryRow {
    let event = accepted.event();
    let LogPoint { term, seq, chain } = accepted.point();
    let content = accepted.content();
    let verdict = stored_verdict(accepted);
    let (target, thread_root) = references(content);
    EntryRow {
        term,
        seq,
        ts: accepted.ts(),
        chain,
        hash: event.hash(),
        event_id: event.id(),
        kind: event.kind().to_string(),
        sender: event.sender().clone(),
        event: event.canonical(),
        verdict,
        shown: verdict == StoredVerdict::Accepted
            && project::is_shown(event.kind().as_str())
            // What came erased is not for us; what was redacted becomes a line when that is known.
            && !event.is_erased(),
        target,
        thread_root,
    }
}

pub(super) fn stored_verdict(accepted: &Accepted) -> StoredVerdict {
    match accepted.verdict() {
        Verdict::Accepted => StoredVerdict::Accepted,
        Verdict::Hidden => StoredVerdict::Hidden,
        Verdict::Void(_) => StoredVerdict::Void,
    }
}

fn references(content: Option<&Content>) -> (Option<EventId>, Option<EventId>) {
    match content {
        Some(Content::Message(message)) => (message.reply_to_event_id, message.thread_root),
        Some(content) => (Target::id_in(content), None),
        None => (None, None),
    }
}
