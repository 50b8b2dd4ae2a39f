//! Whoever asks for what is not theirs cannot tell what is there.

use http::Method;
use scaiwave_federation::Response;
use scaiwave_protocol::{Code, Hash, RoomId, ServerName};

use super::refused;
use super::scene::{Scene, rejections};
use crate::peer::{Peer, Signed as _};

const QUESTIONS: [&str; 3] = ["members", "backfill", "snapshot"];

async fn ask(scene: &Scene, peer: &Peer, of: &ServerName, room: &RoomId, what: &str) -> Response {
    let path = format!("/_scaiwave/federation/v1/rooms/{room}/{what}");
    let mut unsigned = peer.ask(of, Method::GET, &path, "");
    if what == "backfill" {
        unsigned.query = Some("after=0".to_owned());
    }
    scene.town.inbound.handle(unsigned.signed()).await
}

// T035, T064: for a server without a record in it, a room that is there and one that is not give the same
// answer, byte for byte, header for header.
#[tokio::test]
async fn a_room_that_is_there_looks_like_none() {
    let scene = Scene::set().await;
    let stranger = Peer::new(&scene.town, "stranger.example", 12);
    let acme = scene.acme_name();
    for what in QUESTIONS {
        let there = ask(&scene, &stranger, &acme, &scene.room_id, what).await;
        assert_eq!(refused(&there), Some(Code::RoomUnknown), "{what}");
        for n in 0..100 {
            let nowhere = RoomId::of_genesis(&Hash([n; 32]));
            let none = ask(&scene, &stranger, &acme, &nowhere, what).await;
            assert_eq!(
                (none.status, &none.headers, &none.body),
                (there.status, &there.headers, &there.body),
                "{what} {n}"
            );
        }
    }
}

// T001b, T070: the destination selects the tenant. A room of the tenant next door is no room there, also for a
// peer that is a member of it.
#[tokio::test]
async fn a_room_of_the_tenant_next_door() {
    let scene = Scene::set().await;
    let globex = scene.town.tenant("globex", "globex.example").await;
    let name = globex.tenant.server_name().clone();
    let before = scene.dump().await;
    for what in QUESTIONS {
        let response = ask(&scene, &scene.evil, &name, &scene.room_id, what).await;
        assert_eq!(refused(&response), Some(Code::RoomUnknown), "{what}");
    }
    let item = scene.evil.submit(scene.message(2));
    let send = scene.evil.send(&name, &[item]);
    let response = scene.town.inbound.handle(send.signed()).await;
    let text = String::from_utf8(response.body.to_vec()).unwrap();
    assert!(text.contains("SW_FED_ROOM_UNKNOWN"), "{text}");
    assert_eq!(scene.dump().await, before);
    let logged = rejections(&globex).await;
    assert_eq!(logged.len(), 1, "in the log of the one that was asked");
    assert_eq!(logged[0].code, "SW_FED_ROOM_UNKNOWN");
}
