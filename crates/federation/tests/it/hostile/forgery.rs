//! A host that puts keys into the log in other servers' names (protocol section 4, "Forged keys").

use scaiwave_engine::upkeep;
use scaiwave_protocol::ServerName;
use scaiwave_protocol::wire::ItemResult;
use scaiwave_testkit::TestServer;

use super::follower::Following;
use crate::peer::{Peer, Signed as _};
use crate::town::until;

fn third() -> TestServer {
    TestServer::new("third.example", 3)
}

/// The same name, and keys that are somebody else's.
fn forged() -> TestServer {
    TestServer::new("third.example", 99)
}

impl Following {
    /// What third.example says of itself.
    fn publish(&self, server: &TestServer) {
        let descriptor = server.descriptor().as_json().canonical();
        let known = &self.town.street.descriptors;
        known.lock().insert(server.name().clone(), descriptor);
        self.town.street.islands.lock().clear();
    }

    /// Eve comes into the room, with these keys of her server.
    async fn eve_comes(&self, server: &TestServer) {
        let away = !self
            .town
            .street
            .descriptors
            .lock()
            .contains_key(server.name());
        if away {
            self.town
                .street
                .islands
                .lock()
                .insert(server.name().clone());
        }
        self.host.lock().room.join(server, "eve");
        let pushed = self.push_rest().await;
        assert!(matches!(pushed, ItemResult::Ok(_)), "{pushed:?}");
    }

    async fn unconfirmed(&self) -> Vec<ServerName> {
        let rows = self.acme.store.unconfirmed().await.unwrap();
        rows.into_iter().map(|row| row.server).collect()
    }

    async fn is_found_out(&self) {
        until("the room is read-only", || async {
            self.frozen().await.is_some()
        })
        .await;
        let told = self.told("host.forged_key").await;
        assert_eq!(told.len(), 1);
        assert!(told[0].message.contains("read-only"), "{}", told[0].message);
        assert!(self.told("host.void_entry").await.is_empty());
    }
}

// Nobody here has met the third server: it is asked, does not know the key, and the host is found out.
#[tokio::test]
async fn keys_of_a_stranger_are_forged() {
    let scene = Following::set().await;
    scene.publish(&third());
    scene.eve_comes(&forged()).await;
    scene.is_found_out().await;
}

// Its words are unconfirmed as long as it cannot be asked, and nothing is held against the host; when it can be
// and lists the key, all is well.
#[tokio::test]
async fn keys_of_a_stranger_who_is_away() {
    let scene = Following::set().await;
    scene.eve_comes(&third()).await;
    until("the mark", || async {
        !scene.unconfirmed().await.is_empty()
    })
    .await;
    upkeep::run(&scene.acme.tenant).await;
    assert_eq!(scene.unconfirmed().await, [third().name().clone()]);
    assert_eq!(scene.frozen().await, None);

    scene.publish(&third());
    upkeep::run(&scene.acme.tenant).await;
    assert!(scene.unconfirmed().await.is_empty());
    assert_eq!(scene.frozen().await, None);
    assert!(scene.told("host.forged_key").await.is_empty());
}

// The same, and it does not list the key.
#[tokio::test]
async fn a_stranger_comes_back_and_denies() {
    let scene = Following::set().await;
    scene.eve_comes(&forged()).await;
    until("the mark", || async {
        !scene.unconfirmed().await.is_empty()
    })
    .await;
    assert_eq!(scene.frozen().await, None);
    scene.publish(&third());
    upkeep::run(&scene.acme.tenant).await;
    scene.is_found_out().await;
}

// A server whose keys are pinned here: a record with one of them is believed without a question; one with another
// key is compared with the pins, and asked about.
#[tokio::test]
async fn keys_of_a_known_server() {
    for honest in [true, false] {
        let scene = Following::set().await;
        scene.publish(&third());
        let known = Peer {
            name: third().name().clone(),
            key: third().key().clone(),
            world: scene.town.world.clone(),
        };
        let greeting = r#"{"kind":"heads","rooms":{}}"#.to_owned();
        let send = known.send(scene.acme.tenant.server_name(), &[greeting]);
        let answer = scene.town.inbound.handle(send.signed()).await;
        assert_eq!(answer.status, http::StatusCode::OK);
        if honest {
            scene.town.street.descriptors.lock().clear();
            scene.eve_comes(&third()).await;
            assert!(scene.unconfirmed().await.is_empty());
            assert_eq!(scene.frozen().await, None);
        } else {
            scene.eve_comes(&forged()).await;
            scene.is_found_out().await;
        }
    }
}

// In our own name nobody has to be asked.
#[tokio::test]
async fn keys_of_our_own() {
    let scene = Following::set().await;
    let never_ours = TestServer::new("acme.example", 99);
    {
        let mut host = scene.host.lock();
        let record = host.server.record(&never_ours.descriptor(), true);
        host.room.force(record);
    }
    let pushed = scene.push_rest().await;
    assert!(matches!(pushed, ItemResult::Ok(_)), "{pushed:?}");
    scene.is_found_out().await;
}
