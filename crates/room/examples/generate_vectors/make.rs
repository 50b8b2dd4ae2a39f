//! What the rules make of the log in `docs/vectors/log.json`.

use scaiwave_protocol::event::Received;
use scaiwave_protocol::log::{Checkpoint, Entry, Snapshot};
use scaiwave_protocol::{Json, Sign as _, SigningKey, json};
use scaiwave_room::{Candidate, KnownEvents, RoomState, follow};

/// The seqs whose states the file holds: a room of its host alone, after the first guest has joined, before
/// the hand-over and after it.
const SEQS: [u64; 4] = [3, 6, 10, 11];
/// Bob has joined, nothing has been said.
const SNAPSHOT_SEQ: u64 = 6;

/// As it stands in the file.
pub(crate) fn pretty(value: &Json) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// The whole file.
pub(crate) fn file() -> Json {
    let state = |seq| {
        Json::object([
            ("seq", Json::from(seq)),
            ("state", state_at(seq).to_snapshot_state()),
        ])
    };
    Json::object([
        ("states", Json::Arr(SEQS.map(state).into())),
        ("snapshot", snapshot().to_json()),
    ])
}

/// The snapshot that a newcomer gets, signed by the host of the vectors.
pub(crate) fn snapshot() -> Snapshot {
    let state = state_at(SNAPSHOT_SEQ);
    let ts = state.head_ts() + 1;
    let room_id = state.room_id().clone();
    Snapshot::sign(
        room_id,
        state.head(),
        ts,
        state.to_snapshot_state(),
        &host(),
    )
}

/// The host's key.
pub(crate) fn host() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn entries() -> Vec<Entry> {
    let vectors = include_bytes!("../../../../docs/vectors/log.json");
    let vectors = json::parse_with_depth(vectors, 64).expect("the vectors are JSON");
    let lines = vectors.get("entries").and_then(Json::as_array);
    let entry = |line: &Json| Entry::parse(line.get("entry")?.clone()).ok();
    lines
        .into_iter()
        .flatten()
        .map(|line| entry(line).expect("an entry"))
        .collect()
}

/// The fold up to a seq.
pub(crate) fn state_at(seq: u64) -> RoomState {
    let mut entries = entries();
    let first = entries.remove(0);
    let genesis: Received = first.event;
    let genesis = genesis.verify(&host().public_key()).expect("a genesis");
    let (mut state, _) = RoomState::begin(genesis, first.ts).expect("a room");
    let mut known = KnownEvents::new(false);
    for entry in entries.into_iter().filter(|entry| entry.seq <= seq) {
        let mut at = state.head();
        let chain = entry.chain(&at.chain);
        (at.term, at.seq, at.chain) = (entry.term, entry.seq, chain);
        let checkpoint = Checkpoint::sign(state.room_id().clone(), at, entry.ts, &host());
        let line = (
            entry.term,
            entry.seq,
            entry.ts,
            Candidate::Unproven(entry.event),
        );
        follow(&mut state, vec![line], &checkpoint, &mut known).expect("it follows");
    }
    state
}
