//! The vectors themselves. The tests make them again and compare them with the files.

use scaiwave_protocol::descriptor::{Descriptor, DescriptorDraft, KeyRecord};
use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::log::{Checkpoint, Snapshot, TransferConsent, chain_link};
use scaiwave_protocol::request::{Claim, Target, sign};
use scaiwave_protocol::wire::path;
use scaiwave_protocol::{
    Authentic, EventId, EventType, Fqid, Hash, Json, RoomId, ServerName, Sig, Sign, SigningKey,
    binary, json,
};

#[path = "block.rs"]
mod block;
#[path = "page.rs"]
pub(crate) mod page;
#[path = "strict.rs"]
pub(crate) mod strict;

/// Midnight of the vectors, in ms.
const T0: u64 = 1_790_000_000_000;
const YEAR_MS: u64 = 365 * 24 * 3_600_000;
const HOST: &str = "acme.example";
const PEER: &str = "globex.example:8448";

/// File name without its ending → content.
pub(crate) fn files() -> Vec<(&'static str, Json)> {
    let room = Room::new();
    vec![
        ("canonical-json", canonical_json()),
        ("events", room.events()),
        ("log", room.log()),
        ("descriptor", descriptors()),
        ("requests", requests()),
    ]
}

/// As it stands in the file.
pub(crate) fn pretty(vectors: &Json) -> String {
    serde_json::to_string_pretty(vectors).unwrap_or_default() + "\n"
}

fn hex(bytes: &[u8]) -> Json {
    data_encoding::HEXLOWER.encode(bytes).into()
}

fn text(bytes: Vec<u8>) -> Json {
    String::from_utf8(bytes).unwrap_or_default().into()
}

fn value(source: &str) -> Json {
    json::parse(source.as_bytes()).expect("the generator's own JSON is valid")
}

fn name(server: &str) -> ServerName {
    ServerName::parse(server).expect("the generator's own names are valid")
}

fn fqid(text: &str) -> Fqid {
    Fqid::parse(text).expect("the generator's own names are valid")
}

/// The key whose 32 private bytes are all `n`.
pub(crate) fn key(n: u8) -> SigningKey {
    SigningKey::from_seed(&[n; 32])
}

fn keys(named: &[(&str, u8)]) -> Json {
    let line = |(name, n): &(&str, u8)| {
        let public_key = key(*n).public_key();
        let members = Json::object([
            ("seed_hex", hex(&[*n; 32])),
            ("public_key", (&public_key).into()),
            ("key_id", (&public_key.id()).into()),
        ]);
        ((*name).to_owned(), members)
    };
    Json::Obj(named.iter().map(line).collect())
}

fn without_sig(json: &Json) -> Json {
    let mut object = json.as_object().cloned().unwrap_or_default();
    object.remove("sig");
    Json::Obj(object)
}

fn tagged(domain: &str, json: &Json) -> Json {
    hex(&[domain.as_bytes(), &json.canonical()].concat())
}

fn consent(room_id: &RoomId, seen: LogPoint) -> TransferConsent {
    TransferConsent {
        room_id: room_id.clone(),
        term: 2,
        seen,
    }
}

fn canonical_json() -> Json {
    let accepted = strict::ACCEPTED.iter().map(|(why, input)| {
        let canonical = json::parse(input).expect("accepted").canonical();
        Json::object([
            ("why", (*why).into()),
            ("input_hex", hex(input)),
            ("canonical", text(canonical)),
        ])
    });
    let refused = strict::REFUSED
        .iter()
        .map(|(why, input)| Json::object([("why", (*why).into()), ("input_hex", hex(input))]));
    Json::object([
        ("accept", Json::Arr(accepted.collect())),
        ("refuse", Json::Arr(refused.collect())),
    ])
}

fn descriptor(server: &str, signer: &SigningKey, keys: Vec<KeyRecord>) -> Descriptor {
    DescriptorDraft {
        server_name: name(server),
        endpoints: path::endpoints(),
        keys,
        recovery_key: Some(key(9).public_key()),
        software_version: "0".to_owned(),
        updated_at: T0,
    }
    .sign(&signer.public_key(), signer)
    .expect("the descriptor is sound")
}

/// A room of two servers, from its genesis event to a hand-over.
struct Room {
    id: RoomId,
    chain: Hash,
    /// Event, time, chain up to and including it.
    log: Vec<(Authentic, u64, Hash)>,
}

impl Room {
    fn new() -> Self {
        let mut room = Room {
            id: RoomId::of_genesis(&Hash::ZERO),
            chain: Hash::ZERO,
            log: Vec::new(),
        };
        let (host, peer) = (key(1), key(2));
        let first = |key: &SigningKey| vec![KeyRecord::first(key.public_key(), T0, T0 + YEAR_MS)];
        let presence = |server: &str, key: &SigningKey| {
            Json::object([
                ("server", server.into()),
                (
                    "descriptor",
                    descriptor(server, key, first(key)).as_json().clone(),
                ),
                ("present", true.into()),
            ])
        };
        let nonce = binary::encode(&[0xa0; 16]);
        let create = format!(
            r#"{{"room_type":"group","name":"Kaffee ☕","federate":true,"history":"shared","nonce":"{nonce}"}}"#
        );
        let alice = "@alice:acme.example";
        let bob = "@bob:globex.example:8448";
        room.add("swp.room.create", alice, 1, value(&create), &host);
        room.id = room.log[0].0.room_id();
        room.add(
            "swp.room.server",
            "@_server:acme.example",
            2,
            presence(HOST, &host),
            &host,
        );
        let member = |who: &str, what: &str| {
            value(&format!(
                r#"{{"participant":"{who}","membership":"{what}"}}"#
            ))
        };
        room.add("swp.room.member", alice, 3, member(alice, "join"), &host);
        room.add("swp.room.member", alice, 4, member(bob, "invite"), &host);
        room.add(
            "swp.room.server",
            "@_server:acme.example",
            5,
            presence(PEER, &peer),
            &host,
        );
        room.add("swp.room.member", bob, 1, member(bob, "join"), &peer);
        let said = r#"{"msgtype":"swp.text","body":"Hé!\n\u0000\u001f\"\\/ 😀\u2028","mentions":["@room"],"x-unknown":{"kept":[-1,null]}}"#;
        room.add("swp.room.message", bob, 7, value(said), &peer);
        let target = room.log[6].0.id();
        for (kind, sender, seq, content, signer) in [
            (
                "swp.room.reaction",
                alice,
                6,
                r#""emoji":"👍🏽","action":"add""#,
                &host,
            ),
            (
                "swp.room.edit",
                bob,
                8,
                r#""content":{"msgtype":"swp.text","body":"Hello!"}"#,
                &peer,
            ),
            (
                "swp.room.redaction",
                alice,
                7,
                r#""reason":"off topic""#,
                &host,
            ),
        ] {
            let content = value(&format!(r#"{{"event_id":"{target}",{content}}}"#));
            room.add(kind, sender, seq, content, signer);
        }
        let sig = consent(&room.id, room.head()).sign(&peer);
        let transfer = Json::object([
            ("host", PEER.into()),
            ("term", 2u64.into()),
            ("sig", sig.to_json()),
        ]);
        room.add(
            "swp.room.transfer",
            "@_server:acme.example",
            8,
            transfer,
            &host,
        );
        room
    }

    fn head(&self) -> LogPoint {
        LogPoint {
            term: 1,
            seq: self.log.len() as u64,
            chain: self.chain,
        }
    }

    fn add(&mut self, kind: &str, sender: &str, seq: u64, content: Json, signer: &SigningKey) {
        let n = self.log.len() as u64 + 1;
        let genesis = n == 1;
        let mut random = [0x5a; 10];
        random[9] = u8::try_from(n).unwrap_or(0);
        let event = Draft {
            event_id: EventId::v7(T0 + n, random),
            room_id: (!genesis).then(|| self.id.clone()),
            kind: EventType::parse(kind).expect("a type"),
            sender: fqid(sender),
            origin_ts: i64::try_from(T0 + n).unwrap_or(0),
            origin_seq: seq,
            seen: (!genesis).then(|| self.head()),
            content,
            salt: [u8::try_from(n).unwrap_or(0); 16],
        }
        .sign(signer)
        .expect("the event is sound");
        let ts = T0 + 10 * n;
        self.chain = chain_link(&self.chain, 1, n, ts, &event.hash());
        self.log.push((event, ts, self.chain));
    }

    fn events(&self) -> Json {
        let events = self.log.iter().map(|(event, _, _)| {
            let mut vector = Json::object([
                ("event", event.to_json()),
                ("canonical_event", text(event.canonical())),
                (
                    "canonical_content",
                    text(event.content().map(Json::canonical).unwrap_or_default()),
                ),
                (
                    "content_hash",
                    event.header().content_hash.to_string().into(),
                ),
                ("canonical_header", text(event.header().bytes())),
                ("signed_bytes_hex", hex(event.header().signable().bytes())),
                ("hashed_bytes", text(event.erased().canonical())),
                ("event_hash", event.hash().to_string().into()),
                ("room_id", (&event.room_id()).into()),
            ]);
            let erasable = ["swp.room.message", "swp.room.edit", "swp.room.reaction"];
            if let (Json::Obj(object), true) =
                (&mut vector, erasable.contains(&event.kind().as_str()))
            {
                object.insert("erased_event".to_owned(), event.erased().to_json());
            }
            vector
        });
        Json::object([
            ("keys", keys(&[(HOST, 1), (PEER, 2)])),
            ("events", Json::Arr(events.collect())),
        ])
    }

    fn log(&self) -> Json {
        let mut before = Hash::ZERO;
        let entries = self
            .log
            .iter()
            .zip(1u64..)
            .map(|((event, ts, chain), seq)| {
                let vector = Json::object([
                    (
                        "entry",
                        Json::object([
                            ("term", 1u64.into()),
                            ("seq", seq.into()),
                            ("ts", (*ts).into()),
                            ("event", event.to_json()),
                        ]),
                    ),
                    ("chain_before", before.to_string().into()),
                    ("event_hash", event.hash().to_string().into()),
                    ("chain", chain.to_string().into()),
                ]);
                before = *chain;
                vector
            });
        let entries = Json::Arr(entries.collect());
        let host = key(1);
        let checkpoint = Checkpoint::sign(self.id.clone(), self.head(), T0 + 1_000, &host);
        let checkpoint = checkpoint.to_json();
        // What the rules make of a log is not this crate's; the state here is the smallest object.
        let state = Json::object([("room_state", "open".into())]);
        let snapshot = Snapshot::sign(self.id.clone(), self.head(), T0 + 1_000, state, &host);
        let snapshot = snapshot.to_json();
        let seen = self.log[10].0.header().seen.unwrap_or_else(|| self.head());
        let consent = consent(&self.id, seen);
        Json::object([
            ("keys", keys(&[(HOST, 1), (PEER, 2)])),
            ("chain_0", Hash::ZERO.to_string().into()),
            ("entries", entries),
            (
                "checkpoint_signed_bytes_hex",
                tagged("swp-checkpoint-v1\n", &without_sig(&checkpoint)),
            ),
            ("checkpoint", checkpoint),
            (
                "snapshot_signed_bytes_hex",
                tagged("swp-snapshot-v1\n", &without_sig(&snapshot)),
            ),
            ("snapshot", snapshot),
            (
                "transfer_consent",
                Json::object([
                    ("room_id", (&self.id).into()),
                    ("term", 2u64.into()),
                    ("seen", seen.to_json()),
                    ("signed_bytes_hex", hex(consent.signable().bytes())),
                    ("sig", consent.sign(&key(2)).to_json()),
                ]),
            ),
        ])
    }
}

fn descriptors() -> Json {
    let (first, second, recovered) = (key(3), key(4), key(5));
    let server = name(HOST);
    let until = T0 + YEAR_MS;
    let mut revoked = KeyRecord::first(first.public_key(), T0, until);
    let start = descriptor(HOST, &first, vec![revoked.clone()]);
    let successor =
        KeyRecord::first(second.public_key(), T0 + 1, until + 1).endorsed(&server, &first);
    let rotated = descriptor(HOST, &first, vec![revoked.clone(), successor]);
    revoked.revoked_at = Some(T0 + 2);
    let replacement =
        KeyRecord::first(recovered.public_key(), T0 + 2, until + 2).endorsed(&server, &key(9));
    let recovery = descriptor(HOST, &recovered, vec![revoked, replacement]);
    let line = |why: &str, descriptor: &Descriptor, trusted: &[&SigningKey]| {
        let json = descriptor.as_json();
        let ids = trusted.iter().map(|key| (&key.public_key().id()).into());
        let endorsed = descriptor.keys().iter().filter_map(|record| {
            let Sig { .. } = record.endorsement?;
            let Json::Obj(mut object) = record.to_json() else {
                return None;
            };
            object.remove("endorsed_by");
            object.remove("endorsement");
            object.remove("revoked_at");
            object.insert("server_name".to_owned(), (&server).into());
            Some(tagged("swp-key-v1\n", &Json::Obj(object)))
        });
        Json::object([
            ("why", why.into()),
            ("descriptor", json.clone()),
            (
                "signed_bytes_hex",
                tagged("swp-descriptor-v1\n", &without_sig(json)),
            ),
            ("endorsed_bytes_hex", Json::Arr(endorsed.collect())),
            ("trusted", Json::Arr(ids.collect())),
        ])
    };
    Json::object([
        (
            "keys",
            keys(&[
                ("first", 3),
                ("second", 4),
                ("recovered", 5),
                ("recovery", 9),
            ]),
        ),
        ("pinned", Json::Arr(vec![(&first.public_key().id()).into()])),
        ("pinned_recovery_key", (&key(9).public_key()).into()),
        (
            "descriptors",
            Json::Arr(vec![
                line("first contact", &start, &[&first]),
                line(
                    "the first key endorses the second",
                    &rotated,
                    &[&first, &second],
                ),
                line(
                    "the first key is revoked; the recovery key endorses another",
                    &recovery,
                    &[&first, &recovered],
                ),
            ]),
        ),
    ])
}

fn requests() -> Json {
    let peer = key(2);
    let room = RoomId::of_genesis(&Hash::ZERO);
    let backfill = format!("/_scaiwave/federation/v1/rooms/{room}/backfill");
    let asked = [
        (
            "POST",
            "/_scaiwave/federation/v1/send",
            "",
            r#"{"items":[]}"#,
        ),
        ("GET", backfill.as_str(), "after=41&limit=500", ""),
    ];
    let requests = asked.map(|(method, path, query, body)| {
        let target = Target {
            method,
            path,
            query,
        };
        let headers = sign(
            target,
            body.as_bytes(),
            &name(PEER),
            &name(HOST),
            T0 / 1_000,
            [0xb0; 16],
            &peer,
        );
        let get = |wanted: &str| {
            let named = headers.0.iter().filter(|(name, _)| *name == wanted);
            named.map(|(_, value)| value.as_str()).collect()
        };
        let claim = Claim::read(get).expect("our own headers");
        let base = claim.signature_base(target).bytes().to_vec();
        let named = headers.0.iter();
        let named = named.map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
        Json::object([
            ("method", method.into()),
            ("path", path.into()),
            ("query", query.into()),
            ("body", body.into()),
            ("signature_base", text(base)),
            ("headers", Json::Obj(named.collect())),
        ])
    });
    Json::object([
        ("keys", keys(&[(PEER, 2)])),
        ("received_at_s", (T0 / 1_000).into()),
        ("requests", Json::Arr(requests.into())),
    ])
}
