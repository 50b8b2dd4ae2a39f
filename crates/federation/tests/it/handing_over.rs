//! What is under way when a room changes hands: answers to invitations, and processes that end in between.

use std::sync::Arc;

use scaiwave_engine::audit::Actor;
use scaiwave_engine::store::TenantStore;
use scaiwave_engine::store::record::TenantRow;
use scaiwave_engine::{Viewer, invitations, rooms, upkeep};
use scaiwave_protocol::RoomId;
use scaiwave_protocol::event::content::{Membership, TRANSFER};

use crate::dying::{Dying, Stop};
use crate::history::{comes_in, invites};
use crate::hosting::holds_everything;
use crate::mended::until_mended;
use crate::neighbours::{heard, same_history, say, shared_room};
use crate::policy::membership;
use crate::town::{House, Town, name, until};

async fn hand_over(acme: &House, globex: &House, room_id: &RoomId) -> bool {
    let agreed = rooms::agree_to_host(&globex.tenant, Actor::Operator, room_id).await;
    let to = name("globex.example");
    let given = rooms::hand_over(&acme.tenant, Actor::Operator, room_id, &to).await;
    agreed.is_ok() && given.is_ok()
}

/// Before Acme hands the room over to Globex, which holds everything. Carol of Hooli is invited.
struct Before {
    town: Town,
    acme: House,
    globex: House,
    hooli: House,
    carol: Viewer,
    room_id: RoomId,
}

impl Before {
    async fn set() -> Self {
        let town = Town::new();
        let acme = town.tenant("acme", "acme.example").await;
        let globex = town.tenant("globex", "globex.example").await;
        let hooli = town.tenant("hooli", "hooli.example").await;
        let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
        let carol = hooli.person("carol").await;
        let room_id = shared_room(&acme, &alice, &globex, &bob).await;
        invites(&acme, &alice, &hooli, &carol, &room_id).await;
        same_history(&acme, &globex, &room_id).await;
        holds_everything(&globex, &bob, &room_id).await;
        Before {
            town,
            acme,
            globex,
            hooli,
            carol,
            room_id,
        }
    }
}

// Carol declines while the old host cannot be reached. The new host delivers her invitation anew, and gets the
// answer that waits for the old one.
#[tokio::test(start_paused = true)]
async fn a_decline_finds_the_new_host() {
    let Before {
        town,
        acme,
        globex,
        hooli,
        carol,
        room_id,
    } = Before::set().await;

    // Hooli reaches nobody.
    town.street.islands.lock().insert(name("hooli.example"));
    invitations::decline(&hooli.tenant, &carol, &room_id)
        .await
        .unwrap();
    assert!(hand_over(&acme, &globex, &room_id).await);
    let waiting = hooli.store.outbox(&name("acme.example"), 9).await.unwrap();
    assert_eq!(waiting.len(), 1);
    // Acme is gone for good.
    *town.street.islands.lock() = [name("acme.example")].into();
    until_mended(&[&globex, &hooli], "the answer", || async {
        membership(&globex, &room_id, &carol.fqid).await == Some(Membership::Leave)
    })
    .await;
    assert!(
        hooli
            .store
            .outbox(&name("acme.example"), 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        invitations::list(&hooli.tenant, &carol)
            .await
            .unwrap()
            .is_empty()
    );
}

// Carol accepts, and her join does not reach the old host any more. It is not hers to wait for: she accepts the
// invitation that the new host has sent anew.
#[tokio::test(start_paused = true)]
async fn a_join_finds_the_new_host() {
    let Before {
        town,
        acme,
        globex,
        hooli,
        carol,
        room_id,
    } = Before::set().await;

    // Acme is cut off behind the snapshot that it answers.
    let street = town.street.clone();
    *town.street.meddler.lock() = Some(Box::new(move |url, answer| {
        if url.ends_with("/snapshot") {
            *street.cut_off.lock() = Some((name("acme.example"), 0));
        }
        Ok(answer)
    }));
    let accept = || invitations::accept(&hooli.tenant, &carol, &room_id);
    assert_eq!(accept().await.unwrap().membership, Some(Membership::Invite));
    *town.street.meddler.lock() = None;
    assert!(hand_over(&acme, &globex, &room_id).await);
    until("the invitation of the new host", || async {
        let row = hooli.store.invitation(&room_id, &carol.fqid).await.unwrap();
        row.is_some_and(|row| row.host == name("globex.example"))
    })
    .await;

    *town.street.cut_off.lock() = None;
    until_mended(&[&hooli], "the old host's answer", || async {
        let pending = hooli.store.pending(&room_id).await.unwrap();
        let told = pending.iter().filter_map(|row| row.refused.as_ref());
        told.map(|refused| refused.code.as_str())
            .eq(["SW_FED_NOT_HOST"])
    })
    .await;
    assert_eq!(accept().await.unwrap().membership, Some(Membership::Join));
    assert_eq!(
        membership(&globex, &room_id, &carol.fqid).await,
        Some(Membership::Join)
    );
}

// Globex's admin agrees, and the last of its people leaves. Who comes back later has agreed to nothing.
#[tokio::test(start_paused = true)]
async fn an_agreement_ends_with_the_leave() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let room_id = shared_room(&acme, &alice, &globex, &bob).await;
    same_history(&acme, &globex, &room_id).await;
    holds_everything(&globex, &bob, &room_id).await;
    rooms::agree_to_host(&globex.tenant, Actor::Operator, &room_id)
        .await
        .unwrap();

    rooms::leave(&globex.tenant, &bob, &room_id).await.unwrap();
    until("the end of the agreement", || async {
        globex.store.take_over(&room_id).await.unwrap().is_none()
    })
    .await;
    comes_in(&acme, &alice, &globex, &bob, &room_id).await;
    let to = name("globex.example");
    let refused = rooms::hand_over(&acme.tenant, Actor::Operator, &room_id, &to).await;
    let sentence = refused.unwrap_err().message;
    assert!(sentence.contains("no admin of this server"), "{sentence}");

    holds_everything(&globex, &bob, &room_id).await;
    assert!(hand_over(&acme, &globex, &room_id).await);
}

/// Which of the two dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Old,
    New,
}

struct Scene {
    town: Town,
    acme: House,
    globex: House,
    alice: Viewer,
    bob: Viewer,
    room_id: RoomId,
    dying: Arc<Dying>,
    /// Of whoever dies, as it is on disk.
    disk: Arc<dyn TenantStore>,
}

impl Scene {
    /// Globex follows acme's room and holds all of it.
    async fn set(who: Who) -> Self {
        let town = Town::new();
        let mut made = None;
        let mut through = |store: Arc<dyn TenantStore>| -> Arc<dyn TenantStore> {
            let dying = Dying::new(store.clone());
            made = Some((dying.clone(), store));
            dying
        };
        let (acme, globex) = match who {
            Who::Old => {
                let acme = town.tenant_on("acme", "acme.example", &mut through).await;
                (acme, town.tenant("globex", "globex.example").await)
            }
            Who::New => {
                let acme = town.tenant("acme", "acme.example").await;
                let globex = town.tenant_on("globex", "globex.example", &mut through);
                (acme, globex.await)
            }
        };
        let (dying, disk) = made.unwrap();
        let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
        let room_id = shared_room(&acme, &alice, &globex, &bob).await;
        say(&acme, &alice, &room_id, "before").await;
        same_history(&acme, &globex, &room_id).await;
        holds_everything(&globex, &bob, &room_id).await;
        Scene {
            town,
            acme,
            globex,
            alice,
            bob,
            room_id,
            dying,
            disk,
        }
    }

    /// Whoever has died starts again.
    async fn restart(&mut self, who: Who) {
        let house = match who {
            Who::Old => &mut self.acme,
            Who::New => &mut self.globex,
        };
        let row = TenantRow {
            slug: house.tenant.slug().to_owned(),
            name: house.tenant.name().to_owned(),
            server_name: house.tenant.server_name().clone(),
            created_at: 0,
        };
        self.town.inbound.remove_tenant(house.tenant.server_name());
        house.shutdown.cancel();
        house.tenant.close().await;
        *house = self.town.move_in(row, self.disk.clone()).await;
    }

    /// Both say that globex is the host, and have the same log.
    async fn is_done(&self) -> bool {
        let mut rows = Vec::new();
        for house in [&self.acme, &self.globex] {
            match house.store.room(&self.room_id).await {
                Ok(row) => rows.push(row.unwrap()),
                Err(_) => return false,
            }
        }
        let host = |n: usize| rows[n].host.as_str() == "globex.example";
        host(0) && host(1) && rows[0].head == rows[1].head
    }

    async fn goes_on(&self, story: &str) {
        say(&self.acme, &self.alice, &self.room_id, "a follower's").await;
        say(&self.globex, &self.bob, &self.room_id, "the host's").await;
        let mut expected = vec!["a follower's", "before", "the host's"];
        expected.sort_unstable();
        for (house, viewer) in [(&self.acme, &self.alice), (&self.globex, &self.bob)] {
            let both = [&self.acme, &self.globex];
            until_mended(&both, "everybody's words", || async {
                let mut words = heard(house, viewer, &self.room_id).await;
                words.sort();
                words == expected
            })
            .await;
        }
        let log = self
            .globex
            .store
            .entries_after(&self.room_id, 0, 100, usize::MAX);
        let transfers = log
            .await
            .unwrap()
            .into_iter()
            .filter(|row| row.kind == TRANSFER);
        assert_eq!(transfers.count(), 1, "{story}");
        for house in [&self.acme, &self.globex] {
            assert!(
                house.store.pending(&self.room_id).await.unwrap().is_empty(),
                "{story}"
            );
            let room = house.store.room(&self.room_id).await.unwrap().unwrap();
            assert_eq!((room.frozen, room.head.term), (None, 2), "{story}");
        }
    }
}

// The process of the old or of the new host dies at any commit of a hand-over, and starts again: the room has one
// host in the end, nothing is lost, and nobody suspects anybody.
#[tokio::test(start_paused = true)]
async fn a_process_dies_in_a_hand_over() {
    for who in [Who::Old, Who::New] {
        for stop in [Stop::Before, Stop::After] {
            for commits in 0.. {
                let story = format!("{who:?} {stop:?} commit {commits}");
                let mut scene = Scene::set(who).await;
                scene.dying.stop_after(commits, stop);
                hand_over(&scene.acme, &scene.globex, &scene.room_id).await;
                if !scene.dying.is_over() {
                    until("the end, or the death", || async {
                        scene.dying.is_over() || scene.is_done().await
                    })
                    .await;
                }
                scene.dying.spare();
                let died = scene.dying.is_over();
                if died {
                    scene.restart(who).await;
                }
                for house in [&scene.acme, &scene.globex] {
                    upkeep::run(&house.tenant).await;
                }
                let room = scene
                    .acme
                    .store
                    .room(&scene.room_id)
                    .await
                    .unwrap()
                    .unwrap();
                if room.host.as_str() == "acme.example" {
                    // The admins try once more; what has been agreed to already is agreed to.
                    let both = [&scene.acme, &scene.globex];
                    until_mended(&both, "the second try", || {
                        hand_over(&scene.acme, &scene.globex, &scene.room_id)
                    })
                    .await;
                }
                until_mended(&[&scene.acme, &scene.globex], &story, || scene.is_done()).await;
                scene.goes_on(&story).await;
                if !died {
                    assert!(commits > 0, "{story}: it writes");
                    break;
                }
            }
        }
    }
}
