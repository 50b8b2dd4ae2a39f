//! Bad-input row T155: two processes with one name and one key, from a data directory that was copied.

use scaiwave_engine::{Viewer, messages, peering, rooms, upkeep};
use scaiwave_protocol::RoomId;
use tempfile::TempDir;

use crate::audited::lines;
use crate::hosting::copy;
use crate::mended::until_mended;
use crate::neighbours::{heard, same_history, say, shared_room, text};
use crate::town::{House, Town, name, until};

/// A house, its twin from a copy of its files, and somebody who shares a room with them; each in a process of its own.
struct Twins {
    original: House,
    twin: House,
    other: House,
    /// Of the house and of its twin.
    person: Viewer,
    towns: [Town; 3],
    _files: [TempDir; 2],
}

/// The people of a room, and the room.
struct Scene {
    twins: Twins,
    /// Of the other house.
    neighbour: Viewer,
    room_id: RoomId,
}

impl Scene {
    /// `acme.example` hosts the room, or follows it.
    async fn set(acme_hosts: bool) -> Self {
        let towns = [Town::new(), Town::new(), Town::new()];
        // Every world begins with the same randomness. Far apart: an id or a nonce that two of them use would be refused.
        towns[1].world.random::<100_000>();
        towns[2].world.random::<200_000>();
        towns[0].road(&towns[1], "globex.example");
        towns[1].road(&towns[0], "acme.example");
        towns[2].road(&towns[1], "globex.example");
        let files = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let original = towns[0].tenant_in(files[0].path(), "acme.example").await;
        let other = towns[1].tenant("globex", "globex.example").await;
        let (alice, bob) = (original.person("alice").await, other.person("bob").await);
        let room_id = match acme_hosts {
            true => shared_room(&original, &alice, &other, &bob).await,
            false => shared_room(&other, &bob, &original, &alice).await,
        };
        say(&original, &alice, &room_id, "before").await;
        until("her words", || async {
            heard(&other, &bob, &room_id).await == ["before"]
                && original.store.pending(&room_id).await.unwrap().is_empty()
        })
        .await;
        same_history(&original, &other, &room_id).await;
        copy(files[0].path(), files[1].path());
        let twin = towns[2].tenant_in(files[1].path(), "acme.example").await;
        // As a server starts with files that it did not leave itself.
        peering::doubt(&twin.tenant).await.unwrap();
        Scene {
            twins: Twins {
                original,
                twin,
                other,
                person: alice,
                towns,
                _files: files,
            },
            neighbour: bob,
            room_id,
        }
    }

    async fn is_frozen(&self, house: &House) -> bool {
        let room = house.store.room(&self.room_id).await.unwrap().unwrap();
        room.frozen.is_some()
    }
}

// Both sequence an entry after the same one: the follower takes the first that comes, finds the proof in the other, and
// from then on takes nothing of either. Its admins are told, with the proof.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_twin_of_a_host() {
    let scene = Scene::set(true).await;
    let (room_id, bob) = (&scene.room_id, &scene.neighbour);
    let Twins {
        original,
        twin,
        other,
        person: alice,
        ..
    } = &scene.twins;
    until("the twin has asked", || async {
        messages::post(&twin.tenant, alice, room_id, text("by the twin"), None)
            .await
            .is_ok()
    })
    .await;
    until("the twin is believed", || async {
        heard(other, bob, room_id).await == ["before", "by the twin"]
    })
    .await;
    say(original, alice, room_id, "by the original").await;
    until_mended(&[original, twin, other], "it is found", || async {
        upkeep::run(&other.tenant).await;
        scene.is_frozen(other).await
    })
    .await;
    assert_eq!(lines(other, "host.two_histories").await.len(), 1);
    let proof = rooms::evidence(&other.tenant, &other.admin(), room_id).await;
    assert_eq!(proof.unwrap().len(), 1);
    for house in [original, twin] {
        drop(messages::post(&house.tenant, alice, room_id, text("more"), None).await);
        upkeep::run(&house.tenant).await;
    }
    assert_eq!(heard(other, bob, room_id).await, ["before", "by the twin"]);
}

impl Scene {
    /// Whether the way from the other house to the original is cut.
    fn cut(&self, is_cut: bool) {
        let away = is_cut.then(|| (name("acme.example"), 0));
        *self.twins.towns[1].street.cut_off.lock() = away;
    }

    /// The original speaks after its twin, and what both said stands in one history.
    async fn the_original_goes_on(&self, has_heard: bool) {
        let (room_id, bob) = (&self.room_id, &self.neighbour);
        let Twins {
            original,
            twin,
            other,
            person: alice,
            ..
        } = &self.twins;
        let both = ["before", "by the twin", "by the original"];
        self.cut(!has_heard);
        say(twin, alice, room_id, "by the twin").await;
        until("the twin is believed", || async {
            heard(other, bob, room_id).await == both[..2]
        })
        .await;
        if has_heard {
            same_history(original, other, room_id).await;
        }
        say(original, alice, room_id, "by the original").await;
        if !has_heard {
            until("its number is refused", || async {
                let rows = original.store.pending(room_id).await.unwrap();
                rows.iter().any(|row| row.refused.is_some())
            })
            .await;
            self.cut(false);
        }
        until_mended(&[original, other], "the original is heard", || async {
            heard(other, bob, room_id).await == both
                && heard(original, alice, room_id).await == both
        })
        .await;
        same_history(original, other, room_id).await;
        assert!(!self.is_frozen(other).await && !self.is_frozen(original).await);
        assert_eq!(lines(original, "words.not_ours").await.len(), 1);
        assert_eq!(original.store.pending(room_id).await.unwrap(), []);
        let letters = original.store.dead_letters(None, None, 9).await;
        assert_eq!(letters.unwrap(), []);
    }
}

// Both number what they say. The host keeps one history of it. The original is told of the first entry in its name that
// it did not make, and goes on behind what its twin has used.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_twin_of_a_follower() {
    Scene::set(false).await.the_original_goes_on(true).await;
}

// The same when the original speaks before the twin's words have come to it: the host has refused its number by then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_twin_of_a_follower_was_faster() {
    Scene::set(false).await.the_original_goes_on(false).await;
}
