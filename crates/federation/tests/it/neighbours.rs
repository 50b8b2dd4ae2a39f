//! Two tenants of one process share a room through the same inbound function as strangers would.

use scaiwave_engine::messages::{self, PageQuery};
use scaiwave_engine::store::Direction;
use scaiwave_engine::{Viewer, invitations, rooms};
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Json, RoomId};

use crate::town::{House, Town, until};

pub(crate) fn text(body: &str) -> Json {
    Json::object([
        ("msgtype", "swp.text".into()),
        ("body", body.into()),
        ("mentions", Json::Arr(vec![])),
    ])
}

pub(crate) async fn say(house: &House, viewer: &Viewer, room_id: &RoomId, body: &str) {
    messages::post(&house.tenant, viewer, room_id, text(body), None)
        .await
        .unwrap();
}

pub(crate) async fn heard(house: &House, viewer: &Viewer, room_id: &RoomId) -> Vec<String> {
    let query = PageQuery {
        room_id: room_id.clone(),
        from_seq: None,
        direction: Direction::Back,
        limit: 200,
        thread: None,
    };
    let page = messages::page(&house.tenant, viewer, query).await.unwrap();
    let messages = page
        .events
        .iter()
        .filter(|event| event.kind == "swp.room.message" && event.seq.is_some());
    let body = |json: &Json| {
        json.get("body")
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    messages.map(|event| body(&event.content)).collect()
}

/// Alice of acme invites bob of globex, who accepts.
pub(crate) async fn shared_room(
    acme: &House,
    alice: &Viewer,
    globex: &House,
    bob: &Viewer,
) -> RoomId {
    let room_id = acme.room(alice).await.id;
    rooms::invite(&acme.tenant, alice, &room_id, &bob.fqid)
        .await
        .unwrap();
    until("the invitation", || async {
        !invitations::list(&globex.tenant, bob)
            .await
            .unwrap()
            .is_empty()
    })
    .await;
    let view = invitations::accept(&globex.tenant, bob, &room_id)
        .await
        .unwrap();
    assert_eq!(view.membership, Some(Membership::Join));
    room_id
}

pub(crate) async fn same_history(acme: &House, globex: &House, room_id: &RoomId) {
    until("the same head", || async {
        let [a, b] = [
            acme.store.room(room_id).await.unwrap(),
            globex.store.room(room_id).await.unwrap(),
        ];
        a.map(|room| room.head) == b.map(|room| room.head)
    })
    .await;
}

// Invite, accept, messages both ways: afterwards both have the same history, chain included.
#[tokio::test]
async fn two_tenants_share_a_room() {
    let town = Town::new();
    let (acme, globex) = (
        town.tenant("acme", "acme.example").await,
        town.tenant("globex", "globex.example").await,
    );
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let room_id = shared_room(&acme, &alice, &globex, &bob).await;

    for n in 0..5 {
        say(&acme, &alice, &room_id, &format!("acme {n}")).await;
        say(&globex, &bob, &room_id, &format!("globex {n}")).await;
    }
    let everything = || async {
        let [a, b] = [
            heard(&acme, &alice, &room_id).await,
            heard(&globex, &bob, &room_id).await,
        ];
        a.len() == 10 && a == b
    };
    until("ten messages on both sides", everything).await;
    same_history(&acme, &globex, &room_id).await;
    assert!(globex.store.pending(&room_id).await.unwrap().is_empty());
}

// An invitation to somebody who is not there is taken back by the host, and the room goes on.
#[tokio::test]
async fn nobody_of_that_name() {
    let town = Town::new();
    let (acme, _globex) = (
        town.tenant("acme", "acme.example").await,
        town.tenant("globex", "globex.example").await,
    );
    let alice = acme.person("alice").await;
    let ghost = scaiwave_protocol::Fqid::parse("@ghost:globex.example").unwrap();
    let room_id = acme.room(&alice).await.id;
    rooms::invite(&acme.tenant, &alice, &room_id, &ghost)
        .await
        .unwrap();
    until("the invitation taken back", || async {
        let member = acme.store.member(&room_id, &ghost).await.unwrap();
        member.is_some_and(|member| member.membership == Membership::Leave)
    })
    .await;
}
