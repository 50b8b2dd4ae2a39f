//! Which key may have signed an entry (protocol section 6): one in the log below it, valid at its ts.

use scaiwave_protocol::descriptor::KeyRecord;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Code, Sign as _, SigningKey};
use scaiwave_room::{Rejection, Verdict};
use scaiwave_testkit::{EventBuilder, Follower, KEY_LIFE_MS, START_MS, TestRoom, TestServer};

use crate::scene::{blue, green, red, room_of_two};

/// The end of every first key.
const END: u64 = START_MS - 24 * 60 * 60 * 1000 + KEY_LIFE_MS;

fn at(room: &TestRoom, ms: u64) {
    // Sequencing moves the clock by one.
    room.clock.set(ms - 1);
}

#[track_caller]
fn taken(room: &TestRoom, event: &EventBuilder) {
    let mut cheated = room.clone();
    assert_eq!(cheated.force(event.clone()), Verdict::Accepted);
    room.clone().must(event.clone());
}

#[track_caller]
fn refused(room: &TestRoom, event: &EventBuilder) {
    assert_eq!(
        room.clone().send(event.clone()).unwrap_err(),
        Rejection::KeyNotInLog
    );
    let mut log = room.clone();
    // The host itself may be the one whose key is gone, so nothing covers the entry but the log.
    let event = log.sign(event.clone()).into_event();
    if event.origin() != room.host().name() {
        assert_eq!(
            log.force_event(&event),
            Verdict::Void(Rejection::KeyNotInLog)
        );
    }
}

#[test]
fn keys_that_are_not_in_the_log() {
    let (room, red, blue) = room_of_two();
    refused(&room, &blue.message("bob", "x").signed_by(&blue.next_key()));
    refused(&room, &blue.message("bob", "x").signed_by(red.key()));
    refused(&room, &green().message("carol", "x"));
}

#[test]
fn a_key_verifies_from_its_beginning_to_its_end() {
    let (mut room, red, mut blue) = room_of_two();
    blue.rotate(START_MS + 1_000_000);
    room.must(red.record(&blue.descriptor(), true));
    let new = blue.message("bob", "x");
    at(&room, START_MS + 999_999);
    refused(&room, &new);
    at(&room, START_MS + 1_000_000);
    taken(&room, &new);
    // The host needs a key of its own at that time.
    let mut red = red;
    red.rotate(START_MS);
    room.must(red.record(&red.descriptor(), true).signed_by(red.key_at(0)));
    room.learn(&red);
    let old = blue.message("bob", "x").signed_by(blue.key_at(0));
    at(&room, END - 1);
    taken(&room, &old);
    at(&room, END);
    refused(&room, &old);
}

#[test]
fn a_revoked_key_ends_at_its_revocation() {
    let (mut room, red, mut blue) = room_of_two();
    blue.rotate(START_MS);
    blue.revoke(0, START_MS + 1_000);
    let old = blue.message("bob", "x").signed_by(blue.key_at(0));
    // Below the record nothing is revoked.
    at(&room, START_MS + 2_000);
    taken(&room, &old);
    at(&room, START_MS + 100);
    room.must(red.record(&blue.descriptor(), true));
    at(&room, START_MS + 999);
    taken(&room, &old);
    at(&room, START_MS + 1_000);
    refused(&room, &old);
    taken(&room, &blue.message("bob", "x"));
}

/// Later records never change a verdict.
#[test]
fn what_was_accepted_stays_accepted() {
    let (mut room, red, mut blue) = room_of_two();
    room.must(blue.message("bob", "x"));
    blue.rotate(START_MS);
    blue.revoke(0, START_MS);
    room.must(red.record(&blue.descriptor(), true));
    room.must(blue.message("bob", "y"));
    let mut follower = Follower::from_start(&room);
    follower.catch_up(&room);
    assert!(
        follower
            .verdicts
            .iter()
            .all(|verdict| *verdict == Verdict::Accepted)
    );
}

#[test]
fn the_hosts_new_key_comes_in_by_its_old_one() {
    let (mut room, mut red, _) = room_of_two();
    red.rotate(START_MS);
    let record = red.record(&red.descriptor(), true);
    // Not by itself while the old one lasts.
    refused(&room, &record);
    room.must(record.signed_by(red.key_at(0)));
    room.learn(&red);
    room.must(red.message("alice", "x"));
}

/// A host whose keys have all expired, with a record of these keys beside the first.
fn expired(prepare: impl FnOnce(&mut TestServer)) -> (TestRoom, TestServer) {
    let (mut room, mut red, _) = room_of_two();
    prepare(&mut red);
    room.learn(&red);
    at(&room, END);
    (room, red)
}

#[test]
fn an_expired_host_comes_back_by_endorsement() {
    let (mut room, red) = expired(|red| red.rotate(END - 1));
    refused(&room, &red.message("alice", "x"));
    refused(&room, &red.message("alice", "x").signed_by(red.key_at(0)));
    refused(
        &room,
        &red.record(&red.descriptor(), true).signed_by(red.key_at(0)),
    );
    // A record about somebody else brings no key of the host.
    refused(&room, &red.record(&green().descriptor(), false));
    taken(&room, &red.record(&red.descriptor(), true));
    // Followers check the checkpoint with the key that the entry itself brings.
    room.must(red.record(&red.descriptor(), true));
    room.must(red.message("alice", "x"));
    for first in [room.len() - 1, room.len()] {
        let mut follower = Follower::from_start(&room);
        follower.state = room.state_at(room.len() - 2).clone();
        follower.known = scaiwave_room::KnownEvents::new(true);
        follower.feed(&room, first).unwrap();
        follower.catch_up(&room);
        assert_eq!(follower.verdicts, [Verdict::Accepted; 2]);
    }
}

#[test]
fn nobody_else_vouches_for_an_expired_host() {
    // Not endorsed at all, endorsed by a stranger, endorsed by another server's name.
    let stranger = blue();
    let record = |red: &TestServer| {
        KeyRecord::first(red.next_key().public_key(), END - 1, END + KEY_LIFE_MS)
    };
    let (room, red) = expired(|red| red.add_key(red.next_key(), record(red)));
    refused(&room, &red.record(&red.descriptor(), true));
    let by_stranger = |red: &mut TestServer| {
        let endorsed = record(red).endorsed(red.name(), stranger.key());
        red.add_key(red.next_key(), endorsed);
    };
    let (room, red) = expired(by_stranger);
    refused(&room, &red.record(&red.descriptor(), true));
    let for_another = |red: &mut TestServer| {
        let endorsed = record(red).endorsed(stranger.name(), red.key());
        red.add_key(red.next_key(), endorsed);
    };
    let (room, red) = expired(for_another);
    refused(&room, &red.record(&red.descriptor(), true));
    // Not yet valid.
    let (room, red) = expired(|red| red.rotate(END + 1));
    refused(&room, &red.record(&red.descriptor(), true));
}

/// Whoever stole a key that was then revoked cannot bring in another with it.
#[test]
fn a_revoked_key_vouches_for_nobody() {
    let (mut room, mut red, _) = room_of_two();
    red.revoke(0, START_MS + 1_000);
    room.must(red.record(&red.descriptor(), true));
    red.rotate(START_MS);
    room.learn(&red);
    at(&room, START_MS + 2_000);
    refused(&room, &red.record(&red.descriptor(), true));
}

/// A room that slept over many rotations wakes up: the record brings the whole chain.
#[test]
fn a_chain_over_many_rotations_wakes_a_room() {
    const YEARS: u64 = 60;
    let (room, red) = expired(|red| {
        for year in 1..=YEARS {
            red.rotate(START_MS + year * KEY_LIFE_MS - 1);
        }
    });
    let mut room = room;
    let now = START_MS + YEARS * KEY_LIFE_MS;
    at(&room, now);
    let record = red.record(&red.descriptor(), true);
    // Not by a key of the chain that has expired meanwhile.
    refused(
        &room,
        &record.clone().signed_by(red.key_at(YEARS as usize - 2)),
    );
    let start = room.len();
    room.must(record);
    room.must(red.message("alice", "x"));
    let mut follower = Follower::from_snapshot(&room, start);
    follower.catch_up(&room);
    assert_eq!(follower.verdicts, [Verdict::Accepted; 2]);
    // A link that is missing breaks it.
    let (mut room, mut red) = expired(|red| {
        red.rotate(START_MS + KEY_LIFE_MS);
        red.rotate(START_MS + 2 * KEY_LIFE_MS);
    });
    red.unlist(1);
    room.learn(&red);
    at(&room, START_MS + 2 * KEY_LIFE_MS);
    refused(&room, &red.record(&red.descriptor(), true));
}

/// A room of red, whose log knows red's recovery key.
fn recoverable() -> (TestRoom, TestServer) {
    let mut red = red();
    red.set_recovery(red_recovery());
    (TestRoom::group(&red, "alice"), red)
}

fn red_recovery() -> SigningKey {
    SigningKey::from_seed(&[77; 32])
}

/// The host lost its only key: the recovery key in the log vouches for another, once the record says that
/// the old one is lost.
#[test]
fn a_lost_key_is_replaced_by_the_recovery_key() {
    let (mut room, mut red) = recoverable();
    red.recover(START_MS);
    room.learn(&red);
    // As long as the old key is good, it signs.
    refused(&room, &red.record(&red.descriptor(), true));
    let mut revoking = red.clone();
    revoking.revoke(0, START_MS);
    let mut forgetting = red.clone();
    forgetting.unlist(0);
    for red in [revoking, forgetting] {
        let mut room = room.clone();
        room.learn(&red);
        taken(&room, &red.record(&red.descriptor(), true));
        room.must(red.record(&red.descriptor(), true));
        room.must(red.message("alice", "x"));
        let mut follower = Follower::from_start(&room);
        follower.catch_up(&room);
        assert!(
            follower
                .verdicts
                .iter()
                .all(|verdict| *verdict == Verdict::Accepted)
        );
    }
}

/// After the end of all keys the recovery key helps like an old key.
#[test]
fn an_expired_host_comes_back_by_its_recovery_key() {
    let (mut room, mut red) = recoverable();
    red.recover(END);
    room.learn(&red);
    at(&room, END);
    taken(&room, &red.record(&red.descriptor(), true));
}

/// Who holds an expired key can neither bring one in beside a good one nor declare that one lost.
#[test]
fn an_expired_key_replaces_no_good_one() {
    let (mut room, mut red, _) = room_of_two();
    red.rotate(END - 1_000);
    let record = red.record(&red.descriptor(), true).signed_by(red.key_at(0));
    at(&room, END - 1_000);
    room.must(record);
    // The thief endorses with the first key, which has expired.
    let endorsed = KeyRecord::first(red.next_key().public_key(), END, END + KEY_LIFE_MS)
        .endorsed(red.name(), red.key_at(0));
    red.add_key(red.next_key(), endorsed);
    room.learn(&red);
    at(&room, END);
    refused(&room, &red.record(&red.descriptor(), true));
    red.revoke(1, END);
    room.learn(&red);
    refused(&room, &red.record(&red.descriptor(), true));
}

/// The recovery key that counts is the one in the log, not the one that a record brings.
#[test]
fn a_record_does_not_bring_its_own_recovery_key() {
    let (mut room, mut red, _) = room_of_two();
    red.set_recovery(red_recovery());
    red.recover(START_MS);
    red.revoke(0, START_MS);
    room.learn(&red);
    refused(&room, &red.record(&red.descriptor(), true));
    at(&room, END);
    refused(&room, &red.record(&red.descriptor(), true));
}

/// What the log has revoked vouches for nobody, also when a record no longer speaks of the revocation.
#[test]
fn a_revocation_in_the_log_stays() {
    let (mut room, mut red, _) = room_of_two();
    let mut thief = red.clone();
    red.revoke(0, START_MS + 1_000);
    room.must(red.record(&red.descriptor(), true));
    at(&room, END);
    thief.rotate(START_MS + 1_000);
    room.learn(&thief);
    at(&room, START_MS + 5_000);
    refused(&room, &thief.record(&thief.descriptor(), true));
}

#[test]
fn seq_1_and_2_are_verified_with_the_keys_in_seq_2() {
    let red = red();
    let create = TestRoom::group(&red, "alice")
        .state
        .genesis()
        .content()
        .unwrap()
        .clone();
    let young = |by: &TestServer| TestRoom::genesis(by, "alice", create.clone());
    let record = |of: &TestServer| of.record(&of.descriptor(), true);
    young(&red).must(record(&red));
    // Another key may be the newer one, but the genesis event's must be listed.
    let mut rotated = red.clone();
    rotated.rotate(START_MS);
    let mut room = young(&red);
    room.learn(&rotated);
    room.must(record(&rotated));
    let mut other = TestServer::new("red.example", 99);
    let why = young(&red).send(record(&other)).unwrap_err();
    assert_eq!(why, Rejection::KeyNotInLog);
    // Listed with a time that does not hold the genesis event's.
    let first = KeyRecord::first(red.key().public_key(), START_MS + 1, END);
    other.add_key(red.key().clone(), first);
    assert!(young(&red).send(record(&other)).is_err());
    // Nothing but that record can stand there.
    let early = red.own("alice", Membership::Join);
    assert_eq!(young(&red).send(early).unwrap_err(), Rejection::KeyNotInLog);
    let as_person = red.event("alice", "swp.room.server", {
        young(&red).sign(record(&red)).content().unwrap().clone()
    });
    assert_eq!(
        young(&red).send(as_person).unwrap_err(),
        Rejection::HostOnly
    );
}

/// A signature that was verified with another key than the log's is worth nothing.
#[test]
fn forged_signatures() {
    let (room, _, blue) = room_of_two();
    let event = room.sign(blue.message("bob", "x"));
    let mut json = event.to_json();
    if let scaiwave_protocol::Json::Obj(object) = &mut json {
        object.insert("origin_ts".to_owned(), scaiwave_protocol::Json::Int(7));
    }
    let forged = scaiwave_protocol::Received::parse(json)
        .unwrap()
        .into_event();
    let mut cheated = room.clone();
    let verdict = cheated.force_event(&forged);
    assert_eq!(verdict, Verdict::Void(Rejection::SignatureWrong));
    let mut follower = Follower::from_start(&cheated);
    follower.feed(&cheated, cheated.len() - 1).unwrap();
    follower.feed_proven(&cheated, cheated.len()).unwrap();
    assert_eq!(follower.verdicts.last(), Some(&verdict));
    assert_eq!(Rejection::KeyNotInLog.code(), Code::KeyUntrusted);
}
