//! The vectors that we publish: fresh, and true.

use scaiwave_protocol::descriptor::{Descriptor, Pins};
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::log::{Checkpoint, Entry, Snapshot, TransferConsent};
use scaiwave_protocol::request::{Claim, Target};
use scaiwave_protocol::{
    Hash, Json, KeyId, PublicKey, Received, RoomId, ServerName, Sig, Sign, SigningKey, json,
};

use crate::make;
use crate::support::{at, count, docs, hex, list, public, seed, tagged, text, vectors};

fn keys(file: &Json) -> Vec<SigningKey> {
    let named = at(file, "keys").as_object().unwrap();
    named.values().map(|line| seed(line, "seed_hex")).collect()
}

fn key_of(file: &Json, id: KeyId) -> PublicKey {
    let found = keys(file).into_iter().map(|key| key.public_key());
    found.into_iter().find(|key| key.id() == id).unwrap()
}

// The files in `docs/vectors` are what the generator makes today.
#[test]
fn fresh() {
    for (name, made) in make::files() {
        let file = docs().join(format!("vectors/{name}.json"));
        let stored = std::fs::read_to_string(file).unwrap_or_default();
        let hint = "run: cargo run -p scaiwave-protocol --example generate_vectors";
        assert!(
            stored == make::pretty(&made),
            "{name}.json is stale; {hint}"
        );
    }
}

// Each event is canonical, verifies, and has the hash that is written beside it.
#[test]
fn events() {
    let file = vectors("events.json");
    for vector in list(&file, "events") {
        let source = text(vector, "canonical_event").as_bytes();
        let received = Received::parse(json::parse(source).unwrap()).unwrap();
        assert_eq!(received.canonical(), source);
        assert_eq!(received.hash().to_string(), text(vector, "event_hash"));
        assert_eq!(received.room_id().as_str(), text(vector, "room_id"));
        let signed = hex(vector, "signed_bytes_hex");
        assert_eq!(signed, received.header().signable().bytes());
        let header = text(vector, "canonical_header").as_bytes();
        assert_eq!(signed, [b"swp-event-v1\n", header].concat());
        let hashed = text(vector, "hashed_bytes").as_bytes();
        assert_eq!(Hash::of(&[hashed]), received.hash());
        let key = key_of(&file, received.sig().key_id);
        if let Some(erased) = vector.get("erased_event") {
            let erased = Received::parse(erased.clone()).unwrap();
            assert_eq!(erased.canonical(), hashed);
            assert!(erased.verify(&key).is_ok());
        }
        assert!(received.verify(&key).is_ok());
    }
}

// The log links from its genesis on, and its host's signatures verify.
#[test]
fn log() {
    let file = vectors("log.json");
    let mut chain = Hash::parse(text(&file, "chain_0")).unwrap();
    let mut last = (0, 0);
    for vector in list(&file, "entries") {
        let entry = Entry::parse(at(vector, "entry").clone()).unwrap();
        assert!(entry.seq == last.0 + 1 && entry.ts > last.1);
        last = (entry.seq, entry.ts);
        chain = entry.chain(&chain);
        assert_eq!(chain.to_string(), text(vector, "chain"));
    }
    let json = at(&file, "checkpoint");
    let checkpoint = Checkpoint::parse(json.clone()).unwrap();
    assert_eq!((checkpoint.at.seq, checkpoint.at.chain), (last.0, chain));
    assert_eq!(
        tagged("swp-checkpoint-v1\n", json),
        hex(&file, "checkpoint_signed_bytes_hex")
    );
    assert!(
        checkpoint
            .verify(&key_of(&file, checkpoint.sig.key_id))
            .is_ok()
    );
    let json = at(&file, "snapshot");
    let snapshot = Snapshot::parse(json.clone()).unwrap();
    assert_eq!(
        tagged("swp-snapshot-v1\n", json),
        hex(&file, "snapshot_signed_bytes_hex")
    );
    assert!(snapshot.verify(&key_of(&file, snapshot.sig.key_id)).is_ok());
    let vector = at(&file, "transfer_consent");
    let room_id = RoomId::parse(text(vector, "room_id")).unwrap();
    let seen = LogPoint::parse(at(vector, "seen").clone()).unwrap();
    let consent = TransferConsent {
        room_id,
        term: count(vector, "term"),
        seen,
    };
    assert_eq!(consent.signable().bytes(), hex(vector, "signed_bytes_hex"));
    let sig = Sig::parse(at(vector, "sig").clone()).unwrap();
    assert!(consent.is_signed_by(&key_of(&file, sig.key_id), &sig));
}

// Each descriptor verifies, and whoever pinned the first believes the keys that are listed.
#[test]
fn descriptors() {
    let file = vectors("descriptor.json");
    let keys = keys(&file);
    let pinned: Vec<&str> = list(&file, "pinned")
        .iter()
        .filter_map(Json::as_str)
        .collect();
    let pins = Pins {
        keys: keys
            .iter()
            .map(public)
            .filter(|key| pinned.contains(&&*key.id().to_string()))
            .collect(),
        recovery_key: Some(PublicKey::parse(text(&file, "pinned_recovery_key")).unwrap()),
        ..Pins::default()
    };
    let server = ServerName::parse("acme.example").unwrap();
    for vector in list(&file, "descriptors") {
        let json = at(vector, "descriptor");
        let descriptor = Descriptor::parse(json.clone()).unwrap();
        let bytes = tagged("swp-descriptor-v1\n", json);
        assert_eq!(bytes, hex(vector, "signed_bytes_hex"));
        let trusted = pins.judge(&descriptor).trusted;
        let trusted: Vec<Json> = trusted
            .iter()
            .map(|record| (&record.key_id()).into())
            .collect();
        assert_eq!(trusted, list(vector, "trusted"), "{}", text(vector, "why"));
        for (n, record) in descriptor
            .keys()
            .iter()
            .filter(|k| k.endorsement.is_some())
            .enumerate()
        {
            let sig = record.endorsement.unwrap();
            let endorser = key_of(&file, sig.key_id);
            assert!(record.is_endorsed_by(&server, &endorser));
            let bytes = hex(vector, &format!("endorsed_bytes_hex/{n}"));
            assert!(endorser.verifies(&bytes, &sig.value));
        }
    }
}

// Each request passes the whole check of its headers.
#[test]
fn requests() {
    let file = vectors("requests.json");
    for vector in list(&file, "requests") {
        let headers = at(vector, "headers").as_object().unwrap();
        let get = |name: &str| {
            headers
                .get(name)
                .and_then(Json::as_str)
                .into_iter()
                .collect()
        };
        let claim = Claim::read(get).unwrap();
        let target = Target {
            method: text(vector, "method"),
            path: text(vector, "path"),
            query: text(vector, "query"),
        };
        let base = text(vector, "signature_base").as_bytes();
        assert_eq!(claim.signature_base(target).bytes(), base);
        claim.check_created(count(&file, "received_at_s")).unwrap();
        claim.check_digest(text(vector, "body").as_bytes()).unwrap();
        claim.verify(target, &key_of(&file, claim.key_id)).unwrap();
    }
}

// The canonical forms are what our reader and writer make; what is listed as refused is refused.
#[test]
fn canonical_json() {
    let file = vectors("canonical-json.json");
    for case in list(&file, "accept") {
        let value = json::parse(&hex(case, "input_hex")).unwrap();
        assert_eq!(value.canonical(), text(case, "canonical").as_bytes());
    }
    for case in list(&file, "refuse") {
        assert!(
            json::parse(&hex(case, "input_hex")).is_err(),
            "{}",
            text(case, "why")
        );
    }
}
