//! The same request twice.

use http::Method;
use scaiwave_protocol::Code;
use scaiwave_protocol::event::Draft;
use scaiwave_protocol::wire::ItemResult;

use super::refused;
use super::scene::Scene;
use crate::peer::{Peer, Signed as _, Unsigned};

// What was signed before the second in which we began to listen may have been answered already.
#[tokio::test]
async fn before_the_process() {
    let scene = Scene::set().await;
    let young = crate::town::Town::new();
    let house = young.tenant("acme", "acme.example").await;
    let evil = Peer::new(&young, "evil.example", 66);
    young.clock.pass(30);
    for (age, status, code) in [
        (31, 401, Some(Code::Replay)),
        (30, 200, None),
        (0, 200, None),
    ] {
        let send = evil.send(&scene.acme_name(), &[]);
        let created = send.created - age;
        let response = young
            .inbound
            .handle(Unsigned { created, ..send }.signed())
            .await;
        assert_eq!(
            (response.status.as_u16(), refused(&response)),
            (status, code),
            "{age}"
        );
    }
    drop(house);
}

// T051b: the very same request again is refused, POST and GET alike; a fresh signature is not.
#[tokio::test]
async fn replayed() {
    let scene = Scene::set().await;
    let room = format!("/_scaiwave/federation/v1/rooms/{}", scene.room_id);
    let asked = [
        scene.evil.send(&scene.acme_name(), &[]),
        scene.evil.ask(
            &scene.acme_name(),
            Method::GET,
            &format!("{room}/members"),
            "",
        ),
        Unsigned {
            query: Some("after=0&limit=5".to_owned()),
            ..scene.evil.ask(
                &scene.acme_name(),
                Method::GET,
                &format!("{room}/backfill"),
                "",
            )
        },
    ];
    for unsigned in asked {
        let first = scene.town.inbound.handle(unsigned.signed()).await;
        assert_eq!(first.status, 200, "{:?}", first.body);
        let lines = scene.rejections().await.len();
        let second = scene.town.inbound.handle(unsigned.signed()).await;
        assert_eq!(
            (second.status.as_u16(), refused(&second)),
            (401, Some(Code::Replay))
        );
        let logged = scene.rejections().await;
        let post = unsigned.method == Method::POST;
        assert_eq!(logged.len() - lines, usize::from(post));
        assert!(!post || logged[0].step == "nonce");
    }
}

// A request that does not verify uses up no nonce.
#[tokio::test]
async fn a_forger_uses_up_no_nonce() {
    let scene = Scene::set().await;
    let honest = scene.evil.send(&scene.acme_name(), &[]);
    let mut forged = honest.signed();
    forged.query = Some("x".to_owned());
    assert_eq!(scene.town.inbound.handle(forged).await.status, 401);
    assert_eq!(scene.town.inbound.handle(honest.signed()).await.status, 200);
}

// What was refused once is refused in the same words when it comes again, though nothing but its number
// stands against it by then: its author, who lost the first answer, is told why.
#[tokio::test]
async fn an_event_refused_before() {
    let scene = Scene::set().await;
    let of_trudy = |origin_seq| Draft {
        sender: scene.evil.person("trudy"),
        ..scene.message(origin_seq)
    };
    let early = scene.evil.submit(of_trudy(2));
    let never_sent = scene.evil.submit(of_trudy(2));
    let stranger = || {
        Some((
            Code::NotAuthorized,
            "the sender is not a member of this room",
        ))
    };
    let number = "origin_seq is not above the last one from that server";
    for (item, refusal) in [
        (&early, stranger()),
        (&scene.evil.submit(scene.message(3)), None),
        (&scene.evil.submit(scene.join("trudy", 4)), None),
        (&early, stranger()),
        (&early, stranger()),
        (&never_sent, Some((Code::ChainBroken, number))),
    ] {
        let request = scene
            .evil
            .send(&scene.acme_name(), std::slice::from_ref(item));
        let response = scene.town.inbound.handle(request.signed()).await;
        let result = ItemResult::parse_answer(&response.body, 1)
            .unwrap()
            .remove(0);
        match refusal {
            None => assert!(matches!(result, ItemResult::Ok(_)), "{result:?}"),
            Some((code, message)) => {
                assert_eq!(result, ItemResult::Rejected(code.because(message)));
            }
        }
    }
}
