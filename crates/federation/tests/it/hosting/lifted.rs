//! A room that was read-only goes on.

use scaiwave_engine::audit::Actor;
use scaiwave_engine::{peering, rooms, upkeep};
use scaiwave_protocol::Json;

use super::{Scene, cut, mend};
use crate::history::scroll;
use crate::neighbours::{heard, same_history, say};
use crate::town::until;

const OTHERS: [&str; 4] = ["other 0", "other 1", "other 2", "other 3"];

impl Scene {
    /// Acme went on from a backup without asking, and both servers have found the proof.
    async fn forked() -> Self {
        let scene = Scene::set().await;
        cut(&scene.town, "globex.example");
        let scene = scene.restore(false).await;
        for words in OTHERS {
            say(&scene.acme, &scene.alice, &scene.room_id, words).await;
        }
        mend(&scene.town);
        until("both have found it", || async {
            upkeep::run(&scene.acme.tenant).await;
            scene.meet().await;
            let mut frozen = true;
            for house in [&scene.acme, &scene.globex] {
                let room = house.store.room(&scene.room_id).await.unwrap();
                frozen &= room.unwrap().frozen.is_some();
            }
            frozen
        })
        .await;
        scene
    }

    /// Both name their heads.
    async fn meet(&self) {
        for (house, other) in [(&self.acme, &self.globex), (&self.globex, &self.acme)] {
            let other = other.tenant.server_name();
            peering::retry(&house.tenant, &house.admin(), other)
                .await
                .unwrap();
        }
    }
}

// The host goes on with its own history in a new term; the follower takes it, keeps what it had otherwise
// as evidence, and sends what its people had said once more. Then all is as before, and stays so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_admins_lift_it() {
    let scene = Scene::forked().await;
    let (acme, globex, room_id) = (&scene.acme, &scene.globex, &scene.room_id);
    let (alice, bob) = (&scene.alice, &scene.bob);
    for (house, person) in [(acme, alice), (globex, bob)] {
        let denied = rooms::lift(&house.tenant, Actor::Person(person), room_id).await;
        let code = denied.unwrap_err().code;
        assert_eq!(code.as_str(), "SW_AUTH_INSUFFICIENT_PERMISSION");
    }
    let lifted = rooms::lift(&acme.tenant, Actor::Operator, room_id).await;
    let lifted = lifted.unwrap();
    assert_eq!((lifted.set_aside, lifted.sent_again), (0, 0));
    say(acme, alice, room_id, "sorry").await;

    let admin = globex.admin();
    let lifted = rooms::lift(&globex.tenant, Actor::Person(&admin), room_id).await;
    let lifted = lifted.unwrap();
    assert_eq!(lifted.host.as_str(), "acme.example");
    // Three messages had come after the backup; one of them is bob's.
    assert_eq!((lifted.set_aside, lifted.sent_again), (3, 1), "{lifted:?}");
    let mut expected = vec!["kept"];
    expected.extend(OTHERS);
    expected.extend(["sorry", "lost 2"]);
    until("bob's words at the host", || async {
        heard(acme, alice, room_id).await == expected
    })
    .await;
    same_history(acme, globex, room_id).await;
    // Page by page down to the beginning, across what was kept.
    let all = scroll(globex, bob, room_id, 3).await;
    let said = all.iter().filter(|event| event.kind == "swp.room.message");
    let words = said.map(|event| event.content.get("body").and_then(Json::as_str).unwrap());
    assert_eq!(words.collect::<Vec<_>>(), expected);
    assert!(globex.store.pending(room_id).await.unwrap().is_empty());
    until("the fold of the whole log", || async {
        let room = globex.store.room(room_id).await.unwrap().unwrap();
        room.base_seq == 0 && room.frozen.is_none()
    })
    .await;

    for house in [acme, globex] {
        assert_eq!(scene.alarms(house, "room.lifted").await.len(), 1);
        assert_eq!(scene.alarms(house, "host.two_histories").await.len(), 1);
    }
    let line = scene.alarms(globex, "room.lifted").await.remove(0);
    assert!(line.message.contains("3 entries above"), "{}", line.message);
    assert_eq!(line.actor, "@admin:globex.example");
    let room = acme.store.room(room_id).await.unwrap().unwrap();
    assert_eq!(room.head.term, 2, "a new term tells the histories apart");
    // What was set aside can still be read by admins: the proof, and the entries.
    let evidence = rooms::evidence(&globex.tenant, &admin, room_id).await;
    let evidence = evidence.unwrap();
    assert_eq!(evidence.len(), 2);
    let aside = evidence.iter().map(|row| row.document.clone());
    let aside = aside.map(|document| String::from_utf8(document).unwrap());
    let aside = aside
        .into_iter()
        .find(|text| text.contains("\"set_aside\""));
    let aside = aside.unwrap();
    assert!(aside.contains("lost 1") && aside.contains("lost 3"));
    // Nothing is to be lifted twice.
    let again = rooms::lift(&globex.tenant, Actor::Operator, room_id).await;
    assert_eq!(again.unwrap_err().code.as_str(), "SW_BAD_REQUEST");
}

// A follower whose admin has decided nothing yet still shows the old history: that freezes nobody again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_history_is_an_old_matter() {
    let scene = Scene::forked().await;
    let (acme, room_id) = (&scene.acme, &scene.room_id);
    rooms::lift(&acme.tenant, Actor::Operator, room_id)
        .await
        .unwrap();
    say(acme, &scene.alice, room_id, "on we go").await;
    scene.town.clock.pass(5);
    let now = scene.town.world.now();
    until("the heads are compared anew", || async {
        scene.meet().await;
        let view = rooms::integrity(&acme.tenant, &scene.alice, room_id).await;
        let compared = view.unwrap().servers[0].compared;
        compared.is_some_and(|compared| compared.at >= now && !compared.same)
    })
    .await;
    say(acme, &scene.alice, room_id, "still here").await;
    let room = acme.store.room(room_id).await.unwrap().unwrap();
    assert_eq!(room.frozen, None);
    assert_eq!(scene.alarms(acme, "host.two_histories").await.len(), 1);
}

// While the host cannot be reached there is nothing to go on with: the room stays as it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_host_nothing_is_lifted() {
    let scene = Scene::forked().await;
    let (globex, room_id) = (&scene.globex, &scene.room_id);
    let before = globex.store.room(room_id).await.unwrap();
    cut(&scene.town, "acme.example");
    let denied = rooms::lift(&globex.tenant, Actor::Operator, room_id).await;
    let denied = denied.unwrap_err();
    assert_eq!(denied.code.as_str(), "SW_FED_PEER_UNREACHABLE");
    assert!(
        denied.message.contains("acme.example"),
        "{}",
        denied.message
    );
    assert_eq!(globex.store.room(room_id).await.unwrap(), before);
    assert!(scene.alarms(globex, "room.lifted").await.is_empty());
}
