//! Reports, personal blocks, first contacts, and how many invitations a peer may send.

use scaiwave_engine::invitations::{BlockedPart, Spammer};
use scaiwave_engine::live::inbox;
use scaiwave_engine::messages::{self, PageQuery};
use scaiwave_engine::store::Direction;
use scaiwave_engine::store::record::Blocked;
use scaiwave_engine::view::EventView;
use scaiwave_engine::{Viewer, blocks, invitations, reports, rooms};
use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{EventId, RoomId};

use crate::audited::lines;
use crate::neighbours::{heard, say, shared_room};
use crate::town::{House, Town, until};

struct Pair {
    town: Town,
    acme: House,
    globex: House,
    alice: Viewer,
    bob: Viewer,
}

async fn pair() -> Pair {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    Pair {
        town,
        acme,
        globex,
        alice,
        bob,
    }
}

impl Pair {
    /// A room of acme's to which alice invites bob; returns when the invitation has been answered.
    async fn invite(&self) -> RoomId {
        let room_id = self.acme.room(&self.alice).await.id;
        rooms::invite(&self.acme.tenant, &self.alice, &room_id, &self.bob.fqid)
            .await
            .unwrap();
        until("the invitation is out", || async {
            let globex = self.globex.tenant.server_name();
            self.acme.store.outbox(globex, 9).await.unwrap().is_empty()
        })
        .await;
        room_id
    }

    async fn waiting(&self) -> usize {
        let waiting = invitations::list(&self.globex.tenant, &self.bob).await;
        waiting.unwrap().len()
    }
}

async fn page(house: &House, viewer: &Viewer, room_id: &RoomId) -> Vec<EventView> {
    let query = PageQuery {
        room_id: room_id.clone(),
        from_seq: None,
        direction: Direction::Back,
        limit: 200,
        thread: None,
    };
    let page = messages::page(&house.tenant, viewer, query).await.unwrap();
    let events = page.events.into_iter();
    events
        .filter(|event| event.kind == "swp.room.message")
        .collect()
}

async fn first_message(house: &House, viewer: &Viewer, room_id: &RoomId) -> EventId {
    page(house, viewer, room_id).await[0].id
}

// A report of a follower's person stands before the host's moderators, without a name; settled, it is
// gone from the list of open ones.
#[tokio::test]
async fn a_report_reaches_the_host() {
    let pair = pair().await;
    let room_id = shared_room(&pair.acme, &pair.alice, &pair.globex, &pair.bob).await;
    say(&pair.acme, &pair.alice, &room_id, "buy tea now").await;
    until("the message", || async {
        heard(&pair.globex, &pair.bob, &room_id).await.len() == 1
    })
    .await;
    let event_id = first_message(&pair.globex, &pair.bob, &room_id).await;
    let report = |category: &'static str, text: Option<String>| {
        reports::report(
            &pair.globex.tenant,
            &pair.bob,
            &room_id,
            event_id,
            category,
            text,
        )
    };
    report("spam", Some("again and again".to_owned()))
        .await
        .unwrap();
    let open = || reports::list(&pair.acme.tenant, &pair.alice, &room_id, false, 50);
    until("the report", || async { open().await.unwrap().len() == 1 }).await;
    let row = open().await.unwrap().remove(0);
    assert_eq!(row.event_id, event_id);
    assert_eq!(row.from, pair.bob.fqid.server().clone());
    assert_eq!(row.text.as_deref(), Some("again and again"));
    let told = inbox(&pair.acme.tenant, &pair.alice, 10, 0).await.unwrap();
    assert!(told.iter().any(|line| {
        line.reason == "report" && line.event_id == row.id && line.sender.is_server()
    }));

    // The same once more changes nothing; another word is another report.
    report("spam", Some("again and again".to_owned()))
        .await
        .unwrap();
    report("abuse", None).await.unwrap();
    until("the second report", || async {
        open().await.unwrap().len() == 2
    })
    .await;
    let settled = reports::resolve(&pair.acme.tenant, &pair.alice, &room_id, row.id)
        .await
        .unwrap();
    assert_eq!(
        settled.resolved.map(|(by, _)| by),
        Some(pair.alice.fqid.clone())
    );
    assert_eq!(open().await.unwrap().len(), 1);
    let all = reports::list(&pair.acme.tenant, &pair.alice, &room_id, true, 50).await;
    assert_eq!(all.unwrap().len(), 2);
}

// Who may read and settle reports, and what may be reported.
#[tokio::test]
async fn reports_are_for_moderators() {
    let pair = pair().await;
    let room_id = shared_room(&pair.acme, &pair.alice, &pair.globex, &pair.bob).await;
    say(&pair.acme, &pair.alice, &room_id, "hello").await;
    let event_id = first_message(&pair.acme, &pair.alice, &room_id).await;
    let amy = pair.acme.person("amy").await;
    let code = |denial: scaiwave_engine::Denial| denial.code.as_str();
    let list = |house: &House, viewer: &Viewer| {
        let (tenant, viewer, room_id) = (house.tenant.clone(), viewer.clone(), room_id.clone());
        async move { reports::list(&tenant, &viewer, &room_id, true, 50).await }
    };
    assert_eq!(
        code(list(&pair.acme, &amy).await.unwrap_err()),
        "SW_ROOM_NOT_FOUND"
    );
    rooms::invite(&pair.acme.tenant, &pair.alice, &room_id, &amy.fqid)
        .await
        .unwrap();
    rooms::join(&pair.acme.tenant, &amy, &room_id)
        .await
        .unwrap();
    assert_eq!(
        code(list(&pair.acme, &amy).await.unwrap_err()),
        "SW_AUTH_INSUFFICIENT_PERMISSION"
    );
    assert!(list(&pair.acme, &pair.acme.admin()).await.is_ok());
    rooms::set_power(&pair.acme.tenant, &pair.alice, &room_id, &pair.bob.fqid, 50)
        .await
        .unwrap();
    until("bob's power", || async {
        list(&pair.globex, &pair.bob)
            .await
            .is_err_and(|denial| denial.code.as_str() == "SW_ROOM_FORBIDDEN")
    })
    .await;

    let report = |event_id, category: &'static str, text: Option<String>| {
        reports::report(&pair.acme.tenant, &amy, &room_id, event_id, category, text)
    };
    let unknown = EventId::from_bytes([7; 16]);
    assert_eq!(
        code(report(unknown, "spam", None).await.unwrap_err()),
        "SW_EVENT_NOT_FOUND"
    );
    for (category, text) in [
        ("boring", None),
        ("spam", Some(String::new())),
        ("spam", Some("é".repeat(reports::TEXT_CHARS_MAX + 1))),
    ] {
        assert_eq!(
            code(report(event_id, category, text).await.unwrap_err()),
            "SW_BAD_REQUEST"
        );
    }
    let longest = "é".repeat(reports::TEXT_CHARS_MAX);
    report(event_id, "spam", Some(longest)).await.unwrap();
    // One server's reports fill their share and no more.
    for n in 1..reports::OPEN_PER_SERVER_MAX {
        report(event_id, "spam", Some(n.to_string())).await.unwrap();
    }
    let denial = report(event_id, "spam", Some("one more".to_owned())).await;
    assert_eq!(code(denial.unwrap_err()), "SW_RATE_LIMIT_EXCEEDED");
}

// Somebody with whom nobody here shares a room is listed as a request and announced by nothing; once they
// share one, they are announced like everybody.
#[tokio::test]
async fn the_first_contact_is_silent() {
    let pair = pair().await;
    let first = pair.invite().await;
    let waiting = invitations::list(&pair.globex.tenant, &pair.bob)
        .await
        .unwrap();
    assert!(waiting[0].first_contact);
    let told = || async {
        inbox(&pair.globex.tenant, &pair.bob, 10, 0)
            .await
            .unwrap()
            .len()
    };
    assert_eq!(told().await, 0);
    invitations::accept(&pair.globex.tenant, &pair.bob, &first)
        .await
        .unwrap();
    let second = pair.invite().await;
    let waiting = invitations::list(&pair.globex.tenant, &pair.bob)
        .await
        .unwrap();
    let again = waiting.iter().find(|view| view.room_id == second).unwrap();
    assert!(!again.first_contact);
    assert_eq!(told().await, 1);
}

// A peer on the list of allowed ones is no stranger.
#[tokio::test]
async fn an_allowed_peer_is_announced() {
    let pair = pair().await;
    pair.globex
        .policy(|policy| policy.allowed_peers = vec![PeerPattern::parse("acme.example").unwrap()])
        .await;
    pair.invite().await;
    let waiting = invitations::list(&pair.globex.tenant, &pair.bob)
        .await
        .unwrap();
    assert!(!waiting[0].first_contact);
    assert_eq!(waiting[0].name.as_deref(), Some("tea"));
}

// The blocked inviter's server gets the answer that everybody gets, also to questions about the invitee;
// the invitee sees nothing, and everything again when they change their mind.
#[tokio::test]
async fn nobody_can_tell_a_block() {
    let pair = pair().await;
    let room_id = pair.invite().await;
    invitations::block(
        &pair.globex.tenant,
        &pair.bob,
        &room_id,
        BlockedPart::Inviter,
    )
    .await
    .unwrap();
    assert_eq!(pair.waiting().await, 0);
    let second = pair.invite().await;
    assert_eq!(pair.waiting().await, 0);
    for room_id in [&room_id, &second] {
        let member = pair
            .acme
            .store
            .member(room_id, &pair.bob.fqid)
            .await
            .unwrap();
        assert_eq!(member.unwrap().membership, Membership::Invite);
    }
    let profile = scaiwave_engine::peering::serve_profile(
        &pair.globex.tenant,
        pair.acme.tenant.server_name(),
        "bob",
    );
    assert!(profile.await.is_ok());
    let blocked = blocks::list(&pair.globex.tenant, &pair.bob).await.unwrap();
    assert_eq!(blocked[0].whom, Blocked::Person(pair.alice.fqid.clone()));
    blocks::unblock(&pair.globex.tenant, &pair.bob, blocked[0].whom.clone())
        .await
        .unwrap();
    assert_eq!(pair.waiting().await, 2);
}

// A block hides what was said before and after, for the one who blocks only, and no mention notifies.
#[tokio::test]
async fn a_block_hides_past_and_future() {
    let pair = pair().await;
    let room_id = shared_room(&pair.acme, &pair.alice, &pair.globex, &pair.bob).await;
    say(&pair.acme, &pair.alice, &room_id, "before").await;
    blocks::block(
        &pair.globex.tenant,
        &pair.bob,
        Blocked::Server(pair.alice.fqid.server().clone()),
    )
    .await
    .unwrap();
    let mention = scaiwave_protocol::Json::object([
        ("msgtype", "swp.text".into()),
        ("body", "after".into()),
        (
            "mentions",
            scaiwave_protocol::Json::Arr(vec![(&pair.bob.fqid).into()]),
        ),
    ]);
    messages::post(&pair.acme.tenant, &pair.alice, &room_id, mention, None)
        .await
        .unwrap();
    until("both messages", || async {
        heard(&pair.globex, &pair.bob, &room_id).await.len() == 2
    })
    .await;
    say(&pair.globex, &pair.bob, &room_id, "mine").await;
    let hidden: Vec<bool> = page(&pair.globex, &pair.bob, &room_id)
        .await
        .iter()
        .map(|event| event.hidden_by_you)
        .collect();
    assert_eq!(hidden, [true, true, false]);
    let told = inbox(&pair.globex.tenant, &pair.bob, 10, 0).await.unwrap();
    assert!(told.iter().all(|line| line.reason != "direct_mention"));
    let theirs = page(&pair.acme, &pair.alice, &room_id).await;
    assert!(theirs.iter().all(|event| !event.hidden_by_you));
}

// Whom nobody can block, and how many.
#[tokio::test]
async fn blocks_have_two_sides() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let alice = acme.person("alice").await;
    let block = |whom| blocks::block(&acme.tenant, &alice, whom);
    for whom in [
        Blocked::Person(alice.fqid.clone()),
        Blocked::Server(acme.tenant.server_name().clone()),
    ] {
        assert_eq!(
            block(whom).await.unwrap_err().code.as_str(),
            "SW_BAD_REQUEST"
        );
    }
    for n in 0..blocks::BLOCKS_MAX {
        let whom = scaiwave_protocol::Fqid::parse(&format!("@p{n}:globex.example")).unwrap();
        block(Blocked::Person(whom)).await.unwrap();
    }
    let one_more = crate::town::name("initech.example");
    let denial = block(Blocked::Server(one_more)).await.unwrap_err();
    assert_eq!(denial.code.as_str(), "SW_RATE_LIMIT_EXCEEDED");
}

// Two invitations within the hour are taken; the third one is asked to come later, and comes.
#[tokio::test(start_paused = true)]
async fn a_peer_has_a_budget_of_invitations() {
    let pair = pair().await;
    pair.globex
        .policy(|policy| policy.invites_per_peer_per_hour = 2)
        .await;
    pair.invite().await;
    pair.invite().await;
    let third = pair.acme.room(&pair.alice).await.id;
    rooms::invite(&pair.acme.tenant, &pair.alice, &third, &pair.bob.fqid)
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(300)).await;
    assert_eq!(pair.waiting().await, 2);
    // Asked again every minute, told to admins once an hour.
    let told = lines(&pair.globex, "peer.over_budget").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1.as_deref(), Some("acme.example"));
    assert!(told[0].2.contains("all of the 2"), "{}", told[0].2);
    let member = pair
        .acme
        .store
        .member(&third, &pair.bob.fqid)
        .await
        .unwrap();
    assert_eq!(member.unwrap().membership, Membership::Invite);
    pair.town.clock.pass(3601);
    tokio::time::sleep(std::time::Duration::from_secs(300)).await;
    assert_eq!(pair.waiting().await, 3);
}

// An admin throws away all that one server has sent, for everybody; nothing goes back.
#[tokio::test]
async fn all_of_one_spammer_at_once() {
    let pair = pair().await;
    let ben = pair.globex.person("ben").await;
    let first = pair.invite().await;
    rooms::invite(&pair.acme.tenant, &pair.alice, &first, &ben.fqid)
        .await
        .unwrap();
    pair.invite().await;
    let everybody = || async { pair.globex.store.all_invitations().await.unwrap().len() };
    until("three invitations", || async { everybody().await == 3 }).await;
    let admin = pair.globex.admin();
    let nobody = Spammer::Inviter(ben.fqid.clone());
    let cleaned = invitations::clean(&pair.globex.tenant, &admin, &nobody).await;
    assert_eq!(cleaned.unwrap(), 0);
    let spammer = Spammer::Peer(pair.acme.tenant.server_name().clone());
    assert!(
        invitations::clean(&pair.globex.tenant, &pair.bob, &spammer)
            .await
            .is_err()
    );
    let cleaned = invitations::clean(&pair.globex.tenant, &admin, &spammer).await;
    assert_eq!(cleaned.unwrap(), 3);
    assert_eq!(everybody().await, 0);
    // Each of the two is an admin's deed, also the one that found nothing.
    assert_eq!(lines(&pair.globex, "invitations.cleaned").await.len(), 2);
    let member = pair.acme.store.member(&first, &ben.fqid).await.unwrap();
    assert_eq!(member.unwrap().membership, Membership::Invite);
}

// The inviter takes an invitation back; it disappears where it was delivered.
#[tokio::test]
async fn an_invitation_is_taken_back() {
    let pair = pair().await;
    let room_id = pair.invite().await;
    let amy = pair.acme.person("amy").await;
    assert!(
        rooms::uninvite(&pair.acme.tenant, &amy, &room_id, &pair.bob.fqid)
            .await
            .is_err()
    );
    rooms::uninvite(&pair.acme.tenant, &pair.alice, &room_id, &pair.bob.fqid)
        .await
        .unwrap();
    until("the invitation gone", || async {
        pair.waiting().await == 0
    })
    .await;
    let again = rooms::uninvite(&pair.acme.tenant, &pair.alice, &room_id, &pair.bob.fqid).await;
    assert_eq!(again.unwrap_err().code.as_str(), "SW_NOT_FOUND");
}

// Of two people who are invited at one server, one is invited no more: only their invitation disappears.
#[tokio::test]
async fn one_of_two_is_taken_back() {
    let pair = pair().await;
    let ben = pair.globex.person("ben").await;
    let room_id = pair.invite().await;
    rooms::invite(&pair.acme.tenant, &pair.alice, &room_id, &ben.fqid)
        .await
        .unwrap();
    until("both invitations", || async {
        pair.globex.store.all_invitations().await.unwrap().len() == 2
    })
    .await;
    rooms::uninvite(&pair.acme.tenant, &pair.alice, &room_id, &pair.bob.fqid)
        .await
        .unwrap();
    until("one of them is gone", || async {
        pair.waiting().await == 0
    })
    .await;
    let denial = invitations::accept(&pair.globex.tenant, &pair.bob, &room_id)
        .await
        .unwrap_err();
    assert_eq!(denial.code.as_str(), "SW_ROOM_NOT_FOUND");
    let view = invitations::accept(&pair.globex.tenant, &ben, &room_id)
        .await
        .unwrap();
    assert_eq!(view.membership, Some(Membership::Join));
}

// Invited, taken back and invited again while the invitee's server is away: when it is back, one
// invitation waits, the last one; taken back once more, none does.
#[tokio::test(start_paused = true)]
async fn the_last_word_counts() {
    let pair = pair().await;
    pair.invite().await;
    let cut = |server: Option<&str>| {
        *pair.town.street.cut_off.lock() = server.map(|name| (crate::town::name(name), 0));
    };
    cut(Some("globex.example"));
    let room_id = pair.acme.room(&pair.alice).await.id;
    let (acme, alice, bob) = (&pair.acme.tenant, &pair.alice, &pair.bob.fqid);
    rooms::invite(acme, alice, &room_id, bob).await.unwrap();
    rooms::uninvite(acme, alice, &room_id, bob).await.unwrap();
    rooms::invite(acme, alice, &room_id, bob).await.unwrap();
    cut(None);
    let delivered = || async {
        let globex = pair.globex.tenant.server_name();
        pair.acme.store.outbox(globex, 9).await.unwrap().is_empty()
    };
    until("everything is out", delivered).await;
    assert_eq!(pair.waiting().await, 2);
    cut(Some("globex.example"));
    rooms::uninvite(acme, alice, &room_id, bob).await.unwrap();
    cut(None);
    until("the last one is out", delivered).await;
    assert_eq!(pair.waiting().await, 1);
}
