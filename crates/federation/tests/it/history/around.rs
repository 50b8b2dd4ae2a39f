//! Jumping to a message at a server that does not hold all of the room, or whose host is away.

use scaiwave_engine::messages::{self, AroundQuery, PageQuery};
use scaiwave_engine::store::Direction;
use scaiwave_engine::view::{AroundPage, EventView};
use scaiwave_engine::{Outcome, Viewer, rooms};
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{EventId, Json};

use super::{Late, page, text};
use crate::neighbours::same_history;
use crate::town::{House, name, until};

impl Late {
    async fn around(&self, event_id: EventId, limit: u32) -> Outcome<AroundPage> {
        let query = AroundQuery {
            room_id: self.room_id.clone(),
            event_id,
            limit,
            thread: None,
        };
        messages::around(&self.globex.tenant, &self.bob, query).await
    }

    async fn forward(&self, house: &House, viewer: &Viewer, from_seq: Option<u64>) -> Vec<u64> {
        let query = PageQuery {
            room_id: self.room_id.clone(),
            from_seq,
            direction: Direction::Forward,
            limit: 200,
            thread: None,
        };
        let page = messages::page(&house.tenant, viewer, query).await.unwrap();
        assert_eq!(page.gap, None);
        assert!(!page.has_more);
        seqs(&page.events)
    }
}

fn seqs(events: &[EventView]) -> Vec<u64> {
    events.iter().filter_map(|event| event.seq).collect()
}

// The jump answers at once with what is here; what is missing comes with the next page, either way.
#[tokio::test]
async fn beside_what_is_missing() {
    let late = Late::new().await;
    late.say(10).await;
    late.bob_joins().await;
    late.say(3).await;
    same_history(&late.acme, &late.globex, &late.room_id).await;
    let held = page(&late.globex, &late.bob, &late.room_id, None, 200).await;
    let first = held.events.first().unwrap().clone();
    *late.town.street.cut_off.lock() = Some((name("acme.example"), 0));
    let found = late.around(first.id, 200).await.unwrap();
    let asked = late.town.street.cut_off.lock().take().unwrap().1;
    assert_eq!(asked, 0, "nobody was asked");
    assert_eq!(found.events, held.events);
    assert!(found.has_older && !found.has_newer);
    let older = page(&late.globex, &late.bob, &late.room_id, found.older_seq, 200).await;
    assert_eq!(seqs(&older.events)[0], 1);

    // Bob is out for a while: between what he has and what comes after is a hole.
    let bob = &late.bob.fqid;
    let last = *seqs(&late.around(first.id, 200).await.unwrap().events)
        .last()
        .unwrap();
    rooms::kick(&late.acme.tenant, &late.alice, &late.room_id, bob, None)
        .await
        .unwrap();
    until("bob is out", || async {
        let member = late.globex.store.member(&late.room_id, bob).await;
        member.unwrap().unwrap().membership == Membership::Leave
    })
    .await;
    late.town.clock.pass(1);
    late.say(10).await;
    // The host gives nothing of the past until the jump has been made.
    *late.town.street.meddler.lock() =
        Some(Box::new(|url, answer| match url.contains("/backfill") {
            true => Err(scaiwave_engine::RemoteError::Unreachable("lost".to_owned())),
            false => Ok(answer),
        }));
    late.bob_joins().await;
    let floor = late.first_seq().await;
    assert!(floor > last + 2, "there is a hole");
    let found = late.around(first.id, 200).await.unwrap();
    assert!(found.has_newer, "what lies beyond the hole is to come");
    assert!(seqs(&found.events).iter().all(|seq| *seq < floor));
    *late.town.street.meddler.lock() = None;
    let newer = late.forward(&late.globex, &late.bob, found.newer_seq).await;
    let at_host = late.forward(&late.acme, &late.alice, found.newer_seq).await;
    assert_eq!(newer, at_host, "no line is skipped");
    assert!(newer[0] < floor);
}

// What waits for the host stands last: around it are the newest lines.
#[tokio::test]
async fn what_waits_for_the_host() {
    let late = Late::new().await;
    late.bob_joins().await;
    late.say(5).await;
    same_history(&late.acme, &late.globex, &late.room_id).await;
    *late.town.street.cut_off.lock() = Some((name("acme.example"), 0));
    let (tenant, bob, room) = (&late.globex.tenant, &late.bob, &late.room_id);
    let lines = page(&late.globex, bob, room, None, 200).await.events;
    let root = lines.last().unwrap().id;
    let mut reply = text("a reply that waits");
    if let Json::Obj(content) = &mut reply {
        content.insert("thread_root".to_owned(), (&root).into());
    }
    let aside = messages::post(tenant, bob, room, text("it waits"), None);
    let aside = aside.await.unwrap().id;
    let reply = messages::post(tenant, bob, room, reply, None);
    let reply = reply.await.unwrap().id;

    let ids = |page: &AroundPage| -> Vec<EventId> {
        let events = page.events.iter();
        events.map(|event| event.id).collect()
    };
    let tail = |count: usize| -> Vec<EventId> {
        let tail = lines[lines.len() - count..].iter().map(|line| line.id);
        tail.chain([aside, reply]).collect()
    };
    for (limit, lines_before) in [(1, 1), (2, 1), (5, 3)] {
        let found = late.around(aside, limit).await.unwrap();
        assert_eq!(ids(&found), tail(lines_before), "{limit}");
        assert!(found.has_older && !found.has_newer);
        let first = found.events.first().and_then(|event| event.seq);
        assert_eq!(found.older_seq, first);
    }
    // A stretch that ends with the newest line has what waits after it, and no other.
    let found = late.around(root, 2).await.unwrap();
    assert_eq!(ids(&found), tail(2));
    let found = late.around(lines[lines.len() - 3].id, 2).await.unwrap();
    assert!(!ids(&found).contains(&aside));

    // In a thread stands only what belongs there, also of what waits.
    let thread = PageQuery {
        room_id: room.clone(),
        from_seq: None,
        direction: Direction::Back,
        limit: 50,
        thread: Some(root),
    };
    let thread = messages::page(tenant, bob, thread).await.unwrap();
    let stands: Vec<EventId> = thread.events.iter().map(|event| event.id).collect();
    assert_eq!(stands, [root, reply]);
    let query = |event_id| AroundQuery {
        room_id: room.clone(),
        event_id,
        limit: 10,
        thread: Some(root),
    };
    let found = messages::around(tenant, bob, query(reply)).await.unwrap();
    assert_eq!(ids(&found), [root, reply]);
    let outside = messages::around(tenant, bob, query(aside)).await;
    assert_eq!(outside.unwrap_err().code.as_str(), "SW_EVENT_NOT_FOUND");
}
