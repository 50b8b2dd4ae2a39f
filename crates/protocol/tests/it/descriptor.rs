//! Descriptors and which of their keys are believed (protocol section 6).

use std::collections::BTreeMap;

use scaiwave_protocol::descriptor::{Descriptor, DescriptorDraft, KeyRecord, Pins};
use scaiwave_protocol::limits::{DESCRIPTOR_KEYS_MAX, INTEGER_MAX};
use scaiwave_protocol::{Json, KeyId, ServerName, SigningKey};

use crate::support::{public, remove, set};

fn server() -> ServerName {
    ServerName::parse("acme.example").unwrap()
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_seed(&[n; 32])
}

fn record(n: u8) -> KeyRecord {
    KeyRecord::first(public(&key(n)), 100, 200)
}

fn draft(keys: Vec<KeyRecord>) -> DescriptorDraft {
    DescriptorDraft {
        server_name: server(),
        endpoints: BTreeMap::new(),
        keys,
        recovery_key: None,
        software_version: "0".to_owned(),
        updated_at: 100,
    }
}

/// Signed by the first of the keys.
fn descriptor(n: u8, keys: Vec<KeyRecord>) -> Descriptor {
    draft(keys).sign(&public(&key(n)), &key(n)).unwrap()
}

fn ids(records: &[KeyRecord]) -> Vec<KeyId> {
    let mut ids: Vec<KeyId> = records.iter().map(KeyRecord::key_id).collect();
    ids.sort();
    ids
}

fn ids_of(keys: &[u8]) -> Vec<KeyId> {
    let mut ids: Vec<KeyId> = keys.iter().map(|n| public(&key(*n)).id()).collect();
    ids.sort();
    ids
}

fn pinned(keys: &[u8], recovery: Option<u8>) -> Pins {
    Pins {
        keys: keys.iter().map(|n| public(&key(*n))).collect(),
        recovery_key: recovery.map(|n| public(&key(n))),
        revoked: BTreeMap::new(),
    }
}

// A key is valid from its first to before its last millisecond, and until it was revoked.
#[test]
fn validity() {
    let mut record = record(1);
    for (ts, valid) in [
        (0, false),
        (99, false),
        (100, true),
        (199, true),
        (200, false),
    ] {
        assert_eq!(record.valid_at(ts), valid, "{ts}");
    }
    record.revoked_at = Some(150);
    assert!(record.valid_at(149) && !record.valid_at(150));
    // A time that ends before it begins is a key that is never valid; the text does not refuse it.
    let never = KeyRecord::first(public(&key(1)), 200, 100);
    assert!(
        [99, 100, 150, 199, 200]
            .iter()
            .all(|ts| !never.valid_at(*ts))
    );
    assert!(KeyRecord::parse(never.to_json()).is_ok());
}

// A record names its key rightly, and endorsement and endorser come together.
#[test]
fn key_records() {
    let good = record(2).endorsed(&server(), &key(1)).to_json();
    assert!(KeyRecord::parse(good.clone()).is_ok());
    for (member, wrong) in [
        ("key_id", Json::from(&public(&key(1)).id())),
        ("public_key", Json::from(&public(&key(1)))),
        ("valid_from", Json::Int(-1)),
        ("valid_until", Json::Int(-1)),
        ("revoked_at", Json::Int(-1)),
        ("revoked_at", Json::Null),
        ("endorsed_by", Json::Null),
        ("endorsement", "AA".into()),
    ] {
        let mut bad = good.clone();
        set(&mut bad, member, wrong);
        assert!(KeyRecord::parse(bad).is_err(), "{member}");
    }
    for member in ["endorsed_by", "endorsement"] {
        let mut half = good.clone();
        remove(&mut half, member);
        assert!(KeyRecord::parse(half).is_err(), "without {member}");
    }
}

// An endorsement is of one key, one time and one server.
#[test]
fn endorsements() {
    let good = record(2).endorsed(&server(), &key(1));
    assert!(good.is_endorsed_by(&server(), &public(&key(1))));
    assert!(!good.is_endorsed_by(&server(), &public(&key(2))));
    assert!(!good.is_endorsed_by(&ServerName::parse("b.example").unwrap(), &public(&key(1))));
    let mut longer = good.clone();
    longer.valid_until += 1;
    let mut earlier = good.clone();
    earlier.valid_from -= 1;
    let mut other = record(3);
    other.endorsement = good.endorsement;
    for bad in [longer, earlier, other, record(2)] {
        assert!(!bad.is_endorsed_by(&server(), &public(&key(1))));
    }
    // It does not cover the revocation, which comes later.
    let mut revoked = good;
    revoked.revoked_at = Some(120);
    assert!(revoked.is_endorsed_by(&server(), &public(&key(1))));
}

// Whatever is changed in a descriptor, its signature no longer verifies.
#[test]
fn signed_as_a_whole() {
    let good = descriptor(1, vec![record(1)]).as_json().clone();
    assert!(Descriptor::parse(good.clone()).is_ok());
    for (member, value) in [
        ("server_name", Json::from("b.example")),
        ("updated_at", Json::Int(101)),
        ("endpoints/send", "/other".into()),
        ("software/name", "other".into()),
        ("software/x", Json::Null),
        ("keys/0/valid_until", Json::Int(201)),
        ("keys/0/x", Json::Null),
        ("protocol_versions", Json::Arr(Vec::new())),
        ("recovery_key", Json::from(&public(&key(9)))),
        ("x", Json::Null),
    ] {
        let mut bad = good.clone();
        set(&mut bad, member, value);
        assert!(Descriptor::parse(bad).is_err(), "{member}");
    }
}

// The current key is listed, the signing key is listed, and no key is listed twice.
#[test]
fn keys_listed() {
    assert!(
        draft(vec![record(2)])
            .sign(&public(&key(1)), &key(2))
            .is_err()
    );
    assert!(
        draft(vec![record(2)])
            .sign(&public(&key(2)), &key(1))
            .is_err()
    );
    assert!(
        draft(vec![record(1), record(1)])
            .sign(&public(&key(1)), &key(1))
            .is_err()
    );
    assert!(draft(Vec::new()).sign(&public(&key(1)), &key(1)).is_err());
    // The successor is published a day before it begins to sign.
    let both = draft(vec![record(1), record(2)])
        .sign(&public(&key(2)), &key(1))
        .unwrap();
    assert_eq!(both.public_key(), &public(&key(2)));
    assert_eq!(both.signed_with(), public(&key(1)).id());
}

// The longest descriptor of ours fits into 64 KiB, and into the content of a record in a room.
#[test]
fn the_longest_list_fits() {
    let keys = (0..DESCRIPTOR_KEYS_MAX).map(|n| {
        let (n, last) = (u8::try_from(n).unwrap(), INTEGER_MAX.cast_unsigned());
        let mut record = KeyRecord::first(public(&key(n)), last, last);
        record.revoked_at = Some(last);
        record.endorsed(&server(), &key(255))
    });
    let mut draft = draft(keys.collect());
    draft.recovery_key = Some(public(&key(255)));
    let descriptor = draft.sign(&public(&key(0)), &key(0)).unwrap();
    let length = descriptor.as_json().canonical().len();
    assert!(length < 48 * 1024, "{length}");
}

// An endpoint that could lead elsewhere, or end a signed line, counts as not announced.
#[test]
fn endpoints() {
    for (template, announced) in [
        ("/_scaiwave/federation/v1/send", true),
        ("/a/{room_id}/b", true),
        ("https://other.example/a/{room_id}", true),
        ("", false),
        ("a", false),
        ("//evil.example/a", false),
        ("/\\evil.example", false),
        ("http://acme.example/a", false),
        ("file:///a", false),
        ("/a b", false),
        ("/a\n\"@query\": ?x", false),
        ("/a?x", false),
        ("/a#x", false),
        ("/é", false),
    ] {
        let mut draft = draft(vec![record(1)]);
        draft
            .endpoints
            .insert("send".to_owned(), template.to_owned());
        let descriptor = draft.sign(&public(&key(1)), &key(1)).unwrap();
        assert_eq!(
            descriptor.endpoint("send").is_some(),
            announced,
            "{template:?}"
        );
        assert_eq!(descriptor.endpoint("profile"), None);
    }
}

// First contact pins what is valid now and not revoked, and the recovery key.
#[test]
fn first_contact() {
    let mut draft = draft(vec![record(1), record(2), record(3), record(4)]);
    draft.keys[1].revoked_at = Some(120);
    draft.keys[2].valid_until = 150;
    draft.keys[3].valid_from = 151;
    draft.recovery_key = Some(public(&key(9)));
    let descriptor = draft.sign(&public(&key(1)), &key(1)).unwrap();
    assert_eq!(Pins::first_contact(&descriptor, 150), pinned(&[1], Some(9)));
    assert_eq!(Pins::first_contact(&descriptor, 110).keys.len(), 3);
}

// A chain of endorsements leads from a pin; whatever hangs on nothing is left to an admin.
#[test]
fn chains_of_trust() {
    let by = |n: u8, endorser: u8| record(n).endorsed(&server(), &key(endorser));
    let rotated = descriptor(
        1,
        vec![by(4, 3), by(3, 2), by(2, 1), record(1), record(5), by(6, 5)],
    );
    for (pins, trusted) in [
        (pinned(&[1], None), [1, 2, 3, 4].as_slice()),
        (pinned(&[3], None), &[3, 4]),
        (pinned(&[5], None), &[5, 6]),
        (pinned(&[1, 5], None), &[1, 2, 3, 4, 5, 6]),
        (pinned(&[], Some(2)), &[3, 4]),
        (pinned(&[7], Some(8)), &[]),
        (Pins::default(), &[]),
    ] {
        let trust = pins.judge(&rotated);
        assert_eq!(ids(&trust.trusted), ids_of(trusted));
        assert_eq!(trust.trusted.len() + trust.untrusted.len(), 6);
    }
}

// Nobody vouches for themselves, nor two for each other, nor one with another's signature.
#[test]
fn circles_of_trust() {
    let by = |n: u8, endorser: u8| record(n).endorsed(&server(), &key(endorser));
    let circle = descriptor(1, vec![record(1), by(2, 2), by(3, 4), by(4, 3)]);
    assert_eq!(
        ids(&pinned(&[1], None).judge(&circle).trusted),
        ids_of(&[1])
    );
    let mut forged = by(2, 3);
    let sig = forged.endorsement.as_mut().unwrap();
    sig.key_id = public(&key(1)).id();
    let forged = descriptor(1, vec![record(1), forged]);
    assert_eq!(
        ids(&pinned(&[1], None).judge(&forged).trusted),
        ids_of(&[1])
    );
}

// A revoked key vouches for nothing; the recovery key helps.
#[test]
fn revoked_keys_do_not_vouch() {
    let mut revoked = record(1);
    revoked.revoked_at = Some(150);
    let stolen = record(2).endorsed(&server(), &key(1));
    let recovered = record(3).endorsed(&server(), &key(9));
    let descriptor = descriptor(3, vec![revoked, stolen, recovered]);
    assert_eq!(
        ids(&pinned(&[1], None).judge(&descriptor).trusted),
        ids_of(&[1])
    );
    assert_eq!(
        ids(&pinned(&[1], Some(9)).judge(&descriptor).trusted),
        ids_of(&[1, 3])
    );
}

// A long chain is followed to its end, from whichever end it is listed, past forged links.
#[test]
fn long_chains_of_trust() {
    let key = |n: u8| SigningKey::from_seed(&[n; 32]);
    let mut keys = vec![record(0)];
    // A chain, listed from its end, and beside it endorsements that do not verify.
    for n in 1..=100u8 {
        keys.insert(0, record(n).endorsed(&server(), &key(n - 1)));
    }
    for n in 101..=127u8 {
        let mut bad = record(n).endorsed(&server(), &key(n));
        bad.endorsement.as_mut().unwrap().key_id = public(&key(0)).id();
        keys.push(bad);
    }
    let descriptor = descriptor(0, keys);
    let trust = pinned(&[0], None).judge(&descriptor);
    assert_eq!((trust.trusted.len(), trust.untrusted.len()), (101, 27));
}
