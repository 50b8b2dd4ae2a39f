//! The policy at every point at which it decides, and what a change of it means to rooms that are shared.

use scaiwave_engine::policy::{self, Act, AutoAccept, Mode, Policy, Question, Rule};
use scaiwave_engine::rooms::RoomSettings;
use scaiwave_engine::store::Direction;
use scaiwave_engine::{Viewer, invitations, messages, rooms, upkeep};
use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::event::content::{Membership, RoomLife};
use scaiwave_protocol::{Fqid, RoomId};

use crate::mended::until_mended;
use crate::neighbours::{heard, same_history, say, shared_room};
use crate::town::{House, Town, until};

fn patterns(texts: &[&str]) -> Vec<PeerPattern> {
    let parse = |text: &&str| PeerPattern::parse(text).unwrap();
    texts.iter().map(parse).collect()
}

fn policy_of(mode: Mode, allowed: &[&str], blocked: &[&str]) -> Policy {
    Policy {
        default_mode: mode,
        allowed_peers: patterns(allowed),
        blocked_peers: patterns(blocked),
        ..Policy::default()
    }
}

async fn rulings(house: &House, peer: &str, room_id: Option<&RoomId>) -> Vec<(bool, Rule)> {
    let question = Question {
        peer: crate::town::name(peer),
        fqid: None,
        room_id: room_id.cloned(),
    };
    let rulings = policy::simulate(&house.tenant, &house.admin(), question)
        .await
        .unwrap();
    let acts: Vec<Act> = rulings.iter().map(|one| one.act).collect();
    assert_eq!(acts, Act::ALL);
    rulings
        .into_iter()
        .map(|one| (one.ruling.allowed, one.ruling.rule))
        .collect()
}

/// Mode, allowed, blocked; whether the peer is admitted, and why.
type Case = (
    Mode,
    &'static [&'static str],
    &'static [&'static str],
    bool,
    Rule,
);

// Mode × lists × peer: what decides, for a server that has nothing to do with us yet.
#[tokio::test]
async fn modes_and_lists() {
    use Mode::{Closed, InviteOnly, Open};
    const PEER: &str = "b.globex.example:8448";
    let exact = || Rule::Blocked(PeerPattern::parse("b.globex.example").unwrap());
    let below = || Rule::Blocked(PeerPattern::parse("*.globex.example").unwrap());
    let allowed = |text| Rule::Allowed(PeerPattern::parse(text).unwrap());
    let cases: Vec<Case> = vec![
        (Open, &[], &[], true, Rule::Open),
        (Open, &[], &["b.globex.example"], false, exact()),
        (Open, &[PEER], &["b.globex.example"], false, exact()),
        (Open, &[], &["*.globex.example"], false, below()),
        (
            Open,
            &[],
            &["globex.example", "b.globex.example:1"],
            true,
            Rule::Open,
        ),
        (InviteOnly, &[], &[], false, Rule::NotAllowed),
        (
            InviteOnly,
            &["*.globex.example"],
            &[],
            true,
            allowed("*.globex.example"),
        ),
        (
            InviteOnly,
            &["b.globex.example"],
            &[],
            true,
            allowed("b.globex.example"),
        ),
        (InviteOnly, &[PEER], &[], true, allowed(PEER)),
        (
            InviteOnly,
            &["globex.example"],
            &[],
            false,
            Rule::NotAllowed,
        ),
        (
            InviteOnly,
            &["b.globex.example:1"],
            &[],
            false,
            Rule::NotAllowed,
        ),
        (InviteOnly, &[PEER], &["*.globex.example"], false, below()),
        (Closed, &[], &[], false, Rule::Closed),
        (Closed, &[PEER], &[], false, Rule::Closed),
        (Closed, &[PEER], &["b.globex.example"], false, exact()),
    ];
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    for (mode, allow, block, yes, rule) in cases {
        let what = format!("{mode:?} {allow:?} {block:?}");
        acme.policy(|policy| *policy = policy_of(mode, allow, block))
            .await;
        let found = rulings(&acme, PEER, None).await;
        let mut expected = vec![(yes, rule.clone()); Act::ALL.len()];
        if yes {
            expected[5] = (true, Rule::BackfillLimit);
        }
        assert_eq!(found, expected, "{what}");
        // The functions that decide say the same.
        let in_force = policy::get(&acme.tenant);
        assert_eq!(in_force.admits(&crate::town::name(PEER)), yes, "{what}");
    }
}

// A room's own settings decide beside the policy, and so do numbers.
#[tokio::test]
async fn rooms_and_numbers() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let alice = acme.person("alice").await;
    let peer = "globex.example";
    let ruling = async |room_id: &RoomId, act: usize| {
        rulings(&acme, peer, Some(room_id)).await.swap_remove(act)
    };
    let (invite_in, invite_out, join, backfill) = (1, 2, 3, 5);
    let room_id = acme.room(&alice).await.id;
    assert_eq!(ruling(&room_id, join).await, (true, Rule::Open));
    let set = async |settings| {
        rooms::set_settings(&acme.tenant, &alice, &room_id, settings)
            .await
            .unwrap();
    };
    set(RoomSettings {
        denied_servers: Some(patterns(&["globex.example"])),
        ..RoomSettings::default()
    })
    .await;
    assert_eq!(
        ruling(&room_id, invite_out).await,
        (false, Rule::RoomDenied)
    );
    set(RoomSettings {
        denied_servers: Some(Vec::new()),
        max_foreign_participants: Some(0),
        ..RoomSettings::default()
    })
    .await;
    assert_eq!(ruling(&room_id, join).await, (false, Rule::RoomFull));
    set(RoomSettings {
        max_foreign_participants: Some(5),
        federate: Some(false),
        ..RoomSettings::default()
    })
    .await;
    assert_eq!(
        ruling(&room_id, join).await,
        (false, Rule::RoomNotFederated)
    );
    assert_eq!(
        ruling(&room_id, backfill).await,
        (false, Rule::RoomNotFederated)
    );
    set(RoomSettings {
        federate: Some(true),
        ..RoomSettings::default()
    })
    .await;
    rooms::set_life(&acme.tenant, &alice, &room_id, RoomLife::Archived)
        .await
        .unwrap();
    assert_eq!(
        ruling(&room_id, invite_out).await,
        (false, Rule::RoomNotOpen)
    );
    acme.policy(|policy| {
        policy.invites_per_peer_per_hour = 0;
        policy.max_backfill_events_per_request = 0;
    })
    .await;
    assert_eq!(
        ruling(&room_id, invite_in).await,
        (false, Rule::InviteBudget)
    );
    assert_eq!(
        ruling(&room_id, backfill).await,
        (false, Rule::BackfillLimit)
    );
    let question = Question {
        peer: crate::town::name(peer),
        fqid: Some(alice.fqid.clone()),
        room_id: None,
    };
    assert!(
        policy::simulate(&acme.tenant, &acme.admin(), question.clone())
            .await
            .is_err()
    );
    assert!(
        policy::simulate(&acme.tenant, &alice, question)
            .await
            .is_err()
    );
}

struct Shared {
    town: Town,
    acme: House,
    globex: House,
    alice: Viewer,
    bob: Viewer,
    /// Hosted by acme, with bob in it.
    at_acme: RoomId,
    /// Hosted by globex, with alice in it.
    at_globex: RoomId,
}

async fn shared() -> Shared {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let at_acme = shared_room(&acme, &alice, &globex, &bob).await;
    let at_globex = shared_room(&globex, &bob, &acme, &alice).await;
    same_history(&acme, &globex, &at_acme).await;
    same_history(&acme, &globex, &at_globex).await;
    Shared {
        town,
        acme,
        globex,
        alice,
        bob,
        at_acme,
        at_globex,
    }
}

pub(crate) async fn membership(house: &House, room_id: &RoomId, who: &Fqid) -> Option<Membership> {
    let member = house.store.member(room_id, who).await.unwrap();
    member.map(|member| member.membership)
}

async fn put(house: &House, change: impl FnOnce(&mut Policy)) -> Vec<policy::AffectedRoom> {
    let mut policy = Policy::clone(&policy::get(&house.tenant));
    change(&mut policy);
    policy::put(&house.tenant, &house.admin(), policy)
        .await
        .unwrap()
}

impl Shared {
    /// Nobody of one is with somebody of the other any more, and both know it.
    async fn parted(&self) {
        for house in [&self.acme, &self.globex] {
            until("bob is out of acme's room", || async {
                let bob = membership(house, &self.at_acme, &self.bob.fqid).await;
                bob == Some(Membership::Leave)
            })
            .await;
            until("alice is out of globex's room", || async {
                let alice = membership(house, &self.at_globex, &self.alice.fqid).await;
                alice == Some(Membership::Leave)
            })
            .await;
        }
    }
}

// Blocking a server: their people leave our rooms, ours leave theirs, both sides know, and from then on
// nothing of it is heard.
#[tokio::test]
async fn blocking_leaves_what_is_shared() {
    let shared = shared().await;
    let rooms = put(&shared.acme, |policy| {
        policy.blocked_peers = patterns(&["globex.example"]);
    })
    .await;
    assert_eq!(rooms.len(), 2);
    assert!(rooms.iter().all(|room| room.left));
    shared.parted().await;
    let invited = rooms::invite(
        &shared.globex.tenant,
        &shared.bob,
        &shared.at_globex,
        &shared.alice.fqid,
    )
    .await;
    invited.unwrap();
    until("the refusal of the invitation", || async {
        let alice = membership(&shared.globex, &shared.at_globex, &shared.alice.fqid).await;
        alice == Some(Membership::Leave)
    })
    .await;
    let waiting = invitations::list(&shared.acme.tenant, &shared.alice).await;
    assert!(waiting.unwrap().is_empty());
}

// Closing federation does the same with everybody.
#[tokio::test]
async fn closing_leaves_what_is_shared() {
    let shared = shared().await;
    let rooms = put(&shared.acme, |policy| policy.default_mode = Mode::Closed).await;
    assert_eq!(rooms.len(), 2);
    shared.parted().await;
    let left = rulings(&shared.acme, "globex.example", None).await;
    assert_eq!(left[1], (false, Rule::Closed));
}

// A mode that merely no longer admits the peer keeps the rooms until an admin chooses; what is said in
// them goes on.
#[tokio::test]
async fn a_room_is_kept_until_an_admin_leaves_it() {
    let shared = shared().await;
    let rooms = put(&shared.acme, |policy| {
        policy.default_mode = Mode::InviteOnly;
    })
    .await;
    assert_eq!(rooms.len(), 2);
    assert!(rooms.iter().all(|room| !room.left));
    say(&shared.globex, &shared.bob, &shared.at_globex, "still here").await;
    until("the message", || async {
        heard(&shared.acme, &shared.alice, &shared.at_globex).await == ["still here"]
    })
    .await;
    let leave = |viewer: Viewer, room_id: RoomId| {
        let tenant = shared.acme.tenant.clone();
        async move { policy::leave(&tenant, &viewer, &room_id).await }
    };
    assert!(
        leave(shared.alice.clone(), shared.at_acme.clone())
            .await
            .is_err()
    );
    for room_id in [&shared.at_acme, &shared.at_globex] {
        leave(shared.acme.admin(), room_id.clone()).await.unwrap();
    }
    shared.parted().await;
}

// The peer is away while it is blocked: it hears of the departures when it is back, and the process may
// have died in between.
#[tokio::test(start_paused = true)]
async fn the_blocked_one_is_away() {
    let shared = shared().await;
    *shared.town.street.cut_off.lock() = Some((crate::town::name("globex.example"), 0));
    put(&shared.acme, |policy| {
        policy.blocked_peers = patterns(&["globex.example"]);
    })
    .await;
    // Done once is done: the next call finds nothing due.
    upkeep::run(&shared.acme.tenant).await;
    let log = shared
        .acme
        .store
        .entries_after(&shared.at_acme, 0, 100, usize::MAX);
    let leaves = log.await.unwrap().into_iter();
    let leaves = leaves.filter(|row| row.kind == "swp.room.member" && row.sender.is_server());
    assert_eq!(leaves.count(), 1);
    *shared.town.street.cut_off.lock() = None;
    shared.parted().await;
}

// The blocked host never says that it has heard of it: our person is out as far as this side shows. If it is
// allowed again, it is told what has waited for it.
#[tokio::test(start_paused = true)]
async fn the_blocked_host_never_answers() {
    let shared = shared().await;
    let (acme, alice) = (&shared.acme, &shared.alice);
    *shared.town.street.cut_off.lock() = Some((crate::town::name("globex.example"), 0));
    put(acme, |policy| {
        policy.blocked_peers = patterns(&["globex.example"]);
    })
    .await;
    for minutes in [0, 11, 60] {
        shared.town.clock.pass(minutes * 60);
        upkeep::run(&acme.tenant).await;
        let rooms: Vec<RoomId> = rooms::list(&acme.tenant, alice)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.room.id.clone())
            .collect();
        assert_eq!(
            rooms,
            std::slice::from_ref(&shared.at_acme),
            "after {minutes} minutes"
        );
        let seen = rooms::get(&acme.tenant, alice, &shared.at_globex).await;
        assert_eq!(seen.unwrap_err().code.as_str(), "SW_NOT_MEMBER");
        let query = messages::PageQuery {
            room_id: shared.at_globex.clone(),
            from_seq: None,
            direction: Direction::Back,
            limit: 10,
            thread: None,
        };
        assert!(messages::page(&acme.tenant, alice, query).await.is_err());
    }
    *shared.town.street.cut_off.lock() = None;
    put(acme, |policy| policy.blocked_peers.clear()).await;
    for house in [acme, &shared.globex] {
        until_mended(&[acme], "alice is out", || async {
            let alice = membership(house, &shared.at_globex, &alice.fqid).await;
            alice == Some(Membership::Leave)
        })
        .await;
    }
}

// Rooms that do not federate answer at the edge like rooms that do not exist: by their own settings, or
// because an admin bars them.
#[tokio::test]
async fn an_admin_bars_a_room() {
    let shared = shared().await;
    let admin = shared.acme.admin();
    let federate =
        |enabled| policy::federate(&shared.acme.tenant, &admin, &shared.at_acme, enabled);
    federate(false).await.unwrap();
    until("bob is out", || async {
        let bob = membership(&shared.globex, &shared.at_acme, &shared.bob.fqid).await;
        bob == Some(Membership::Leave)
    })
    .await;
    let invite = || {
        rooms::invite(
            &shared.acme.tenant,
            &shared.alice,
            &shared.at_acme,
            &shared.bob.fqid,
        )
    };
    let denial = invite().await.unwrap_err();
    assert_eq!(denial.code.as_str(), "SW_ROOM_TYPE_INVARIANT");
    let view = rooms::get(&shared.acme.tenant, &shared.alice, &shared.at_acme).await;
    assert!(!view.unwrap().federate);
    federate(true).await.unwrap();
    invite().await.unwrap();
    // What its owner closes, no admin opens; and a room elsewhere is not ours to close.
    let closed = RoomSettings {
        federate: Some(false),
        ..RoomSettings::default()
    };
    rooms::set_settings(&shared.acme.tenant, &shared.alice, &shared.at_acme, closed)
        .await
        .unwrap();
    assert!(federate(true).await.is_err());
    let elsewhere = policy::federate(&shared.acme.tenant, &admin, &shared.at_globex, false).await;
    assert_eq!(elsewhere.unwrap_err().code.as_str(), "SW_ROOM_FORBIDDEN");
    let asked = scaiwave_engine::peering::serve_snapshot(
        &shared.acme.tenant,
        shared.globex.tenant.server_name(),
        &shared.at_acme,
    );
    assert_eq!(
        asked.await.unwrap_err().code.as_str(),
        "SW_FED_ROOM_UNKNOWN"
    );
}

// Denying a server takes its people out directly after, invited ones too; a follower's owner can do it.
#[tokio::test]
async fn a_server_is_denied_in_a_room() {
    let shared = shared().await;
    rooms::set_power(
        &shared.globex.tenant,
        &shared.bob,
        &shared.at_globex,
        &shared.alice.fqid,
        100,
    )
    .await
    .unwrap();
    until("alice's power", || async {
        let view = rooms::get(&shared.acme.tenant, &shared.alice, &shared.at_globex).await;
        view.unwrap().power_level == 100
    })
    .await;
    let initech = shared.town.tenant("initech", "initech.example").await;
    let carol = initech.person("carol").await;
    rooms::invite(
        &shared.globex.tenant,
        &shared.bob,
        &shared.at_globex,
        &carol.fqid,
    )
    .await
    .unwrap();
    until("the invitation", || async {
        !invitations::list(&initech.tenant, &carol)
            .await
            .unwrap()
            .is_empty()
    })
    .await;
    let denied = RoomSettings {
        denied_servers: Some(patterns(&["*.example"])),
        ..RoomSettings::default()
    };
    // `*.example` denies everybody but the host, the one who says it included.
    rooms::set_settings(
        &shared.acme.tenant,
        &shared.alice,
        &shared.at_globex,
        denied,
    )
    .await
    .unwrap();
    until("alice and carol are out", || async {
        let out = Some(Membership::Leave);
        membership(&shared.acme, &shared.at_globex, &shared.alice.fqid).await == out
            && membership(&shared.globex, &shared.at_globex, &carol.fqid).await == out
            && invitations::list(&initech.tenant, &carol)
                .await
                .unwrap()
                .is_empty()
    })
    .await;
    assert_eq!(
        membership(&shared.globex, &shared.at_globex, &shared.bob.fqid).await,
        Some(Membership::Join)
    );
    let again = rooms::invite(
        &shared.globex.tenant,
        &shared.bob,
        &shared.at_globex,
        &shared.alice.fqid,
    );
    assert_eq!(again.await.unwrap_err().code.as_str(), "SW_ROOM_FORBIDDEN");
}

// Auto-accept is for whom the policy trusts, and never for one whom the person has blocked.
#[tokio::test]
async fn invitations_accepted_by_policy() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let ben = globex.person("ben").await;
    globex
        .policy(|policy| {
            policy.auto_accept = AutoAccept::AllowedPeers;
            policy.allowed_peers = patterns(&["acme.example"]);
        })
        .await;
    let whom = scaiwave_engine::store::record::Blocked::Person(alice.fqid.clone());
    scaiwave_engine::blocks::block(&globex.tenant, &ben, whom)
        .await
        .unwrap();
    let room_id = acme.room(&alice).await.id;
    for who in [&ben, &bob] {
        rooms::invite(&acme.tenant, &alice, &room_id, &who.fqid)
            .await
            .unwrap();
    }
    until("bob is in", || async {
        membership(&acme, &room_id, &bob.fqid).await == Some(Membership::Join)
    })
    .await;
    assert_eq!(
        membership(&acme, &room_id, &ben.fqid).await,
        Some(Membership::Invite)
    );
}
