//! The past of a room at a server that came in late: fetched when somebody looks, checked, and in the end
//! the same as at the host.

mod around;
mod holes;
mod joined;
mod lies;

use scaiwave_engine::history;
use scaiwave_engine::messages::{self, PageQuery};
use scaiwave_engine::policy::Mode;
use scaiwave_engine::store::Direction;
use scaiwave_engine::store::record::EntryRow;
use scaiwave_engine::view::{EventView, TimelinePage};
use scaiwave_engine::{Viewer, invitations, rooms};
use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::{EventId, Json, RoomId};

use crate::hosting::invited;
use crate::mended::until_mended;
use crate::neighbours::{same_history, say};
use crate::town::{House, Town, name, until};

/// A host with a member, and a server that comes in later.
pub(crate) struct Late {
    pub(crate) town: Town,
    pub(crate) acme: House,
    pub(crate) globex: House,
    pub(crate) alice: Viewer,
    pub(crate) bob: Viewer,
    pub(crate) room_id: RoomId,
}

impl Late {
    pub(crate) async fn new() -> Self {
        let town = Town::new();
        let acme = town.tenant("acme", "acme.example").await;
        let globex = town.tenant("globex", "globex.example").await;
        let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
        let room_id = acme.room(&alice).await.id;
        Late {
            town,
            acme,
            globex,
            alice,
            bob,
            room_id,
        }
    }

    /// Bob is invited and comes in.
    pub(crate) async fn bob_joins(&self) {
        comes_in(
            &self.acme,
            &self.alice,
            &self.globex,
            &self.bob,
            &self.room_id,
        )
        .await;
        same_history(&self.acme, &self.globex, &self.room_id).await;
    }

    async fn invites_bob(&self) {
        invites(
            &self.acme,
            &self.alice,
            &self.globex,
            &self.bob,
            &self.room_id,
        )
        .await;
    }

    pub(crate) async fn say(&self, count: usize) {
        for n in 0..count {
            say(&self.acme, &self.alice, &self.room_id, &format!("word {n}")).await;
        }
    }

    pub(crate) async fn first_seq(&self) -> u64 {
        let room = self.globex.store.room(&self.room_id).await.unwrap();
        room.unwrap().first_seq
    }

    /// Nothing is left to be judged again.
    pub(crate) async fn is_folded(&self) -> bool {
        let room = self.globex.store.room(&self.room_id).await.unwrap();
        room.unwrap().base_seq == 0
    }
}

/// Invites somebody, and waits until it has arrived.
pub(crate) async fn invites(
    host: &House,
    inviter: &Viewer,
    home: &House,
    guest: &Viewer,
    room_id: &RoomId,
) {
    rooms::invite(&host.tenant, inviter, room_id, &guest.fqid)
        .await
        .unwrap();
    invited(home, guest).await;
}

pub(crate) async fn comes_in(
    host: &House,
    inviter: &Viewer,
    home: &House,
    guest: &Viewer,
    room_id: &RoomId,
) {
    invites(host, inviter, home, guest, room_id).await;
    invitations::accept(&home.tenant, guest, room_id)
        .await
        .unwrap();
}

pub(crate) async fn page(
    house: &House,
    viewer: &Viewer,
    room_id: &RoomId,
    from_seq: Option<u64>,
    limit: u32,
) -> TimelinePage {
    let query = PageQuery {
        room_id: room_id.clone(),
        from_seq,
        direction: Direction::Back,
        limit,
        thread: None,
    };
    messages::page(&house.tenant, viewer, query).await.unwrap()
}

/// Scrolls up to the beginning, page by page; every page but the last promises more.
pub(crate) async fn scroll(
    house: &House,
    viewer: &Viewer,
    room_id: &RoomId,
    limit: u32,
) -> Vec<EventView> {
    let mut all: Vec<EventView> = Vec::new();
    let mut from = None;
    loop {
        let page = page(house, viewer, room_id, from, limit).await;
        assert_eq!(page.gap, None);
        all.splice(0..0, page.events);
        if !page.has_more {
            return all;
        }
        assert!(page.next_seq.is_some());
        from = page.next_seq;
    }
}

/// The whole log, but for what a redaction has left of it.
async fn log(house: &House, room_id: &RoomId) -> Vec<EntryRow> {
    house
        .store
        .entries_after(room_id, 0, 100_000, usize::MAX >> 1)
        .await
        .unwrap()
}

/// Both have the same log, the same state, and the same lines with all that stands on them.
async fn in_all_the_same(late: &Late) {
    until("the fold from seq 1", || late.is_folded()).await;
    let (ours, theirs) = (
        log(&late.acme, &late.room_id).await,
        log(&late.globex, &late.room_id).await,
    );
    assert_eq!(theirs, ours);
    let room = late
        .globex
        .store
        .room(&late.room_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(room.frozen, None);
    assert_eq!(late.globex.store.bases(&late.room_id).await.unwrap(), []);
    let host = late.acme.store.room(&late.room_id).await.unwrap().unwrap();
    assert_eq!(room.core, host.core);
    let (here, there) = (&late.globex.store, &late.acme.store);
    assert_eq!(
        here.room_servers(&late.room_id).await.unwrap(),
        there.room_servers(&late.room_id).await.unwrap()
    );
    assert_eq!(
        here.members(&late.room_id).await.unwrap(),
        there.members(&late.room_id).await.unwrap()
    );
    let shown = scroll(&late.globex, &late.bob, &late.room_id, 200).await;
    let at_host = scroll(&late.acme, &late.alice, &late.room_id, 200).await;
    assert_eq!(shown, at_host);
}

fn text(body: &str) -> Json {
    Json::object([
        ("msgtype", "swp.text".into()),
        ("body", body.into()),
        ("mentions", Json::Arr(vec![])),
    ])
}

/// What people do to messages, in a room of alice's: edits, reactions, redactions of all of them.
async fn a_busy_past(late: &Late) -> Vec<EventId> {
    let (tenant, alice, room) = (&late.acme.tenant, &late.alice, &late.room_id);
    late.say(30).await;
    let lines = page(&late.acme, alice, room, None, 200).await.events;
    let said = lines.iter().filter(|line| line.kind == kinds::MESSAGE);
    let ids: Vec<EventId> = said.map(|line| line.id).collect();
    for (n, id) in ids.iter().enumerate() {
        if n % 2 == 0 {
            let edited = text(&format!("edited {n}"));
            messages::edit(tenant, alice, room, *id, edited)
                .await
                .unwrap();
        }
        for emoji in ["👍", "🎉"] {
            messages::react(tenant, alice, room, *id, emoji.to_owned(), true)
                .await
                .unwrap();
        }
        if n % 3 == 0 {
            messages::react(tenant, alice, room, *id, "🎉".to_owned(), false)
                .await
                .unwrap();
        }
    }
    messages::edit(tenant, alice, room, ids[2], text("edited twice"))
        .await
        .unwrap();
    // The second edit, one reaction, and whole messages are taken away.
    let on_third = late.acme.store.referrers(room, &[ids[2]]).await.unwrap();
    let mut edits = on_third.iter().filter(|row| row.kind == kinds::EDIT);
    redact(late, edits.next_back().unwrap().event_id).await;
    let on_fifth = late.acme.store.referrers(room, &[ids[4]]).await.unwrap();
    let reaction = on_fifth.iter().find(|row| row.kind == kinds::REACTION);
    redact(late, reaction.unwrap().event_id).await;
    for id in [ids[6], ids[7]] {
        redact(late, id).await;
    }
    ids
}

/// What is taken away need not be a line of the timeline.
async fn redact(late: &Late, id: EventId) {
    let (tenant, alice) = (&late.acme.tenant, &late.alice);
    let reason = Some("a slip".to_owned());
    drop(messages::redact(tenant, alice, &late.room_id, id, reason).await);
    let ids = [id];
    let heads = late.acme.store.entry_heads(&late.room_id, &ids).await;
    assert!(heads.unwrap()[0].1.redacted);
}

// A room is usable from its snapshot on; the past comes with scrolling, and ends the same as at the host.
#[tokio::test]
async fn the_past_comes_when_somebody_looks() {
    let late = Late::new().await;
    a_busy_past(&late).await;
    late.bob_joins().await;
    let base = late.first_seq().await;
    assert!(base > 100);
    say(&late.globex, &late.bob, &late.room_id, "here I am").await;
    same_history(&late.acme, &late.globex, &late.room_id).await;

    // The newest page asks nobody and promises more.
    let newest = page(&late.globex, &late.bob, &late.room_id, None, 50).await;
    assert!(newest.has_more);
    assert_eq!(late.first_seq().await, base);

    let shown = scroll(&late.globex, &late.bob, &late.room_id, 20).await;
    assert_eq!(late.first_seq().await, 1);
    assert!(shown.windows(2).all(|two| two[0].seq < two[1].seq));
    in_all_the_same(&late).await;
    let third = shown.iter().find(|line| line.edited_at.is_some()).unwrap();
    assert_eq!(third.content.get("body"), Some(&"edited 0".into()));
}

// What was redacted while nobody of a server was in the room is gone there once the hole is filled.
#[tokio::test]
async fn the_hole_after_a_removal_is_filled() {
    let late = Late::new().await;
    let ids = a_busy_past(&late).await;
    late.bob_joins().await;
    late.say(3).await;
    same_history(&late.acme, &late.globex, &late.room_id).await;
    let told = log(&late.globex, &late.room_id)
        .await
        .last()
        .unwrap()
        .event_id;
    // Some of the past is there already, some is not.
    page(
        &late.globex,
        &late.bob,
        &late.room_id,
        Some(late.first_seq().await),
        1,
    )
    .await;

    rooms::kick(
        &late.acme.tenant,
        &late.alice,
        &late.room_id,
        &late.bob.fqid,
        None,
    )
    .await
    .unwrap();
    until("bob is out", || async {
        let member = late
            .globex
            .store
            .member(&late.room_id, &late.bob.fqid)
            .await;
        member.unwrap().unwrap().membership == kinds::Membership::Leave
    })
    .await;
    // What is sent to bob's server is sent in the order of its time.
    late.town.clock.pass(1);
    late.say(450).await;
    for id in [told, ids[10]] {
        redact(&late, id).await;
    }
    messages::edit(
        &late.acme.tenant,
        &late.alice,
        &late.room_id,
        ids[12],
        text("late"),
    )
    .await
    .unwrap();
    late.bob_joins().await;

    // Above the hole, and no further, without asking.
    let newest = page(&late.globex, &late.bob, &late.room_id, None, 200).await;
    let floor = late.first_seq().await;
    assert!(newest.has_more && newest.events.iter().all(|line| line.seq >= Some(floor)));
    let before = late.globex.store.entry(&late.room_id, &told).await.unwrap();
    assert!(
        !scaiwave_protocol::Event::from_stored(&before.unwrap().event)
            .unwrap()
            .is_erased()
    );

    scroll(&late.globex, &late.bob, &late.room_id, 200).await;
    in_all_the_same(&late).await;
    let after = late.globex.store.entry(&late.room_id, &told).await.unwrap();
    assert!(
        scaiwave_protocol::Event::from_stored(&after.unwrap().event)
            .unwrap()
            .is_erased()
    );
}

// When the host cannot be reached another member server stands in; when nobody can, the page says so.
#[tokio::test]
async fn another_member_stands_in_for_the_host() {
    let late = Late::new().await;
    a_busy_past(&late).await;
    late.bob_joins().await;
    scroll(&late.globex, &late.bob, &late.room_id, 200).await;
    let initech = late.town.tenant("initech", "initech.example").await;
    let carol = initech.person("carol").await;
    comes_in(&late.acme, &late.alice, &initech, &carol, &late.room_id).await;
    same_history(&late.acme, &initech, &late.room_id).await;
    same_history(&late.acme, &late.globex, &late.room_id).await;

    *late.town.street.cut_off.lock() = Some((name("acme.example"), 0));
    let shown = scroll(&initech, &carol, &late.room_id, 50).await;
    let at_globex = scroll(&late.globex, &late.bob, &late.room_id, 50).await;
    assert_eq!(shown, at_globex);
    let room = initech.store.room(&late.room_id).await.unwrap().unwrap();
    assert_eq!(room.first_seq, 1);
}

#[tokio::test]
async fn a_gap_is_told_and_filled_later() {
    let late = Late::new().await;
    late.say(20).await;
    late.bob_joins().await;
    let floor = late.first_seq().await;
    *late.town.street.cut_off.lock() = Some((name("acme.example"), 0));
    let below = page(&late.globex, &late.bob, &late.room_id, Some(floor), 50).await;
    let gap = below.gap.unwrap();
    assert_eq!((gap.after_seq, gap.before_seq), (0, floor));
    assert_eq!(gap.code, "SW_FED_PEER_UNREACHABLE");
    assert!(below.events.is_empty() && below.has_more);
    assert_eq!(below.next_seq, Some(floor));

    *late.town.street.cut_off.lock() = None;
    let below = page(&late.globex, &late.bob, &late.room_id, below.next_seq, 50).await;
    assert_eq!(below.gap, None);
    assert!(!below.has_more && below.events.len() >= 20);

    // A host that gives out no history is not asked for ever.
    let other = Late::new().await;
    other.say(5).await;
    other.bob_joins().await;
    other
        .acme
        .policy(|policy| policy.max_backfill_events_per_request = 0)
        .await;
    let floor = other.first_seq().await;
    let below = page(&other.globex, &other.bob, &other.room_id, Some(floor), 50).await;
    assert_eq!(below.gap.unwrap().code, "SW_FED_BACKFILL_REFUSED");
    assert!(!below.has_more);
}

// A thread that began before we came: its older part comes when somebody looks, down to its root and no further.
#[tokio::test]
async fn a_thread_from_before() {
    let late = Late::new().await;
    late.say(450).await;
    let (acme, alice, room) = (&late.acme.tenant, &late.alice, &late.room_id);
    let root = messages::post(acme, alice, room, text("root"), None)
        .await
        .unwrap()
        .id;
    let reply = async |n: usize| {
        let mut content = text(&format!("reply {n}"));
        if let Json::Obj(content) = &mut content {
            content.insert("thread_root".to_owned(), (&root).into());
        }
        messages::post(acme, alice, room, content, None)
            .await
            .unwrap();
    };
    for n in 0..3 {
        reply(n).await;
        late.say(20).await;
    }
    late.bob_joins().await;
    reply(3).await;
    same_history(&late.acme, &late.globex, room).await;

    let look = async |house: &House, viewer: &Viewer, from_seq: Option<u64>| {
        let query = PageQuery {
            room_id: room.clone(),
            from_seq,
            direction: Direction::Back,
            limit: 50,
            thread: Some(root),
        };
        messages::page(&house.tenant, viewer, query).await.unwrap()
    };
    let newest = look(&late.globex, &late.bob, None).await;
    assert_eq!(
        newest.events.len(),
        1,
        "nobody is asked for the newest page"
    );
    assert!(newest.has_more);
    let older = look(&late.globex, &late.bob, newest.next_seq).await;
    assert!(!older.has_more, "the root is here");
    assert_eq!(older.gap, None);
    let mut all = older.events;
    all.extend(newest.events);
    let at_host = look(&late.acme, &late.alice, None).await;
    assert_eq!(all, at_host.events);
    assert_eq!(all.len(), 5);
    assert!(late.first_seq().await > 1);
}

// A join that the host's policy refuses leaves the snapshot behind. Nothing has followed it when the next one
// comes, and the past leads on below it.
#[tokio::test]
async fn two_snapshots_in_a_row() {
    let late = Late::new().await;
    late.say(30).await;
    late.invites_bob().await;
    let bob = || invitations::accept(&late.globex.tenant, &late.bob, &late.room_id);
    let mode = async |mode| late.acme.policy(|policy| policy.default_mode = mode).await;
    mode(Mode::InviteOnly).await;
    let refused = bob().await.unwrap_err();
    assert_eq!(refused.code.as_str(), "SW_FED_POLICY_VIOLATION");
    mode(Mode::Open).await;
    late.say(1).await;
    bob().await.unwrap();
    let bases = late.globex.store.bases(&late.room_id).await.unwrap();
    assert_eq!(bases.len(), 2);
    scroll(&late.globex, &late.bob, &late.room_id, 200).await;
    in_all_the_same(&late).await;
}

// Who accepts once more while the news of their join is on its way has not been uninvited.
#[tokio::test]
async fn accepted_twice() {
    let late = Late::new().await;
    // The servers know each other from somewhere else.
    let elsewhere = late.acme.room(&late.alice).await.id;
    comes_in(&late.acme, &late.alice, &late.globex, &late.bob, &elsewhere).await;
    late.invites_bob().await;
    let globex = late.globex.tenant.server_name().clone();
    *late.town.street.cut_off.lock() = Some((globex, 0));
    let accept = || invitations::accept(&late.globex.tenant, &late.bob, &late.room_id);
    let joins = async || {
        let log = log(&late.acme, &late.room_id).await;
        let joins = log.iter().filter(|row| row.sender == late.bob.fqid);
        joins.count()
    };
    let again = async {
        until("the join at the host", || async { joins().await == 1 }).await;
        accept().await
    };
    let mend = async {
        until("the second one", || async { joins().await == 2 }).await;
        *late.town.street.cut_off.lock() = None;
        until_mended(&[&late.acme], "bob is in", || async {
            let member = late.globex.store.member(&late.room_id, &late.bob.fqid);
            let member = member.await.unwrap().unwrap();
            member.membership == kinds::Membership::Join
        })
        .await;
    };
    let (first, second, ()) = tokio::join!(accept(), again, mend);
    first.unwrap();
    second.unwrap();
    same_history(&late.acme, &late.globex, &late.room_id).await;
}

// Both of those who look at the same moment get the page; it is fetched once.
#[tokio::test]
async fn two_who_look_at_once() {
    let late = Late::new().await;
    late.say(100).await;
    late.bob_joins().await;
    let from = Some(late.first_seq().await);
    let (one, other) = tokio::join!(
        page(&late.globex, &late.bob, &late.room_id, from, 50),
        page(&late.globex, &late.bob, &late.room_id, from, 50),
    );
    assert_eq!(one, other);
    assert_eq!(one.events.len(), 50);
}

// Admins may fetch a thousand at a time, and nobody else may.
#[tokio::test]
async fn admins_fetch_a_thousand() {
    let late = Late::new().await;
    late.say(1100).await;
    late.bob_joins().await;
    let (tenant, admin) = (&late.globex.tenant, late.globex.admin());
    let before = late.first_seq().await;
    assert!(
        history::backfill(tenant, &late.bob, &late.room_id)
            .await
            .is_err()
    );
    let first = history::backfill(tenant, &admin, &late.room_id)
        .await
        .unwrap();
    assert_eq!(first.fetched, 1000);
    assert_eq!(first.first_seq, before - 1000);
    assert!(!first.complete);
    let rest = history::backfill(tenant, &admin, &late.room_id)
        .await
        .unwrap();
    assert_eq!(
        (rest.fetched, rest.first_seq, rest.complete),
        (before - 1001, 1, true)
    );
    let none = history::backfill(tenant, &admin, &late.room_id)
        .await
        .unwrap();
    assert_eq!((none.fetched, none.complete), (0, true));
    in_all_the_same(&late).await;
}
