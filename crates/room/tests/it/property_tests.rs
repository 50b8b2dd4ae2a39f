//! What holds for every history, of honest hosts and of others.

use std::collections::BTreeMap;

use proptest::prelude::*;
use scaiwave_protocol::event::content as kind;
use scaiwave_protocol::{Event, Fqid, Json, ServerName};
use scaiwave_room::{Member, Rejection, RoomState, Sequenced, ServerInRoom, Verdict};
use scaiwave_testkit::{Follower, SplitMix, TestRoom};

use crate::model::Act;
use crate::properties::History;

const ACTS: usize = 70;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The host takes what the model allows, and what it then holds is what the model holds.
    #[test]
    fn the_host_is_the_model(seed: u64) {
        let mut history = History::begin(seed);
        let mut store = Store::of(&mut history.room.state);
        for _ in 0..ACTS {
            let (who, act, event) = history.next();
            let expected = history.model.allows(who.as_str(), &act);
            let before = history.room.state.to_snapshot_state();
            let id = event.event_id();
            match history.room.send(event) {
                Ok(Sequenced::New(_)) => {
                    prop_assert!(expected, "the host took {who} {act:?}");
                    history.took(&who, &act, id);
                    prop_assert_eq!(history.view(), history.model.view(), "{} {:?}", who, act);
                }
                Ok(Sequenced::Duplicate { .. }) => prop_assert!(false, "nothing was sent twice"),
                Err(why) => {
                    prop_assert!(!expected, "the host refused {who} {act:?}: {why}");
                    prop_assert_eq!(history.room.state.to_snapshot_state(), before);
                }
            }
            store.write(&mut history.room.state);
            store.check(&history.room.state);
        }
        followers_agree(&history.room, &mut history.random, true);
    }

    /// Whatever a host sequences without looking, its followers make the same of it.
    #[test]
    fn a_cheating_host_divides_nobody(seed: u64) {
        let mut history = History::begin(seed);
        let mut ids_reused = false;
        for _ in 0..ACTS {
            let (who, act, event) = history.next();
            let fits = history.model.allows(who.as_str(), &act);
            let id = event.event_id();
            let signed = history.room.sign(event.clone()).into_event();
            let verdict = match history.random.below(10) {
                0 => history.room.force(event.signed_by(history.servers[0].key())),
                1 => history.room.force(event.origin_seq(1)),
                2 => {
                    let seq = 1 + history.random.next_u64() % history.room.len();
                    let used = history.room.entry(seq).event().id();
                    ids_reused = true;
                    history.room.force(event.id(used))
                }
                3 => {
                    let seq = 2 + history.random.next_u64() % (history.room.len() - 1);
                    let replayed = history.room.entry(seq).event().clone();
                    history.room.force_event(&replayed)
                }
                4 => history.room.force(event.with("event_id", "x").with("participant", 1u64)
                    .with("name", Json::Null).with("body", true)),
                5 if kind::is_erasable(signed.kind().as_str()) => {
                    history.room.force_event(&signed.erased())
                }
                _ => {
                    let verdict = history.room.force(event);
                    prop_assert_eq!(verdict == Verdict::Accepted, fits, "{} {:?}", who, act);
                    verdict
                }
            };
            let last = history.room.entry(history.room.len()).event().clone();
            if last.id() == id && verdict == Verdict::Accepted {
                history.took(&who, &act, id);
            } else if last.id() == id {
                // Without effect, but it can be referred to by its header.
                history.model.heard(who.as_str(), kind_of(&last), &id.to_string());
            }
            prop_assert_eq!(history.view(), history.model.view(), "{} {:?} {:?}", who, act, verdict);
        }
        followers_agree(&history.room, &mut history.random, !ids_reused);
    }
}

fn kind_of(event: &Event) -> &'static str {
    match event.kind().as_str() {
        kind::MESSAGE => "message",
        kind::EDIT => "edit",
        kind::REACTION => "reaction",
        _ => "other",
    }
}

/// Feeds the log in random batches to followers from the start and from random snapshots.
fn followers_agree(room: &TestRoom, random: &mut SplitMix, from_snapshots: bool) {
    let expected = room.state.to_snapshot_state().canonical();
    let verdicts: Vec<Verdict> = (2..=room.len())
        .map(|seq| room.entry(seq).verdict())
        .collect();
    for _ in 0..3 {
        let mut follower = Follower::from_start(room);
        feed(&mut follower, room, random);
        assert_eq!(follower.verdicts, verdicts);
        assert_eq!(follower.state.to_snapshot_state().canonical(), expected);
        assert_eq!(
            follower.state.to_core_document(),
            room.state.to_core_document()
        );
    }
    for _ in 0..3 {
        if !from_snapshots {
            break;
        }
        let base = 3 + random.next_u64() % (room.len() - 3);
        let mut follower = Follower::from_snapshot(room, base);
        feed(&mut follower, room, random);
        assert_eq!(
            follower.state.to_snapshot_state().canonical(),
            expected,
            "from {base}"
        );
        assert_eq!(follower.state.head(), room.state.head());
    }
}

fn feed(follower: &mut Follower, room: &TestRoom, random: &mut SplitMix) {
    let most = [1, 4, 100][random.below(3)];
    while follower.state.head().seq < room.len() {
        let to = (follower.state.head().seq + 1 + random.below(most) as u64).min(room.len());
        match random.one_in(2) {
            true => follower.feed(room, to),
            false => follower.feed_proven(room, to),
        }
        .unwrap();
        assert_eq!(follower.state.head(), room.entry(to).point());
    }
}

/// What a store holds that writes only what a delta names.
struct Store {
    core: Vec<u8>,
    servers: BTreeMap<ServerName, ServerInRoom>,
    members: BTreeMap<Fqid, Member>,
}

impl Store {
    fn of(state: &mut RoomState) -> Self {
        state.take_delta();
        Store {
            core: state.to_core_document(),
            servers: state.servers().clone(),
            members: state.members().clone(),
        }
    }

    fn write(&mut self, state: &mut RoomState) {
        let delta = state.take_delta();
        for who in delta.members {
            let member = state.members()[&who].clone();
            self.members.insert(who, member);
        }
        for name in delta.servers {
            let server = state.servers()[&name].clone();
            self.servers.insert(name, server);
        }
        for name in delta.origin_seqs {
            let moved = state.servers()[&name].last_origin_seq;
            self.servers.get_mut(&name).unwrap().last_origin_seq = moved;
        }
        if delta.core {
            self.core = state.to_core_document();
        }
    }

    fn check(&self, state: &RoomState) {
        let read = RoomState::from_stored(
            state.room_id().clone(),
            state.head(),
            state.head_ts(),
            state.base_seq(),
            &self.core,
            self.servers.clone(),
            self.members.clone(),
        )
        .unwrap();
        assert_eq!(read.to_snapshot_state(), state.to_snapshot_state());
        assert_eq!(read.to_core_document(), state.to_core_document());
        let name = RoomState::name_in_stored(&self.core).unwrap();
        assert_eq!(name.as_deref(), state.name());
    }
}

/// Random histories are worth something only if they get somewhere.
#[test]
fn histories_reach_everything() {
    let mut reached: BTreeMap<String, [u32; 2]> = BTreeMap::new();
    for seed in 0..150 {
        let mut history = History::begin(seed);
        for _ in 0..ACTS {
            let (who, act, event) = history.next();
            let id = event.event_id();
            let taken = history.room.send(event).is_ok();
            let name = match &act {
                Act::Member(_, to) => format!("member {to}"),
                Act::Call(start, _) => format!("call {start}"),
                other => format!("{other:?}")
                    .split('(')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            };
            reached.entry(name).or_default()[usize::from(taken)] += 1;
            if taken {
                history.took(&who, &act, id);
            }
        }
    }
    assert_eq!(reached.len(), 19);
    assert!(
        reached.values().flatten().all(|times| *times >= 5),
        "{reached:#?}"
    );
}

/// The codes that peers see are those of the text.
#[test]
fn every_rejection_has_its_code() {
    use scaiwave_protocol::Code;
    for (why, code) in [
        (Rejection::EventIdReused, Code::EventConflict),
        (Rejection::OriginSeqNotRising, Code::ChainBroken),
        (Rejection::SeenUnknown, Code::ChainBroken),
        (Rejection::KeyNotInLog, Code::KeyUntrusted),
        (Rejection::SignatureWrong, Code::SignatureMismatch),
        (Rejection::ContentUnfit, Code::EventInvalid),
        (Rejection::MembershipForbidden, Code::NotAuthorized),
        (Rejection::TooManyForeign, Code::PolicyViolation),
    ] {
        assert_eq!(why.code(), code);
        assert_eq!(scaiwave_protocol::Refusal::from(why).code, code);
    }
}
