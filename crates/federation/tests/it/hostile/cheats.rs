//! A host that breaks the room's rules, or tells two histories: what is void is told to admins and stands in
//! nobody's way, and what is proven ends the room.

use std::sync::Arc;

use scaiwave_engine::messages::{self, PageQuery};
use scaiwave_engine::store::record::{AuditRow, Verdict};
use scaiwave_engine::store::{AuditFilter, Direction};
use scaiwave_engine::{invitations, rooms};
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::wire::{ItemResult, item};
use scaiwave_protocol::{Code, EventId, Hash, Json};
use scaiwave_testkit::hostile::{Host, edit};
use scaiwave_testkit::{EventBuilder, TestRoom, TestServer};

use super::follower::{Following, have};
use crate::history::scroll;
use crate::neighbours::{heard, text};
use crate::town::until;

impl Following {
    /// What the host sequences whatever the rules say, and pushes.
    async fn cheat(&self, make: impl FnOnce(&Host) -> EventBuilder) -> ItemResult {
        {
            let mut host = self.host.lock();
            let event = make(&host);
            host.room.force(event);
        }
        self.push_rest().await
    }

    /// Her leave stands at the host. Gives the descriptor of her server, for the record that is due.
    async fn alice_leaves(&self) -> Arc<Descriptor> {
        rooms::leave(&self.acme.tenant, &self.alice, &self.room_id)
            .await
            .unwrap();
        let head = self.head().await.seq;
        until("the leave at the host", || async {
            self.host.lock().room.len() > head
        })
        .await;
        self.acme.tenant.keyring().descriptor()
    }

    pub(super) async fn told(&self, action: &str) -> Vec<AuditRow> {
        let filter = AuditFilter {
            action: Some(action.to_owned()),
            limit: 20,
            ..AuditFilter::default()
        };
        self.acme.store.audit(filter).await.unwrap()
    }

    pub(super) async fn frozen(&self) -> Option<String> {
        let room = self.acme.store.room(&self.room_id).await.unwrap();
        room.unwrap().frozen
    }

    async fn verdict(&self, seq: u64) -> (EventId, Verdict, bool) {
        let rows = self
            .acme
            .store
            .entries_after(&self.room_id, seq - 1, 1, usize::MAX);
        let row = rows.await.unwrap().remove(0);
        assert_eq!(row.seq, seq);
        (row.event_id, row.verdict, row.shown)
    }

    /// The host answers whoever asks for its log; nobody of third.example can be asked for anything.
    fn opens(&self) {
        self.host.lock().gives_history = true;
        let away = &self.town.street.islands;
        away.lock().insert(crate::town::name("third.example"));
    }

    async fn words(&self) -> Vec<String> {
        heard(&self.acme, &self.alice, &self.room_id).await
    }
}

/// Mallory says this under an id that is the test's to choose.
fn words(host: &Host, id: EventId, body: &str) -> EventBuilder {
    host.server.message("mallory", body).id(id)
}

fn fresh_id(host: &Host) -> EventId {
    host.server.message("mallory", "").event_id()
}

// The second use of an event id is void, whether it comes later or with the first; the room goes on, admins
// read of it, and what is redacted under that id is the first.
#[tokio::test]
async fn an_event_id_is_used_twice() {
    let scene = Following::set().await;
    let head = scene.head().await.seq;
    let (one, two) = {
        let host = scene.host.lock();
        (fresh_id(&host), fresh_id(&host))
    };
    let pushed = scene.cheat(|host| words(host, one, "first")).await;
    assert_eq!(pushed, have(head + 1));
    let pushed = scene.cheat(|host| words(host, one, "again")).await;
    assert_eq!(pushed, have(head + 2), "the log goes on");
    {
        let mut host = scene.host.lock();
        let both = [words(&host, two, "second"), words(&host, two, "and again")];
        for event in both {
            host.room.force(event);
        }
    }
    assert_eq!(scene.push_rest().await, have(head + 4), "in one batch");
    assert_eq!(scene.words().await, ["first", "second"]);
    for seq in [head + 2, head + 4] {
        assert_eq!(scene.verdict(seq).await.1, Verdict::Void, "seq {seq}");
    }
    let told = scene.told("host.void_entry").await;
    assert_eq!(told.len(), 2);
    assert!(
        told[0].message.contains("evil.example"),
        "{}",
        told[0].message
    );

    let pushed = scene
        .cheat(|host| host.server.redaction("mallory", one))
        .await;
    assert_eq!(pushed, have(head + 5));
    let found = messages::get(&scene.acme.tenant, &scene.alice, &scene.room_id, one).await;
    assert!(found.unwrap().redacted_at.is_some());
    let second = messages::get(&scene.acme.tenant, &scene.alice, &scene.room_id, two).await;
    assert_eq!(second.unwrap().redacted_at, None);
    assert_eq!(scene.push(scene.said()).await, have(head + 6));
}

// A void entry under the id of a message, made to look like an edit of another one: when that one is
// redacted, the message keeps its words.
#[tokio::test]
async fn a_repeated_id_takes_nobodys_words() {
    let scene = Following::set().await;
    let (kept, gone) = {
        let mut host = scene.host.lock();
        let said = ["kept", "gone"].map(|body| host.server.message("mallory", body));
        let ids = said.map(|event| host.room.must(event));
        let false_edit = host.server.edit("mallory", ids[1], "x").id(ids[0]);
        host.room.force(false_edit);
        let redaction = host.server.redaction("mallory", ids[1]);
        host.room.must(redaction);
        (ids[0], ids[1])
    };
    assert_eq!(scene.push_rest().await, have(scene.host.lock().room.len()));
    let get = async |id| {
        let found = messages::get(&scene.acme.tenant, &scene.alice, &scene.room_id, id).await;
        found.unwrap()
    };
    assert_eq!(*get(kept).await.content, text("kept"));
    assert!(get(gone).await.redacted_at.is_some());
}

// The same in the past: a page that uses an id again is taken all the same, and the fold from seq 1 says which
// of the two counts.
#[tokio::test]
async fn the_past_uses_an_event_id_twice() {
    let mut ids = Vec::new();
    let scene = Following::set_after(|host| {
        let (twice, later) = (fresh_id(host), fresh_id(host));
        ids = vec![twice, later];
        let past = [
            words(host, twice, "first"),
            words(host, twice, "again"),
            words(host, later, "older"),
        ];
        for event in past {
            host.room.force(event);
        }
    })
    .await;
    scene.opens();
    let (twice, later) = (ids[0], ids[1]);
    let head = scene.head().await.seq;
    // Acme cannot know that this id stands below its base.
    let pushed = scene.cheat(|host| words(host, later, "newer")).await;
    assert_eq!(pushed, have(head + 1));
    assert_eq!(scene.words().await, ["newer"]);

    scroll(&scene.acme, &scene.alice, &scene.room_id, 50).await;
    until("the fold from seq 1", || async {
        let room = scene.acme.store.room(&scene.room_id).await.unwrap();
        let room = room.unwrap();
        assert_eq!(room.frozen, None);
        room.base_seq == 0
    })
    .await;
    let query = PageQuery {
        room_id: scene.room_id.clone(),
        from_seq: None,
        direction: Direction::Back,
        limit: 50,
        thread: None,
    };
    let page = messages::page(&scene.acme.tenant, &scene.alice, query).await;
    let said: Vec<_> = page
        .unwrap()
        .events
        .into_iter()
        .filter_map(|event| {
            let body = event.content.get("body")?.as_str()?.to_owned();
            Some((event.id, body))
        })
        .collect();
    assert_eq!(
        said,
        [(twice, "first".to_owned()), (later, "older".to_owned())]
    );
    assert_eq!(scene.verdict(5).await, (twice, Verdict::Void, false));
    assert_eq!(scene.verdict(head + 1).await, (later, Verdict::Void, false));
    let found = messages::get(&scene.acme.tenant, &scene.alice, &scene.room_id, later).await;
    assert_eq!(found.unwrap().seq, Some(6));
    assert_eq!(scene.told("host.void_entry").await.len(), 3);
}

// A server has handed the room over: what it says of the time after is not taken, what it repeats of its own
// time is.
#[tokio::test]
async fn a_former_host_speaks_on() {
    let scene = Following::set().await;
    scene.opens();
    let before = scene.head().await.seq;
    let spare = scene.host.lock().room.clone();
    {
        let mut host = scene.host.lock();
        let third = TestServer::new("third.example", 3);
        host.room.join(&third, "eve");
        let transfer = host.room.transfer(&third, 2);
        host.room.must(transfer);
    }
    let all = {
        let host = scene.host.lock();
        host.entries(before, host.room.len())
    };
    let head = scene.host.lock().room.len();
    assert_eq!(scene.push(all.clone()).await, have(head));
    let room = scene
        .acme
        .store
        .room(&scene.room_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(room.host.as_str(), "third.example");

    let handed_over = std::mem::replace(&mut scene.host.lock().room, spare);
    let mut late = scene.said();
    scene.host.lock().room = handed_over;
    edit::set(&mut late, "entries/0/seq", (head + 1).into());
    let ts = scene.host.lock().room.entry(head).ts() + 1;
    edit::set(&mut late, "entries/0/ts", ts.into());
    let late = scene.sealed(late).await;
    scene.refuses("after its term", late, Code::StaleTerm).await;
    assert_eq!(
        scene.push(all).await,
        have(head),
        "what it sequenced itself"
    );
    assert_eq!(scene.frozen().await, None);
}

/// What eve of a third server says in this log of the host's, which keeps another one.
fn eve_says(host: &mut Host, told: TestRoom, event: EventBuilder) -> Json {
    let kept = std::mem::replace(&mut host.room, told);
    host.room.force(event);
    let len = host.room.len();
    let item = host.entries(len - 1, len);
    host.room = kept;
    item
}

// A third server's event names another point of the log than the one that we hold: the host is asked, and
// what it has signed itself convicts it. A name without a history behind it convicts nobody.
#[tokio::test]
async fn somebody_has_seen_another_history() {
    for tells_two in [false, true] {
        let scene = Following::set().await;
        scene.opens();
        let third = TestServer::new("third.example", 3);
        scene.host.lock().room.join(&third, "eve");
        assert!(matches!(scene.push_rest().await, ItemResult::Ok(_)));
        let fork = scene.host.lock().room.clone();
        assert!(matches!(scene.push(scene.said()).await, ItemResult::Ok(_)));
        let item = {
            let mut host = scene.host.lock();
            let told = host.room.clone();
            let mut seen = told.state.head();
            seen.chain = Hash::ZERO;
            if tells_two {
                host.room = fork;
                let other = host.server.message("mallory", "something else");
                host.room.must(other);
                seen = host.room.state.head();
            }
            eve_says(&mut host, told, third.message("eve", "hello").seen(seen))
        };
        let head = scene.head().await.seq;
        assert_eq!(scene.push(item).await, have(head + 1), "{tells_two}");
        until("the question to the host", || async {
            scene.host.lock().pages > 0
        })
        .await;
        assert_eq!(scene.told("history.suspected").await.len(), 1);
        if !tells_two {
            assert_eq!(scene.frozen().await, None, "a suspicion alone");
            continue;
        }
        until("the proof", || async { scene.frozen().await.is_some() }).await;
        assert_eq!(scene.told("host.two_histories").await.len(), 1);
        let admin = scene.acme.admin();
        let proof = rooms::evidence(&scene.acme.tenant, &admin, &scene.room_id).await;
        assert_eq!(proof.unwrap().len(), 1);
    }
}

// Nobody of ours is in the room any more, says the host, and names a checkpoint. It must be of the log that
// we hold; if the host has signed another one, the room ends here, and no new invitation begins it anew.
#[tokio::test]
async fn a_removal_from_another_history() {
    let scene = Following::set().await;
    scene.opens();
    let acme = scene.alice_leaves().await;
    let mut fork = scene.host.lock().room.clone();
    {
        let mut host = scene.host.lock();
        let record = host.server.record(&acme, false);
        host.room.must(record);
    }
    let pushed = scene.push_rest().await;
    assert!(matches!(pushed, ItemResult::Ok(_)), "{pushed:?}");
    let head = scene.head().await;
    let removed = |checkpoint| item::removed(&scene.room_id, Some(&checkpoint));
    let honest = scene.host.lock().room.checkpoint(head.seq);
    let answer = scene.push(removed(honest)).await;
    assert!(matches!(answer, ItemResult::Ok(_)), "{answer:?}");
    assert_eq!(scene.frozen().await, None);

    // The last entry was another one, says the host now.
    let other = {
        let mut host = scene.host.lock();
        fork.must(host.server.message("mallory", "not yet"));
        host.room = fork;
        host.room.checkpoint(head.seq)
    };
    let answer = scene.push(removed(other)).await;
    assert!(matches!(answer, ItemResult::Ok(_)), "{answer:?}");
    until("the proof", || async { scene.frozen().await.is_some() }).await;
    assert_eq!(scene.told("host.two_histories").await.len(), 1);

    let invite = {
        let mut host = scene.host.lock();
        let away = host.server.record(&acme, false);
        host.room.must(away);
        host.invite(&scene.alice.fqid)
    };
    let answer = scene.push(invite).await;
    assert!(matches!(answer, ItemResult::Ok(_)), "{answer:?}");
    let accepted = invitations::accept(&scene.acme.tenant, &scene.alice, &scene.room_id).await;
    assert_eq!(accepted.unwrap_err().code.as_str(), "SW_ROOM_FROZEN");
    assert!(scene.frozen().await.is_some());
    let member = scene
        .acme
        .store
        .member(&scene.room_id, &scene.alice.fqid)
        .await;
    assert_eq!(member.unwrap().unwrap().membership, Membership::Leave);
}

// The last entries of somebody who left are on their way when they are invited again. The removal that
// follows those entries ends what was before it, and not the invitation that has overtaken it.
#[tokio::test]
async fn an_invitation_overtakes_a_removal() {
    let scene = Following::set().await;
    scene.opens();
    let acme = scene.alice_leaves().await;
    {
        let mut host = scene.host.lock();
        let away = host.server.record(&acme, false);
        host.room.must(away);
    }
    let pushed = scene.push_rest().await;
    assert!(matches!(pushed, ItemResult::Ok(_)), "{pushed:?}");
    let invited = || async {
        let row = scene
            .acme
            .store
            .invitation(&scene.room_id, &scene.alice.fqid)
            .await;
        row.unwrap().is_some()
    };
    let invite = scene.host.lock().invite(&scene.alice.fqid);
    let at = scene.host.lock().room.len();
    for (item, stays) in [
        (invite, true),
        (removed_at(&scene, at - 1), true),
        (removed_at(&scene, at), false),
    ] {
        let answer = scene.push(item).await;
        assert!(matches!(answer, ItemResult::Ok(_)), "{answer:?}");
        assert_eq!(invited().await, stays);
    }
}

fn removed_at(scene: &Following, seq: u64) -> Json {
    let checkpoint = scene.host.lock().room.checkpoint(seq);
    item::removed(&scene.room_id, Some(&checkpoint))
}
