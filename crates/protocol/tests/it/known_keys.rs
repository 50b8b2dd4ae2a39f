//! What is remembered of a peer's keys over the years (protocol section 6).

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use scaiwave_protocol::descriptor::{
    Descriptor, DescriptorDraft, KNOWN_KEYS_MAX, KeyRecord, KnownKeys, NotBelieved, Pins,
};
use scaiwave_protocol::limits::{CLOCK_SKEW_S_MAX, DESCRIPTOR_KEYS_MAX};
use scaiwave_protocol::{KeyId, PublicKey, ServerName, Sign as _, SigningKey};

/// Keys live so long in these tests.
const LIFE: u64 = 1_000_000;
/// The offline key.
const RECOVERY: u32 = 1_000_000;

fn server() -> ServerName {
    ServerName::parse("acme.example").unwrap()
}

fn key(n: u32) -> SigningKey {
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&n.to_be_bytes());
    SigningKey::from_seed(&seed)
}

fn id(n: u32) -> KeyId {
    key(n).public_key().id()
}

/// A server that keeps its keys as the protocol wants it, and one that does not.
#[derive(Clone, Debug)]
struct Ring {
    keys: Vec<(u32, KeyRecord)>,
    updated_at: u64,
}

impl Ring {
    fn new(now: u64) -> Self {
        let first = KeyRecord::first(key(0).public_key(), now, now + LIFE);
        Ring {
            keys: vec![(0, first)],
            updated_at: 0,
        }
    }

    /// A new key, vouched for by another.
    fn add(&mut self, n: u32, endorser: u32, now: u64) {
        let record = KeyRecord::first(key(n).public_key(), now, now + LIFE);
        self.keys
            .push((n, record.endorsed(&server(), &key(endorser))));
    }

    fn revoke(&mut self, n: u32, at: u64) {
        let found = self.keys.iter_mut().find(|(m, _)| *m == n).unwrap();
        found.1.revoked_at = Some(at);
    }

    fn newest(&self) -> u32 {
        self.keys.last().unwrap().0
    }

    /// Signed by the newest key.
    fn descriptor(&mut self) -> Descriptor {
        self.signed_by(self.newest())
    }

    fn signed_by(&mut self, signer: u32) -> Descriptor {
        self.updated_at += 1;
        let start = self.keys.len().saturating_sub(DESCRIPTOR_KEYS_MAX);
        let draft = DescriptorDraft {
            server_name: server(),
            endpoints: BTreeMap::new(),
            keys: self.keys[start..]
                .iter()
                .map(|(_, record)| record.clone())
                .collect(),
            recovery_key: Some(key(RECOVERY).public_key()),
            software_version: "0".to_owned(),
            updated_at: self.updated_at,
        };
        draft.sign(&key(signer).public_key(), &key(signer)).unwrap()
    }
}

fn believed(known: &KnownKeys) -> BTreeSet<KeyId> {
    known.keys().iter().map(KeyRecord::key_id).collect()
}

// A successor is believed by its endorsement, and reported once.
#[test]
fn a_successor_is_learnt() {
    let mut ring = Ring::new(0);
    let mut known = KnownKeys::first_contact(&ring.descriptor(), 10);
    assert_eq!(believed(&known), [id(0)].into());
    ring.add(1, 0, 20);
    let learnt = known.learn(&ring.descriptor(), 30).unwrap();
    assert_eq!((learnt.new, learnt.revoked), (vec![id(1)], vec![]));
    let again = known.learn(&ring.descriptor(), 31).unwrap();
    assert!(again.new.is_empty() && again.revoked.is_empty());
}

// Also when the peer was silent until all its keys had expired, and for many rotations.
#[test]
fn an_absence_of_any_length() {
    let mut ring = Ring::new(0);
    let mut known = KnownKeys::first_contact(&ring.descriptor(), 0);
    for n in 1..=60 {
        ring.add(n, n - 1, u64::from(n) * 2 * LIFE);
    }
    known.learn(&ring.descriptor(), 121 * LIFE - 1).unwrap();
    assert_eq!(believed(&known).len(), 61);
}

// A descriptor counts when a believed key of the present signed it, with a minute for wrong clocks.
#[test]
fn who_may_sign_a_descriptor() {
    let skew = CLOCK_SKEW_S_MAX * 1000;
    let (begin, end) = (1_000_000, 1_000_000 + LIFE);
    for (now, believed) in [
        (begin - skew - 1, false),
        (begin - skew, true),
        (end - 1, true),
        (end + skew - 1, true),
        (end + skew, false),
    ] {
        let mut ring = Ring::new(0);
        ring.keys[0].1.valid_from = begin;
        ring.keys[0].1.valid_until = end;
        let mut known = KnownKeys::first_contact(&ring.descriptor(), begin);
        let learnt = known.learn(&ring.descriptor(), now);
        assert_eq!(learnt.is_ok(), believed, "{now}");
    }
}

// Another identity under the same name is not believed and changes nothing.
#[test]
fn a_stranger_changes_nothing() {
    let mut known = KnownKeys::first_contact(&Ring::new(0).descriptor(), 0);
    let before = known.clone();
    let mut stranger = Ring::new(0);
    stranger.keys = vec![(5, KeyRecord::first(key(5).public_key(), 0, LIFE))];
    assert_eq!(known.learn(&stranger.descriptor(), 1), Err(NotBelieved));
    // Listing the real key, revoked, beside one's own does not help.
    let mut usurper = Ring::new(0);
    usurper.revoke(0, 1);
    usurper
        .keys
        .push((5, KeyRecord::first(key(5).public_key(), 0, LIFE)));
    assert_eq!(known.learn(&usurper.descriptor(), 2), Err(NotBelieved));
    assert_eq!(known, before);
}

// A revocation stays, whatever the peer says later, and nothing the key signs afterwards is taken.
#[test]
fn a_revocation_stays() {
    let mut ring = Ring::new(0);
    let mut known = KnownKeys::first_contact(&ring.descriptor(), 0);
    ring.add(1, RECOVERY, 10);
    let mut thief = ring.clone();
    ring.revoke(0, 20);
    let learnt = known.learn(&ring.descriptor(), 30).unwrap();
    assert_eq!((learnt.new, learnt.revoked), (vec![id(1)], vec![id(0)]));
    thief.updated_at = 100;
    assert_eq!(known.learn(&thief.signed_by(0), 40), Err(NotBelieved));
    thief.add(2, 0, 40);
    assert_eq!(known.learn(&thief.descriptor(), 50), Err(NotBelieved));
    // The owner's own software forgets it: the earliest time counts.
    known.learn(&thief.signed_by(1), 60).unwrap();
    ring.revoke(0, 25);
    ring.updated_at = 200;
    known.learn(&ring.descriptor(), 70).unwrap();
    assert_eq!(known.key(id(0)).unwrap().revoked_at, Some(20));
    assert!(!believed(&known).contains(&id(2)));
}

// A key that was believed before its endorser fell stays, if the owner lists it.
#[test]
fn a_successor_outlives_its_endorsers_revocation() {
    let mut ring = Ring::new(0);
    let mut known = KnownKeys::first_contact(&ring.descriptor(), 0);
    ring.add(1, 0, 10);
    known.learn(&ring.descriptor(), 20).unwrap();
    ring.revoke(0, 30);
    known.learn(&ring.descriptor(), 40).unwrap();
    assert_eq!(known.key(id(1)).unwrap().revoked_at, None);
    // Who had not met it before cannot tell it from the thief's.
    let mut late = KnownKeys::first_contact(&Ring::new(0).descriptor(), 0);
    assert_eq!(late.learn(&ring.descriptor(), 40), Err(NotBelieved));
}

// The thief's key, which the owner does not know, falls with the key that vouched for it, and what hangs
// on it does too.
#[test]
fn a_thiefs_keys_fall_with_the_stolen_one() {
    let mut ring = Ring::new(0);
    let mut known = KnownKeys::first_contact(&ring.descriptor(), 0);
    let mut thief = ring.clone();
    thief.add(7, 0, 5);
    thief.add(8, 7, 5);
    known.learn(&thief.descriptor(), 6).unwrap();
    ring.updated_at = thief.updated_at;
    ring.add(1, RECOVERY, 10);
    ring.revoke(0, 10);
    let learnt = known.learn(&ring.descriptor(), 20).unwrap();
    let fallen: BTreeSet<KeyId> = learnt.revoked.into_iter().collect();
    assert_eq!(fallen, [id(0), id(7), id(8)].into());
    assert_eq!(known.learn(&thief.descriptor(), 30), Err(NotBelieved));
}

// What a peer drops from its list still verifies what it signed.
#[test]
fn an_unlisted_key_is_kept() {
    let mut ring = Ring::new(0);
    let mut known = KnownKeys::first_contact(&ring.descriptor(), 0);
    ring.add(1, 0, 10);
    ring.add(2, 1, 20);
    known.learn(&ring.descriptor(), 30).unwrap();
    ring.keys.remove(0);
    ring.keys.remove(0);
    known.learn(&ring.descriptor(), 40).unwrap();
    assert_eq!(believed(&known), [id(0), id(1), id(2)].into());
    // And it vouches for what comes after it.
    ring.add(3, 1, 50);
    ring.keys.remove(0);
    known.learn(&ring.descriptor(), 60).unwrap();
    assert!(believed(&known).contains(&id(3)));
}

// A peer that makes keys without end does not fill our memory; what is pinned or listed stays.
#[test]
fn keys_without_end() {
    let mut ring = Ring::new(0);
    let mut known = KnownKeys::first_contact(&ring.descriptor(), 0);
    let mut n = 0;
    while n < 2 * u32::try_from(KNOWN_KEYS_MAX).unwrap() {
        for _ in 0..100 {
            n += 1;
            ring.add(n, n - 1, u64::from(n));
        }
        known.learn(&ring.descriptor(), u64::from(n)).unwrap();
        assert!(
            known.keys().len() <= KNOWN_KEYS_MAX,
            "{}",
            known.keys().len()
        );
    }
    assert_eq!(known.keys().len(), KNOWN_KEYS_MAX);
    assert!(known.key(id(0)).is_some() && known.key(id(n)).is_some());
    assert!(
        ring.descriptor()
            .keys()
            .iter()
            .all(|key| known.key(key.key_id()).is_some())
    );
}

// An admin accepts another identity: its keys are believed, the old ones only verify what is old.
#[test]
fn another_identity_is_accepted() {
    let mut ring = Ring::new(0);
    let mut known = KnownKeys::first_contact(&ring.descriptor(), 0);
    ring.add(1, 0, 10);
    known.learn(&ring.descriptor(), 20).unwrap();
    let mut fresh = Ring::new(0);
    fresh.keys = vec![(5, KeyRecord::first(key(5).public_key(), 30, LIFE))];
    assert_eq!(known.learn(&fresh.descriptor(), 40), Err(NotBelieved));
    let mut known = known.replaced_by(&fresh.descriptor(), 40);
    known.learn(&fresh.descriptor(), 41).unwrap();
    assert_eq!(believed(&known), [id(0), id(1), id(5)].into());
    assert!(known.key(id(5)).unwrap().valid_at(41));
    for old in [0, 1] {
        let old = known.key(id(old)).unwrap();
        assert!(old.valid_at(39) && !old.valid_at(40));
    }
    // The old ring has no say any more.
    ring.updated_at = 9;
    assert_eq!(known.learn(&ring.descriptor(), 50), Err(NotBelieved));
}

/// What an honest server does in its life.
#[derive(Clone, Copy, Debug)]
enum Step {
    Rotate,
    Steal,
    Contact,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![Just(Step::Rotate), Just(Step::Steal), Just(Step::Contact)];
    vec(step, 0..40)
}

/// One key of any graph of endorsements: who vouches for it, whether rightly, whether it is revoked.
fn any_graph() -> impl Strategy<Value = Vec<(Option<usize>, bool, bool)>> {
    let node = (
        proptest::option::of(0..9usize),
        any::<bool>(),
        proptest::bool::weighted(0.2),
    );
    vec(node, 1..9)
}

fn record_of(n: usize, node: (Option<usize>, bool, bool)) -> KeyRecord {
    let (endorser, rightly, revoked) = node;
    let own = u32::try_from(n).unwrap();
    let mut record = KeyRecord::first(key(own).public_key(), 0, LIFE);
    if let Some(endorser) = endorser {
        let endorser = u32::try_from(endorser).unwrap();
        let name = if rightly {
            "acme.example"
        } else {
            "other.example"
        };
        record = record.endorsed(&ServerName::parse(name).unwrap(), &key(endorser));
    }
    record.revoked_at = revoked.then_some(5);
    record
}

/// By the book: a key is believed if it is pinned, or if an unrevoked believed one vouches for it.
fn by_the_book(graph: &[(Option<usize>, bool, bool)], pinned: usize) -> BTreeSet<KeyId> {
    let mut believed: BTreeSet<usize> = [pinned].into();
    for _ in graph {
        for (n, (endorser, rightly, _)) in graph.iter().enumerate() {
            let vouched = endorser.is_some_and(|by| believed.contains(&by) && !graph[by].2);
            if *rightly && vouched {
                believed.insert(n);
            }
        }
    }
    believed
        .into_iter()
        .map(|n| id(u32::try_from(n).unwrap()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    // However an honest server rotates and recovers, and however rarely we meet: its newest key is
    // believed at every contact, and no stolen one is any more.
    #[test]
    fn an_honest_server_is_always_believed(steps in steps()) {
        let mut ring = Ring::new(0);
        let mut known = KnownKeys::first_contact(&ring.descriptor(), 0);
        let (mut now, mut n, mut stolen) = (1, 0, Vec::new());
        for step in steps {
            match step {
                Step::Rotate => {
                    now += LIFE / 2;
                    n += 1;
                    ring.add(n, n - 1, now);
                }
                Step::Steal => {
                    stolen.push(ring.newest());
                    n += 1;
                    ring.add(n, RECOVERY, now);
                    ring.revoke(n - 1, now);
                }
                Step::Contact => {
                    known.learn(&ring.descriptor(), now).unwrap();
                    prop_assert!(known.key(id(n)).unwrap().valid_at(now));
                    for key in &stolen {
                        let gone = known.key(id(*key)).is_none_or(|key| !key.valid_at(now));
                        prop_assert!(gone);
                    }
                }
            }
        }
    }

    // The judgement is reachability, whatever the order in which the keys are listed.
    #[test]
    fn trust_is_reachability(graph in any_graph(), pinned in 0..9usize, turn in 0..9usize) {
        let pinned = pinned % graph.len();
        // An endorser outside of the list vouches for nobody.
        let graph: Vec<_> = graph
            .iter()
            .map(|(by, rightly, revoked)| (by.filter(|by| *by < graph.len()), *rightly, *revoked))
            .collect();
        let mut keys: Vec<KeyRecord> =
            graph.iter().enumerate().map(|(n, node)| record_of(n, *node)).collect();
        let turn = turn % keys.len();
        keys.rotate_left(turn);
        let signer = key(0);
        let draft = DescriptorDraft {
            server_name: server(),
            endpoints: BTreeMap::new(),
            keys,
            recovery_key: None,
            software_version: "0".to_owned(),
            updated_at: 1,
        };
        let descriptor = draft.sign(&signer.public_key(), &signer).unwrap();
        let public: PublicKey = key(u32::try_from(pinned).unwrap()).public_key();
        let pins = Pins { keys: vec![public], ..Pins::default() };
        let trusted: BTreeSet<KeyId> =
            pins.judge(&descriptor).trusted.iter().map(KeyRecord::key_id).collect();
        prop_assert_eq!(trusted, by_the_book(&graph, pinned));
    }
}
