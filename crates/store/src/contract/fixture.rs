//! Rows for tests, without cryptography: hashes are numbered, events are padding.

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::{EDIT, MESSAGE, Membership, REACTION};
use scaiwave_protocol::{EventId, Fqid, Hash, Json, LocalId, RoomId, ServerName};

use crate::record::{
    EntryRow, Erasure, MemberRow, ParticipantRow, PendingRow, ReactionRow, ReadMarkerRow, Role,
    RoomRow, SessionRow, StreamRow, TenantRow, Verdict,
};
use crate::{Change, Commit, CommitError, Direction, Receipt, StoreError, TenantStore};
use crate::{TimelineQuery, record::RoomServerRow};

/// The server that hosts the rooms.
pub const HOST: &str = "one.example.org";
/// Another one.
pub const OTHER: &str = "two.example.org";
/// The moment at which everything begins, in ms.
pub const EPOCH: u64 = 1_700_000_000_000;

const WELL_FORMED: &str = "a fixture is well-formed";

/// A server's name.
pub fn server(name: &str) -> ServerName {
    ServerName::parse(name).expect(WELL_FORMED)
}

/// A participant.
pub fn fqid(local: &str, server: &str) -> Fqid {
    Fqid::parse(&format!("@{local}:{server}")).expect(WELL_FORMED)
}

/// A participant of the host.
pub fn ann() -> Fqid {
    fqid("ann", HOST)
}

/// A participant of the other server.
pub fn bob() -> Fqid {
    fqid("bob", OTHER)
}

/// A local id.
pub fn local(id: &str) -> LocalId {
    LocalId::parse(id).expect(WELL_FORMED)
}

/// The id of room `number`.
pub fn room_id(number: u8) -> RoomId {
    let digit = |value: u8| char::from(b'a' + (value & 15));
    let digits = [digit(number >> 4), digit(number)];
    let filler = "a".repeat(30);
    RoomId::parse(&format!("room-{}{}{filler}", digits[0], digits[1])).expect(WELL_FORMED)
}

/// The id of the event at `seq` of room `number`; rising in time like real ones.
pub fn event_id(number: u8, seq: u64) -> EventId {
    let mut random = [0; 10];
    random[0] = number;
    random[2..].copy_from_slice(&seq.to_be_bytes());
    EventId::v7(EPOCH + seq, random)
}

/// A hash with a number in it.
pub fn hash(number: u64) -> Hash {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Hash(bytes)
}

/// Room `number` with its head at `seq`, its log whole.
pub fn room(number: u8, seq: u64) -> RoomRow {
    RoomRow {
        room_id: room_id(number),
        host: server(HOST),
        head: LogPoint {
            term: 1,
            seq,
            chain: hash(seq),
        },
        head_ts: EPOCH + seq,
        base_seq: 0,
        base_chain: Hash::ZERO,
        first_seq: 1,
        chain_before: Hash::ZERO,
        core: br#"{"core":true}"#.to_vec(),
        frozen: None,
        searched: true,
    }
}

/// A message of ann.
pub fn message(number: u8, seq: u64) -> EntryRow {
    EntryRow {
        term: 1,
        seq,
        ts: EPOCH + seq,
        chain: hash(seq),
        hash: hash(seq + 1_000_000),
        event_id: event_id(number, seq),
        kind: MESSAGE.to_owned(),
        sender: ann(),
        event: format!("content of {number}/{seq}").into_bytes(),
        verdict: Verdict::Accepted,
        shown: true,
        target: None,
        thread_root: None,
    }
}

/// The content of a message that says something, in canonical JSON.
pub fn words(body: &str) -> String {
    let content = Json::object([("body", body.into()), ("msgtype", "swp.text".into())]);
    String::from_utf8(content.canonical()).expect(WELL_FORMED)
}

/// A message of ann that says something.
pub fn saying(number: u8, seq: u64, body: &str) -> EntryRow {
    EntryRow {
        event: format!(r#"{{"content":{}}}"#, words(body)).into_bytes(),
        ..message(number, seq)
    }
}

/// Messages of ann, from one seq to another.
pub fn messages(number: u8, first: u64, last: u64) -> Vec<EntryRow> {
    (first..=last).map(|seq| message(number, seq)).collect()
}

/// A message that answers another, perhaps in a thread.
pub fn reply(number: u8, seq: u64, target: Option<u64>, thread: Option<u64>) -> EntryRow {
    EntryRow {
        target: target.map(|seq| event_id(number, seq)),
        thread_root: thread.map(|seq| event_id(number, seq)),
        ..message(number, seq)
    }
}

/// An edit of the message at `target`.
pub fn edit(number: u8, seq: u64, target: u64) -> EntryRow {
    EntryRow {
        kind: EDIT.to_owned(),
        shown: false,
        target: Some(event_id(number, target)),
        ..message(number, seq)
    }
}

/// A reaction to the message at `target`, as it stands in the log.
pub fn reaction_entry(number: u8, seq: u64, target: u64) -> EntryRow {
    EntryRow {
        kind: REACTION.to_owned(),
        ..edit(number, seq, target)
    }
}

/// A reaction as it stands beside its message.
pub fn reaction(number: u8, seq: u64, target: u64, emoji: &str, sender: &Fqid) -> ReactionRow {
    ReactionRow {
        target: event_id(number, target),
        emoji: emoji.to_owned(),
        sender: sender.clone(),
        event_id: event_id(number, seq),
        seq,
    }
}

/// The head at the last of these entries, and the entries.
pub fn appended(number: u8, entries: Vec<EntryRow>) -> Vec<Change> {
    let head = entries.last().map_or(0, |entry| entry.seq);
    vec![
        Change::PutRoom(Box::new(room(number, head))),
        Change::AppendEntries(room_id(number), entries),
    ]
}

/// What is left of the message at `seq`.
pub fn erasure(by: &Fqid, seq: u64) -> Box<Erasure> {
    Box::new(Erasure {
        hash: hash(seq + 1_000_000),
        event: b"erased".to_vec(),
        by: by.clone(),
        at: EPOCH + 9,
        reason: Some("off topic".to_owned()),
    })
}

/// A member of a room.
pub fn member(participant: &Fqid, membership: Membership, seq: u64) -> MemberRow {
    MemberRow {
        participant: participant.clone(),
        membership,
        seq,
        by: None,
        display_name: None,
        avatar: None,
    }
}

/// A participant joins at `seq`.
pub fn joined(room_id: &RoomId, participant: &Fqid, seq: u64) -> Change {
    Change::PutMember(room_id.clone(), member(participant, Membership::Join, seq))
}

/// A server in a room.
pub fn room_server(name: &str, present: bool) -> Box<RoomServerRow> {
    Box::new(RoomServerRow {
        server: server(name),
        descriptor: format!("descriptor of {name}").into_bytes(),
        present,
        last_origin_seq: 0,
        first_join: None,
    })
}

/// An event of ann's that waits for its host.
pub fn pending(number: u8, origin_seq: u64) -> PendingRow {
    PendingRow {
        room_id: room_id(number),
        event_id: event_id(number, origin_seq),
        origin_seq,
        sender: ann(),
        kind: MESSAGE.to_owned(),
        event: format!("pending {number}/{origin_seq}").into_bytes(),
        created_at: EPOCH,
        signed_anew: false,
        refused: None,
    }
}

/// A stream row that tells of an event.
pub fn stream_row(room_id: &RoomId, event_id: EventId) -> StreamRow {
    StreamRow {
        room_id: Some(room_id.clone()),
        participant: None,
        kind: MESSAGE.to_owned(),
        event_id: Some(event_id),
        payload: None,
    }
}

/// Ann has read up to `seq`.
pub fn marker(number: u8, seq: u64) -> Change {
    Change::PutReadMarker(ReadMarkerRow {
        participant: ann(),
        room_id: room_id(number),
        event_id: event_id(number, seq),
        seq,
    })
}

/// An account.
pub fn participant(id: &str, name: &str) -> ParticipantRow {
    ParticipantRow {
        local_id: local(id),
        display_name: name.to_owned(),
        avatar: Some("media".to_owned()),
        role: Role::Member,
        bot: false,
        password_hash: Some("phc".to_owned()),
        created_at: EPOCH,
        deactivated_at: None,
        last_seen_at: None,
        presence: None,
    }
}

/// A login of ann; its tokens are made of `number`.
pub fn session(number: u8) -> SessionRow {
    SessionRow {
        id: event_id(0, number.into()),
        local_id: local("ann"),
        access_hash: [number; 32],
        access_expires_at: EPOCH + 1,
        refresh_hash: [number + 100; 32],
        refresh_expires_at: EPOCH + 2,
        previous_refresh_hash: None,
        created_at: EPOCH + u64::from(number),
        last_used_at: EPOCH,
        user_agent: Some("test".to_owned()),
        address: Some([192, 0, 2, number].into()),
    }
}

/// A tenant.
pub fn tenant(slug: &str) -> TenantRow {
    TenantRow {
        slug: slug.to_owned(),
        name: format!("The {slug}"),
        server_name: server(&format!("{slug}.example.org")),
        created_at: EPOCH,
    }
}

/// A page of a whole timeline.
pub fn page(number: u8, from_seq: Option<u64>, direction: Direction, limit: u32) -> TimelineQuery {
    TimelineQuery {
        room_id: room_id(number),
        from_seq,
        direction,
        limit,
        bytes: usize::MAX,
        thread: None,
    }
}

/// What a read answers; a backend that fails fails the case.
pub fn good<T>(answer: Result<T, StoreError>) -> T {
    match answer {
        Ok(answer) => answer,
        Err(error) => panic!("a read failed: {error}"),
    }
}

/// Commits without expectations; it must succeed.
pub async fn put(store: &dyn TenantStore, changes: Vec<Change>) -> Receipt {
    match store.commit(Commit::of(changes)).await {
        Ok(receipt) => receipt,
        Err(error) => panic!("a commit failed: {error}"),
    }
}

/// Commits; it must be a conflict.
pub async fn refused(store: &dyn TenantStore, commit: Commit) {
    match store.commit(commit).await {
        Err(CommitError::Conflict(_)) => {}
        other => panic!("a conflict was due, but: {other:?}"),
    }
}

/// Awaits several commits that are under way at the same time.
pub async fn together(
    store: &dyn TenantStore,
    commits: Vec<Commit>,
) -> Vec<Result<Receipt, CommitError>> {
    let mut waiting: Vec<_> = commits
        .into_iter()
        .map(|commit| (store.commit(commit), None))
        .collect();
    std::future::poll_fn(|context| {
        for (commit, answer) in &mut waiting {
            if answer.is_none()
                && let std::task::Poll::Ready(ready) = commit.as_mut().poll(context)
            {
                *answer = Some(ready);
            }
        }
        if waiting.iter().all(|(_, answer)| answer.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    waiting
        .into_iter()
        .filter_map(|(_, answer)| answer)
        .collect()
}
