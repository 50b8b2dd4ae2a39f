//! Rooms whose past belongs to those who were there.

use scaiwave_engine::rooms::{self, NewRoom};
use scaiwave_engine::store::record::EntryRow;
use scaiwave_engine::{RemoteError, invitations, messages};
use scaiwave_protocol::Event;
use scaiwave_protocol::event::content::{self as kinds, History, RoomType};

use super::{Late, log, page, scroll};
use crate::neighbours::{heard, same_history, say};
use crate::town::until;

async fn joined_room(late: &mut Late) {
    let new = NewRoom {
        room_type: RoomType::Group,
        name: Some("tea".to_owned()),
        topic: None,
        federate: true,
        history: History::Joined,
    };
    let room = rooms::create(&late.acme.tenant, &late.alice, new).await;
    late.room_id = room.unwrap().id;
}

fn is_bare(row: &EntryRow) -> bool {
    Event::from_stored(&row.event).unwrap().is_erased()
}

// What is said between the snapshot and the join arrives without its words, like what was said before.
#[tokio::test(start_paused = true)]
async fn words_from_before_do_not_travel() {
    let mut late = Late::new().await;
    joined_room(&mut late).await;
    let (acme, alice) = (&late.acme, &late.alice);
    say(acme, alice, &late.room_id, "before").await;
    rooms::invite(&acme.tenant, alice, &late.room_id, &late.bob.fqid)
        .await
        .unwrap();
    until("the invitation", || async {
        let waiting = invitations::list(&late.globex.tenant, &late.bob).await;
        !waiting.unwrap().is_empty()
    })
    .await;
    // Bob has the snapshot, and his join does not get through.
    *late.town.street.meddler.lock() = Some(Box::new(|url, answer| {
        let lost = url.contains("acme.example") && url.ends_with("/send");
        match lost {
            true => Err(RemoteError::Unreachable("lost on the way".to_owned())),
            false => Ok(answer),
        }
    }));
    let accepting = invitations::accept(&late.globex.tenant, &late.bob, &late.room_id);
    let between = async {
        until("the snapshot", || async {
            late.globex
                .store
                .room(&late.room_id)
                .await
                .unwrap()
                .is_some()
        })
        .await;
        late.say(2).await;
        *late.town.street.meddler.lock() = None;
    };
    let (accepted, ()) = tokio::join!(accepting, between);
    accepted.unwrap();
    same_history(acme, &late.globex, &late.room_id).await;
    say(acme, alice, &late.room_id, "after").await;
    same_history(acme, &late.globex, &late.room_id).await;
    assert_eq!(
        heard(&late.globex, &late.bob, &late.room_id).await,
        ["after"]
    );

    // The chain is whole all the same, and the fold gives the host's state.
    let lines = scroll(&late.globex, &late.bob, &late.room_id, 50).await;
    let said = lines.iter().filter(|line| line.kind == kinds::MESSAGE);
    assert_eq!(said.count(), 1);
    until("the fold from seq 1", || late.is_folded()).await;
    let (ours, theirs) = (
        log(acme, &late.room_id).await,
        log(&late.globex, &late.room_id).await,
    );
    assert_eq!(theirs.len(), ours.len());
    let join = theirs
        .iter()
        .rfind(|row| row.kind == kinds::MEMBER)
        .unwrap()
        .seq;
    for (here, there) in theirs.iter().zip(&ours) {
        assert_eq!((here.chain, here.verdict), (there.chain, there.verdict));
        let words = here.kind == kinds::MESSAGE && here.seq < join;
        assert_eq!(is_bare(here), words, "seq {}", here.seq);
    }
    let (here, there) = (&late.globex.store, &acme.store);
    assert_eq!(
        here.room_servers(&late.room_id).await.unwrap(),
        there.room_servers(&late.room_id).await.unwrap()
    );
}

// A message from before that is redacted later is a line that says so, as at the host; and whoever comes
// back does not lose what was said while they were in, nor gain what they missed before.
#[tokio::test]
async fn the_first_join_counts_for_good() {
    let mut late = Late::new().await;
    joined_room(&mut late).await;
    let (acme, alice) = (&late.acme, &late.alice);
    say(acme, alice, &late.room_id, "before").await;
    let lines = page(acme, alice, &late.room_id, None, 50).await.events;
    let before = lines.last().unwrap().id;
    late.bob_joins().await;
    say(acme, alice, &late.room_id, "while you were here").await;
    messages::redact(&acme.tenant, alice, &late.room_id, before, None)
        .await
        .unwrap();
    same_history(acme, &late.globex, &late.room_id).await;
    rooms::kick(&acme.tenant, alice, &late.room_id, &late.bob.fqid, None)
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
    say(acme, alice, &late.room_id, "while you were away").await;
    late.bob_joins().await;
    say(acme, alice, &late.room_id, "again").await;
    same_history(acme, &late.globex, &late.room_id).await;
    let lines = scroll(&late.globex, &late.bob, &late.room_id, 50).await;
    let said = lines.iter().filter(|line| line.kind == kinds::MESSAGE);
    let said: Vec<_> = said
        .map(|line| {
            (
                line.content.get("body").cloned(),
                line.redacted_at.is_some(),
            )
        })
        .collect();
    // The first join is below all but the first: what was said meanwhile is bob's to read.
    let expected = [
        (None, true),
        (Some("while you were here".into()), false),
        (Some("while you were away".into()), false),
        (Some("again".into()), false),
    ];
    assert_eq!(said, expected);
}
