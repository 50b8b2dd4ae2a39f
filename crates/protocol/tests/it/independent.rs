//! Vectors of another implementation, in another language, written from the text alone.

use scaiwave_protocol::descriptor::{Descriptor, KeyRecord, Pins};
use scaiwave_protocol::event::Draft;
use scaiwave_protocol::log::{Checkpoint, Entry, Snapshot, TransferConsent};
use scaiwave_protocol::request::{Claim, Target, sign};
use scaiwave_protocol::{
    Content, Event, Hash, Json, PublicKey, Received, ServerName, Sig, Sign, SigningKey, binary,
    json,
};

use crate::support::{at, count, hex, list, public, seed, tagged, text, vectors};

const FILE: &str = "independent-v1.json";
const KEYS: [&str; 4] = ["host", "peer", "host_successor", "host_recovery"];

fn signer(file: &Json, name: &str) -> SigningKey {
    seed(file, &format!("keys/{name}/seed_hex"))
}

fn signer_of(file: &Json, sig: &Sig) -> SigningKey {
    let found = KEYS.map(|name| signer(file, name)).into_iter();
    let mut found = found.filter(|key| public(key).id() == sig.key_id);
    found.next().unwrap()
}

// Keys are written, read and named as the others do it.
#[test]
fn keys() {
    let file = vectors(FILE);
    for name in KEYS {
        let line = at(&file, &format!("keys/{name}"));
        let key = signer(&file, name).public_key();
        assert_eq!(key.as_bytes().as_slice(), hex(line, "public_hex"), "{name}");
        assert_eq!(PublicKey::parse(text(line, "public_key")), Ok(key));
        assert_eq!(key.to_string(), text(line, "public_key"));
        assert_eq!(key.id().to_string(), text(line, "key_id"));
    }
}

// Their canonical form is ours, and what they refuse we refuse.
#[test]
fn canonical_json() {
    let file = vectors(FILE);
    for case in list(&file, "canonical_json/accept") {
        let value = json::parse(&hex(case, "input_hex")).unwrap();
        assert_eq!(value.canonical(), hex(case, "canonical_hex"));
    }
    for case in list(&file, "canonical_json/refuse") {
        let input = hex(case, "input_hex");
        assert!(
            json::parse(&input).is_err(),
            "{}",
            String::from_utf8_lossy(&input)
        );
    }
}

fn check_event(file: &Json, vector: &Json) -> Event {
    let received = Received::parse(at(vector, "event").clone()).unwrap();
    let header = received.header().clone();
    assert_eq!(header.bytes(), text(vector, "canonical_header").as_bytes());
    assert_eq!(header.signable().bytes(), hex(vector, "signed_bytes_hex"));
    assert_eq!(
        header.content_hash.to_string(),
        text(vector, "content_hash")
    );
    assert_eq!(
        binary::encode(&received.sig().value),
        text(vector, "signature")
    );
    assert_eq!(
        received.erased().canonical(),
        text(vector, "hashed_bytes").as_bytes()
    );
    assert_eq!(received.hash().0.as_slice(), hex(vector, "event_hash_hex"));
    assert_eq!(received.canonical(), at(vector, "event").canonical());
    let content = received.content().unwrap().clone();
    assert_eq!(
        content.canonical(),
        text(vector, "canonical_content").as_bytes()
    );
    let parsed = Content::parse(received.kind(), &content).unwrap();
    assert_ne!(parsed, Content::Unknown);
    // Signing the same again gives the same: Ed25519 is deterministic.
    let signer = signer_of(file, received.sig());
    let again = Draft {
        event_id: header.event_id,
        room_id: header.room_id,
        kind: header.kind,
        sender: header.sender,
        origin_ts: header.origin_ts,
        origin_seq: header.origin_seq,
        seen: header.seen,
        content,
        salt: binary::decode(text(vector, "event/salt")).unwrap(),
    };
    assert_eq!(again.sign(&signer).unwrap().into_event(), *received);
    received.verify(&public(&signer)).unwrap().into_event()
}

// Every event has their content hash, header, signed bytes, signature and hash, and verifies.
#[test]
fn events() {
    let file = vectors(FILE);
    for name in ["genesis", "server", "member", "message"] {
        check_event(&file, at(&file, &format!("events/{name}")));
    }
    let genesis = check_event(&file, at(&file, "events/genesis"));
    assert_eq!(
        genesis.room_id().as_str(),
        text(&file, "events/genesis/room_id")
    );
}

// An erased event keeps header, signature and hash.
#[test]
fn erased_event() {
    let file = vectors(FILE);
    let message = check_event(&file, at(&file, "events/message"));
    let vector = at(&file, "events/message_erased");
    let erased = Received::parse(at(vector, "event").clone()).unwrap();
    assert!(erased.is_erased());
    assert_eq!(
        erased.header().bytes(),
        text(vector, "canonical_header").as_bytes()
    );
    assert_eq!(erased.hash().0.as_slice(), hex(vector, "event_hash_hex"));
    assert_eq!(*erased, message.erased());
    let key = public(&signer(&file, "peer"));
    assert!(erased.verify(&key).is_ok());
}

// The chain links as theirs does.
#[test]
fn chain() {
    let file = vectors(FILE);
    assert_eq!(Hash::ZERO.to_string(), text(&file, "chain/chain_0"));
    for vector in list(&file, "chain/entries") {
        let entry = Entry::parse(at(vector, "entry").clone()).unwrap();
        let before = Hash::parse(text(vector, "chain_before")).unwrap();
        let chain = Hash::parse(text(vector, "chain")).unwrap();
        assert_eq!(entry.chain(&before), chain);
        assert_eq!(Hash::of(&[&hex(vector, "hashed_bytes_hex")]), chain);
    }
}

// Checkpoint and snapshot verify over the bytes that they sign, and signing gives the same.
#[test]
fn checkpoint_and_snapshot() {
    let file = vectors(FILE);
    let host = signer(&file, "host");
    let key = public(&host);

    let json = at(&file, "checkpoint/checkpoint");
    let bytes = tagged("swp-checkpoint-v1\n", json);
    assert_eq!(bytes, hex(&file, "checkpoint/signed_bytes_hex"));
    let checkpoint = Checkpoint::parse(json.clone()).unwrap();
    assert!(checkpoint.verify(&key).is_ok());
    assert!(key.verifies(&bytes, &checkpoint.sig.value));
    assert_eq!(checkpoint.to_json(), *json);
    let again = Checkpoint::sign(
        checkpoint.room_id.clone(),
        checkpoint.at,
        checkpoint.ts,
        &host,
    );
    assert_eq!(again, checkpoint);

    let json = at(&file, "snapshot/snapshot");
    let bytes = tagged("swp-snapshot-v1\n", json);
    assert_eq!(bytes, hex(&file, "snapshot/signed_bytes_hex"));
    let snapshot = Snapshot::parse(json.clone()).unwrap();
    assert!(snapshot.verify(&key).is_ok());
    assert_eq!(
        snapshot.state.canonical(),
        text(&file, "snapshot/canonical_state").as_bytes()
    );
    let Snapshot {
        room_id,
        at,
        ts,
        state,
        ..
    } = snapshot.clone();
    assert_eq!(Snapshot::sign(room_id, at, ts, state, &host), snapshot);
}

// A key's endorsement verifies over the five members that it covers.
#[test]
fn key_endorsements() {
    let file = vectors(FILE);
    for (section, endorser) in [
        ("key_endorsement", "host"),
        ("recovery_endorsement", "host_recovery"),
    ] {
        let vector = at(&file, section);
        let server = ServerName::parse(text(vector, "server_name")).unwrap();
        let record = KeyRecord::parse(at(vector, "record").clone()).unwrap();
        let endorser = signer(&file, endorser);
        assert!(
            record.is_endorsed_by(&server, &public(&endorser)),
            "{section}"
        );
        let value = record.endorsement.unwrap().value;
        assert!(public(&endorser).verifies(&hex(vector, "signed_bytes_hex"), &value));
        let plain = KeyRecord::first(*record.public_key(), record.valid_from, record.valid_until);
        assert_eq!(plain.endorsed(&server, &endorser), record);
        assert_eq!(record.to_json(), *at(vector, "record"));
    }
}

// A descriptor verifies over the bytes that it signs.
#[test]
fn descriptor() {
    let file = vectors(FILE);
    let json = at(&file, "descriptor/descriptor");
    let bytes = tagged("swp-descriptor-v1\n", json);
    assert_eq!(bytes, hex(&file, "descriptor/signed_bytes_hex"));
    let descriptor = Descriptor::parse(json.clone()).unwrap();
    assert_eq!(
        descriptor.signed_with(),
        public(&signer(&file, "host")).id()
    );
    assert!(descriptor.speaks_v1());
}

// Whoever pinned the lost key and its recovery key believes the key that the latter endorses.
#[test]
fn recovery() {
    let file = vectors(FILE);
    let vector = at(&file, "recovery_endorsement");
    let descriptor = Descriptor::parse(at(vector, "descriptor").clone()).unwrap();
    let host = public(&signer(&file, "host"));
    let recovery = public(&signer(&file, "host_recovery"));
    let pinned = at(vector, "pinned").as_object().unwrap();
    for key in [host, recovery] {
        assert_eq!(
            pinned.get(&key.id().to_string()).and_then(Json::as_str),
            Some(&*key.to_string())
        );
    }
    assert_eq!(descriptor.recovery_key(), Some(&recovery));
    let mut pins = Pins {
        keys: vec![host],
        recovery_key: Some(recovery),
        ..Pins::default()
    };
    assert_eq!(pins.judge(&descriptor).trusted.len(), 2);
    pins.recovery_key = None;
    assert_eq!(pins.judge(&descriptor).untrusted.len(), 1);
}

// The new host's consent is what `swp.room.transfer` bears; the event itself is the old host's.
#[test]
fn transfer() {
    let file = vectors(FILE);
    let vector = at(&file, "transfer");
    let event = check_event(&file, vector);
    let Content::Transfer(transfer) =
        Content::parse(event.kind(), event.content().unwrap()).unwrap()
    else {
        panic!("not a transfer");
    };
    let seen = event.header().seen.unwrap();
    let consent = TransferConsent {
        room_id: event.room_id(),
        term: transfer.term,
        seen,
    };
    let peer = signer(&file, "peer");
    assert!(consent.is_signed_by(&public(&peer), &transfer.sig));
    assert_eq!(consent.sign(&peer).to_json(), *at(vector, "sig"));
}

// The state after a hand-over is canonical, and the genesis in it leads to the room.
#[test]
fn snapshot_state_after_transfer() {
    let file = vectors(FILE);
    let source = text(&file, "snapshot_state_after_transfer/canonical_state");
    let state = json::parse_body(source.as_bytes()).unwrap();
    assert_eq!(state.canonical(), source.as_bytes());
    let genesis = Received::parse(at(&state, "create").clone()).unwrap();
    assert_eq!(
        genesis.room_id().as_str(),
        text(&file, "events/genesis/room_id")
    );
    for transfer in list(&state, "transfers") {
        assert!(Received::parse(transfer.clone()).is_ok());
    }
    for server in at(&state, "servers").as_object().unwrap().values() {
        assert!(Descriptor::parse(at(server, "descriptor").clone()).is_ok());
    }
}

// A request has their signature base and headers, and theirs verifies here.
#[test]
fn requests() {
    let file = vectors(FILE);
    for vector in list(&file, "requests") {
        let headers = at(vector, "headers").as_object().unwrap();
        let target = Target {
            method: text(vector, "method"),
            path: text(vector, "path"),
            query: text(vector, "query"),
        };
        let claim = Claim::read(|wanted| {
            let named = headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            named.filter_map(|(_, value)| value.as_str()).collect()
        })
        .unwrap();
        let peer = signer(&file, text(vector, "signer"));
        let body = hex(vector, "body_hex");
        let created = count(vector, "created");
        assert_eq!(claim.created, created);
        assert_eq!(claim.nonce, binary::decode(text(vector, "nonce")).unwrap());
        assert_eq!(
            claim.signature_base(target).bytes(),
            text(vector, "signature_base").as_bytes()
        );
        claim.check_digest(&body).unwrap();
        claim.verify(target, &public(&peer)).unwrap();
        let ours = sign(
            target,
            &body,
            &claim.origin,
            &claim.destination,
            created,
            claim.nonce,
            &peer,
        );
        for (name, value) in ours.0 {
            let theirs = headers
                .iter()
                .find(|(theirs, _)| theirs.eq_ignore_ascii_case(name));
            assert_eq!(theirs.unwrap().1.as_str(), Some(value.as_str()), "{name}");
        }
    }
}
