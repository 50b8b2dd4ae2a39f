//! A server that says that it hosts a room, and does not.

use scaiwave_engine::store::record::InvitationRow;
use scaiwave_engine::{Viewer, invitations, rooms};
use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::{Membership, RoomType};
use scaiwave_protocol::wire::{Card, ItemResult, item};
use scaiwave_protocol::{Code, Event, Hash, Json, RoomId, ServerName};

use crate::peer::{Peer, Signed as _};
use crate::town::{House, Town, name, until};

/// Alice of acme has invited bob of globex to her room; evil.example knows of it.
struct Scene {
    town: Town,
    acme: House,
    globex: House,
    alice: Viewer,
    bob: Viewer,
    evil: Peer,
    room_id: RoomId,
}

impl Scene {
    async fn set() -> Self {
        let town = Town::new();
        let acme = town.tenant("acme", "acme.example").await;
        let globex = town.tenant("globex", "globex.example").await;
        let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
        let house = town.tenant("evil", "evil.example").await;
        let evil = Peer {
            name: name("evil.example"),
            key: house.tenant.keyring().signer().as_ref().clone(),
            world: town.world.clone(),
        };
        let room_id = acme.room(&alice).await.id;
        let scene = Scene {
            town,
            acme,
            globex,
            alice,
            bob,
            evil,
            room_id,
        };
        scene.alice_invites().await;
        scene
    }

    async fn alice_invites(&self) {
        rooms::invite(
            &self.acme.tenant,
            &self.alice,
            &self.room_id,
            &self.bob.fqid,
        )
        .await
        .unwrap();
        until("the invitation", || async { self.waits().await.is_some() }).await;
    }

    async fn waits(&self) -> Option<InvitationRow> {
        let store = &self.globex.store;
        store
            .invitation(&self.room_id, &self.bob.fqid)
            .await
            .unwrap()
    }

    /// An invitation of mallory's to this room, as if it were evil's.
    fn forged(&self) -> Event {
        let content = Json::object([
            ("participant", (&self.bob.fqid).into()),
            ("membership", Membership::Invite.as_str().into()),
        ]);
        let seen = self.at(1);
        let draft = self
            .evil
            .draft(&self.room_id, seen, "swp.room.member", 9, content);
        draft.sign(&self.evil.key).unwrap().into_event()
    }

    fn at(&self, seq: u64) -> LogPoint {
        LogPoint {
            term: 1,
            seq,
            chain: Hash::ZERO,
        }
    }

    async fn push(&self, event: &Event, servers: Vec<ServerName>) -> ItemResult {
        let card = Card {
            room_id: self.room_id.clone(),
            host: self.evil.name.clone(),
            at: self.at(1000),
            room_type: RoomType::Group,
            servers,
            name: Some("free tea".to_owned()),
            topic: None,
        };
        let item = item::invite(&event.to_json(), &card).canonical();
        let item = String::from_utf8(item).unwrap();
        let send = self.evil.send(self.globex.tenant.server_name(), &[item]);
        let response = self.town.inbound.handle(send.signed()).await;
        let mut results = ItemResult::parse_answer(&response.body, 1).unwrap();
        results.remove(0)
    }
}

fn is_not_the_host(answer: &ItemResult) -> bool {
    matches!(answer, ItemResult::Rejected(refusal) if refusal.code == Code::NotHost)
}

// Who cannot show that it hosts the room changes nothing about the invitation that waits: with words of its own,
// and with those of the real one.
#[tokio::test]
async fn an_invitation_is_not_taken_away() {
    let scene = Scene::set().await;
    let waits = scene.waits().await;
    let real = Event::from_stored(&waits.as_ref().unwrap().event).unwrap();
    let everybody = vec![name("acme.example"), scene.evil.name.clone()];
    let answer = scene.push(&scene.forged(), everybody.clone()).await;
    assert!(is_not_the_host(&answer), "{answer:?}");
    assert_eq!(scene.waits().await, waits);
    let answer = scene.push(&real, everybody.clone()).await;
    assert!(is_not_the_host(&answer), "{answer:?}");
    assert_eq!(scene.waits().await, waits);
    // Whether it does cannot be known while it is away: it is asked again later.
    scene.town.clock.pass(61);
    *scene.town.street.cut_off.lock() = Some((scene.evil.name.clone(), 0));
    let answer = scene.push(&scene.forged(), everybody).await;
    assert!(matches!(answer, ItemResult::Retry { .. }), "{answer:?}");
    assert_eq!(scene.waits().await, waits);
    let view = invitations::accept(&scene.globex.tenant, &scene.bob, &scene.room_id).await;
    assert_eq!(view.unwrap().membership, Some(Membership::Join));
}

// The impostor comes first: the real host's invitation takes its place, and the real host can take it back.
#[tokio::test]
async fn the_impostor_comes_first() {
    let scene = Scene::set().await;
    rooms::uninvite(
        &scene.acme.tenant,
        &scene.alice,
        &scene.room_id,
        &scene.bob.fqid,
    )
    .await
    .unwrap();
    until("none", || async { scene.waits().await.is_none() }).await;
    let answer = scene
        .push(&scene.forged(), vec![scene.evil.name.clone()])
        .await;
    assert_eq!(answer, ItemResult::ok_with("decision", "pending"));
    assert_eq!(scene.waits().await.unwrap().host, scene.evil.name);
    rooms::invite(
        &scene.acme.tenant,
        &scene.alice,
        &scene.room_id,
        &scene.bob.fqid,
    )
    .await
    .unwrap();
    until("the real one", || async {
        scene
            .waits()
            .await
            .is_some_and(|row| row.host == name("acme.example"))
    })
    .await;
    rooms::uninvite(
        &scene.acme.tenant,
        &scene.alice,
        &scene.room_id,
        &scene.bob.fqid,
    )
    .await
    .unwrap();
    until("none again", || async { scene.waits().await.is_none() }).await;
}

// A decline that waits for the real host is not led astray.
#[tokio::test]
async fn a_decline_is_not_taken_away() {
    let scene = Scene::set().await;
    let real = Event::from_stored(&scene.waits().await.unwrap().event).unwrap();
    *scene.town.street.cut_off.lock() = Some((name("acme.example"), 0));
    invitations::decline(&scene.globex.tenant, &scene.bob, &scene.room_id)
        .await
        .unwrap();
    let everybody = vec![name("acme.example"), scene.evil.name.clone()];
    let answer = scene.push(&real, everybody).await;
    assert!(is_not_the_host(&answer), "{answer:?}");
    let store = &scene.globex.store;
    let waiting = store.outbox(&name("acme.example"), 9).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert!(store.outbox(&scene.evil.name, 9).await.unwrap().is_empty());
}
