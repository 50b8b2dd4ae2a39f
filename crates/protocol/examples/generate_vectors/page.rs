//! The examples of `docs/protocol.md`, from the room of the vectors.
//!
//! In the page each stands in the fenced block after a comment with its name; [`filled`] puts it there.

use scaiwave_protocol::descriptor::KeyRecord;
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::{Membership, RoomType};
use scaiwave_protocol::log::Checkpoint;
use scaiwave_protocol::wire::item::{self, StoredEntry};
use scaiwave_protocol::wire::{
    Backfill, Card, Ephemeral, ItemResult, MemberLine, Presence, Profile, error,
};
use scaiwave_protocol::{Authentic, Code, Hash, Json, ServerName, Sign as _, json};

use super::block::with_block;
use super::{HOST, PEER, Room, T0, YEAR_MS, consent, descriptor, fqid, key, name, requests};

const THIRD: &str = "third.example";
const BOB: &str = "@bob:globex.example:8448";

/// Name → what stands in its block.
pub(crate) fn examples() -> Vec<(&'static str, String)> {
    let room = Room::new();
    let mut examples = log_examples(&room);
    examples.extend(item_examples(&room));
    examples.extend(answer_examples(&room));
    examples.extend(request_examples());
    examples.extend(key_examples());
    examples
}

/// The page with every example that this program makes in its place.
pub(crate) fn filled(page: &str) -> String {
    let mut page = page.to_owned();
    for (name, text) in examples() {
        page = with_block(&page, name, &text);
    }
    page
}

fn pretty(value: &Json) -> String {
    super::pretty(value)
}

/// What was written byte by byte, for people.
fn pretty_bytes(bytes: &[u8]) -> String {
    json::parse_body(bytes).map_or_else(|_| String::new(), |value| pretty(&value))
}

impl Room {
    fn event(&self, seq: usize) -> &Authentic {
        &self.log[seq - 1].0
    }

    fn point(&self, seq: usize) -> LogPoint {
        LogPoint {
            term: 1,
            seq: seq as u64,
            chain: self.log[seq - 1].2,
        }
    }

    fn checkpoint(&self, seq: usize) -> Checkpoint {
        let ts = self.log[seq - 1].1 + 1;
        Checkpoint::sign(self.id.clone(), self.point(seq), ts, &key(1))
    }

    fn entry(&self, seq: usize) -> Json {
        Json::object([
            ("term", 1u64.into()),
            ("seq", (seq as u64).into()),
            ("ts", self.log[seq - 1].1.into()),
            ("event", self.event(seq).to_json()),
        ])
    }

    /// An entry as our store would hold it: event, seq, ts.
    fn stored(&self, seq: usize) -> (Vec<u8>, u64, u64) {
        (self.event(seq).canonical(), seq as u64, self.log[seq - 1].1)
    }
}

fn line((event, seq, ts): &(Vec<u8>, u64, u64)) -> StoredEntry<'_> {
    StoredEntry {
        term: 1,
        seq: *seq,
        ts: *ts,
        event,
    }
}

/// The reaction at seq 8 is the event that the page takes apart.
fn log_examples(room: &Room) -> Vec<(&'static str, String)> {
    let event = room.event(8);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
    let worked = format!(
        "canonical content\n  {}\ncontent_hash\n  {}\ncanonical header; signed after swp-event-v1 and a line feed\n  {}\n\
         signature\n  {}\nheader with sig; hashed\n  {}\nevent_hash\n  {}\n",
        text(event.content().map(Json::canonical).unwrap_or_default()),
        event.header().content_hash,
        text(event.header().bytes()),
        scaiwave_protocol::binary::encode(&event.sig().value),
        text(event.erased().canonical()),
        event.hash(),
    );
    let content = |seq: usize| room.event(seq).content().cloned().unwrap_or(Json::Null);
    vec![
        ("example: event", pretty(&event.to_json())),
        ("example: event-worked", worked),
        ("example: event-erased", pretty(&event.erased().to_json())),
        ("example: entry", pretty(&room.entry(8))),
        ("example: checkpoint", pretty(&room.checkpoint(8).to_json())),
        ("content: swp.room.server", pretty(&content(5))),
        ("content: swp.room.transfer", pretty(&content(11))),
    ]
}

fn item_examples(room: &Room) -> Vec<(&'static str, String)> {
    let id = || Json::from(&room.id);
    let card = Card {
        room_id: room.id.clone(),
        host: name(HOST),
        at: room.point(4),
        room_type: RoomType::Group,
        servers: vec![name(HOST)],
        name: Some("Kaffee ☕".to_owned()),
        topic: None,
    };
    let stored = room.stored(8);
    let mut entries = Vec::new();
    item::write_entries(
        &mut entries,
        &room.id,
        std::iter::once(line(&stored)),
        &room.checkpoint(8),
        &[(name(THIRD), 7)].into(),
    );
    let mut submit = Vec::new();
    item::write_submit(&mut submit, &room.event(9).canonical());
    let consult = Json::object([
        ("kind", "consult".into()),
        ("room_id", id()),
        ("server", PEER.into()),
    ]);
    let report = Json::object([
        ("kind", "report".into()),
        ("room_id", id()),
        ("event_id", (&room.event(7).id()).into()),
        ("category", "spam".into()),
        ("text", "an advertisement".into()),
    ]);
    let transfer = Json::object([
        ("kind", "transfer".into()),
        ("room_id", id()),
        ("term", 2u64.into()),
        ("seen", room.point(10).to_json()),
    ]);
    let heads = item::heads_item(&[(room.id.clone(), room.point(8))].into());
    let removed = item::removed(&room.id, Some(&room.checkpoint(10)));
    let withdrawn = item::withdrawn(&room.id, room.event(4).sender());
    let invite = item::invite(&room.event(4).to_json(), &card);
    let mut examples = vec![
        ("example: invite", pretty(&invite)),
        ("example: consult", pretty(&consult)),
        ("example: entries", pretty_bytes(&entries)),
        ("example: submit", pretty_bytes(&submit)),
        ("example: heads", pretty(&heads)),
        ("example: report", pretty(&report)),
        ("example: transfer", pretty(&transfer)),
        ("example: removed", pretty(&removed)),
        ("example: withdrawn", pretty(&withdrawn)),
    ];
    examples.extend(ephemeral_examples(room));
    examples
}

fn ephemeral_examples(room: &Room) -> Vec<(&'static str, String)> {
    let (room_id, participant) = (room.id.clone(), fqid(BOB));
    let typing = Ephemeral::Typing {
        room_id: room_id.clone(),
        participant: participant.clone(),
        typing: true,
    };
    let presence = Ephemeral::Presence {
        participant: participant.clone(),
        presence: Presence::Online,
    };
    let call = Ephemeral::Call {
        room_id,
        call_id: "c-1".to_owned(),
        participant,
        state: "ringing".to_owned(),
    };
    vec![
        ("example: typing", pretty(&typing.to_json())),
        ("example: presence", pretty(&presence.to_json())),
        ("example: call", pretty(&call.to_json())),
    ]
}

fn answer_examples(room: &Room) -> Vec<(&'static str, String)> {
    let first = room.stored(1);
    let lines = std::iter::once(line(&first));
    let backfill = Backfill::write(lines, &Hash::ZERO, &room.checkpoint(1), false);
    let member = |who: &str, power_level, display_name: Option<&str>| MemberLine {
        participant: fqid(who),
        membership: Membership::Join,
        power_level,
        display_name: display_name.map(str::to_owned),
        avatar: None,
    };
    let members = MemberLine::answer(&[
        member("@alice:acme.example", 100, Some("Alice")),
        member(BOB, 0, None),
    ]);
    let profile = Profile {
        fqid: fqid(BOB),
        display_name: "Bob".to_owned(),
        avatar: None,
        bot: false,
    };
    let agreed = consent(&room.id, room.point(10)).sign(&key(2));
    let heads = item::heads_json(&[(room.id.clone(), room.point(10))].into());
    let refusal = Code::NotAuthorized.because("the sender is not a member of this room");
    let results = [
        ItemResult::ok_with("seq", 9u64),
        ItemResult::ok_with("have_seq", 8u64),
        ItemResult::ok_with("decision", "pending"),
        ItemResult::ok_with("rooms", heads),
        ItemResult::ok_with("sig", agreed.to_json()),
        ItemResult::Duplicate { seq: 9 },
        ItemResult::Gap { have_seq: 6 },
        ItemResult::Rejected(refusal.clone()),
        ItemResult::Retry { after_ms: 1_000 },
    ];
    vec![
        ("example: backfill", pretty_bytes(&backfill)),
        ("example: members", pretty(&members)),
        ("example: profile", pretty(&profile.to_json())),
        ("example: results", pretty(&ItemResult::answer(&results))),
        ("example: error", pretty(&error::to_json(&refusal))),
    ]
}

fn request_examples() -> Vec<(&'static str, String)> {
    let vectors = requests();
    let first = vectors
        .get("requests")
        .and_then(Json::as_array)
        .map(|requests| &requests[0]);
    let text = |member: &str| {
        let value = first.and_then(|request| request.get(member)?.as_str());
        value.unwrap_or_default().to_owned()
    };
    let header = |name: &str| {
        let headers = first.and_then(|request| request.get("headers"));
        let value = headers.and_then(|headers| headers.get(name)?.as_str());
        value.unwrap_or_default().to_owned()
    };
    let http = format!(
        "POST {} HTTP/1.1\nHost: {HOST}\nContent-Type: application/json\nContent-Digest: {}\nSwp-Origin: {}\n\
         Swp-Destination: {}\nSignature-Input: {}\nSignature: {}\n\n{}\n",
        text("path"),
        header("content-digest"),
        header("swp-origin"),
        header("swp-destination"),
        header("signature-input"),
        header("signature"),
        text("body"),
    );
    vec![
        ("example: request-base", text("signature_base")),
        ("example: request", http),
    ]
}

fn key_examples() -> Vec<(&'static str, String)> {
    let (server, first): (ServerName, _) = (name(HOST), key(1));
    let record = KeyRecord::first(first.public_key(), T0, T0 + YEAR_MS);
    // 30 days before the end of the first.
    let from = T0 + YEAR_MS / 365 * 335;
    let successor = KeyRecord::first(key(3).public_key(), from, from + YEAR_MS);
    let own = descriptor(HOST, &first, vec![record]);
    vec![
        ("example: descriptor", pretty(own.as_json())),
        (
            "example: endorsed-key",
            pretty(&successor.endorsed(&server, &first).to_json()),
        ),
    ]
}
