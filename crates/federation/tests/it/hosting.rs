//! The host's life: it comes back from a backup, gives a room away, or tells two histories.

mod lifted;

use std::path::Path;

use scaiwave_engine::audit::Actor;
use scaiwave_engine::policy::Mode;
use scaiwave_engine::store::record::{AuditRow, TenantRow};
use scaiwave_engine::store::{AuditFilter, Change, Commit, ServerStore as _};
use scaiwave_engine::{Viewer, messages, peering, rooms, upkeep};
use scaiwave_federation::client::Answer;
use scaiwave_protocol::{RoomId, json};
use scaiwave_store_sqlite::{Options, SqliteServerStore};
use scaiwave_testkit::hostile::edit;
use tempfile::TempDir;

use crate::audited::lines;
use crate::history::scroll;
use crate::mended::until_mended;
use crate::neighbours::{heard, same_history, say, shared_room, text};
use crate::town::{House, Town, name, until};

impl Town {
    /// A tenant with its files in a directory, where they may be older than they were.
    pub(crate) async fn tenant_in(&self, directory: &Path, server_name: &str) -> House {
        let disk = SqliteServerStore::open(directory, Options::default()).unwrap();
        let row = TenantRow {
            slug: "disk".to_owned(),
            name: "disk".to_owned(),
            server_name: name(server_name),
            created_at: self.world.now(),
        };
        let is_new = disk.create_tenant(row.clone()).await.is_ok();
        let store = disk.open("disk").await.unwrap();
        let house = self.move_in(row, store).await;
        if is_new {
            house
                .policy(|policy| policy.default_mode = Mode::Open)
                .await;
        }
        house
    }

    /// Ends the process of a tenant.
    pub(crate) async fn stop(&self, house: House) {
        self.inbound.remove_tenant(house.tenant.server_name());
        house.shutdown.cancel();
        house.tenant.close().await;
    }
}

/// Acme keeps its files in a directory; globex of the same town follows its room.
struct Scene {
    town: Town,
    directory: TempDir,
    backup: TempDir,
    acme: House,
    globex: House,
    alice: Viewer,
    bob: Viewer,
    room_id: RoomId,
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Scene {
    /// A backup is made, and then everybody says something more.
    async fn set() -> Self {
        let town = Town::new();
        let (directory, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let acme = town.tenant_in(directory.path(), "acme.example").await;
        let globex = town.tenant("globex", "globex.example").await;
        let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
        let room_id = shared_room(&acme, &alice, &globex, &bob).await;
        say(&acme, &alice, &room_id, "kept").await;
        same_history(&acme, &globex, &room_id).await;
        copy(directory.path(), backup.path());
        say(&acme, &alice, &room_id, "lost 1").await;
        say(&globex, &bob, &room_id, "lost 2").await;
        until("bob's words", || async {
            heard(&acme, &alice, &room_id).await.len() == 3
        })
        .await;
        say(&acme, &alice, &room_id, "lost 3").await;
        until("all three", || async {
            heard(&globex, &bob, &room_id).await.len() == 4
        })
        .await;
        same_history(&acme, &globex, &room_id).await;
        Scene {
            town,
            directory,
            backup,
            acme,
            globex,
            alice,
            bob,
            room_id,
        }
    }

    /// The backup takes the place of what was there, and a new process begins with it.
    async fn restore(self, doubtful: bool) -> Self {
        let Scene {
            town,
            directory,
            backup,
            acme,
            ..
        } = self;
        town.stop(acme).await;
        drop(directory);
        if doubtful {
            cut(&town, "globex.example");
        }
        let acme = town.tenant_in(backup.path(), "acme.example").await;
        if doubtful {
            peering::doubt(&acme.tenant).await.unwrap();
        }
        Scene {
            town,
            directory: tempfile::tempdir().unwrap(),
            backup,
            acme,
            ..self
        }
    }

    async fn alarms(&self, house: &House, action: &str) -> Vec<AuditRow> {
        let filter = AuditFilter {
            action: Some(action.to_owned()),
            limit: 10,
            ..AuditFilter::default()
        };
        house.store.audit(filter).await.unwrap()
    }
}

fn cut(town: &Town, server: &str) {
    *town.street.cut_off.lock() = Some((name(server), 0));
}

fn mend(town: &Town) {
    town.street.cut_off.lock().take();
}

// Nothing is sequenced before the follower was heard; then what was lost is back, in a new term.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_host_fetches_back_what_it_lost() {
    let scene = Scene::set().await.restore(true).await;
    let (acme, alice, room_id) = (&scene.acme, &scene.alice, &scene.room_id);
    let early = messages::post(&acme.tenant, alice, room_id, text("too early"), None).await;
    assert_eq!(early.unwrap_err().code.as_str(), "SW_ROOM_WAITING");
    let view = rooms::integrity(&acme.tenant, alice, room_id)
        .await
        .unwrap();
    assert_eq!(view.waiting_for, [name("globex.example")]);
    // Who asks an admin to answer for it must be one.
    let denied = peering::confirm_newest(&acme.tenant, Actor::Person(alice), room_id).await;
    assert_eq!(
        denied.unwrap_err().code.as_str(),
        "SW_AUTH_INSUFFICIENT_PERMISSION"
    );

    mend(&scene.town);
    upkeep::run(&acme.tenant).await;
    let both = [acme, &scene.globex];
    until_mended(&both, "the room goes on", || async {
        messages::post(&acme.tenant, alice, room_id, text("after"), None)
            .await
            .is_ok()
    })
    .await;
    say(&scene.globex, &scene.bob, room_id, "last").await;
    let words = ["kept", "lost 1", "lost 2", "lost 3", "after", "last"];
    until_mended(&both, "everything on both sides", || async {
        heard(acme, alice, room_id).await == words
            && heard(&scene.globex, &scene.bob, room_id).await == words
    })
    .await;
    same_history(acme, &scene.globex, room_id).await;
    let room = acme.store.room(room_id).await.unwrap().unwrap();
    assert_eq!(room.head.term, 2);
    assert_eq!(scene.alarms(acme, "room.recovered").await.len(), 1);
    assert!(
        scene
            .alarms(&scene.globex, "host.two_histories")
            .await
            .is_empty()
    );
    let view = rooms::integrity(&acme.tenant, alice, room_id)
        .await
        .unwrap();
    assert!(view.waiting_for.is_empty() && view.servers[0].compared.is_some_and(|c| c.same));
}

// What a follower gives back is believed only as far as it is ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tail_that_is_not_ours() {
    let scene = Scene::set().await.restore(true).await;
    *scene.town.street.meddler.lock() = Some(Box::new(|url, answer| {
        if !url.contains("/backfill") {
            return Ok(answer);
        }
        let mut page = json::parse_body(&answer.body).unwrap();
        edit::set(&mut page, "entries/0/ts", 1u64.into());
        Ok(Answer {
            body: page.canonical().into(),
            ..answer
        })
    }));
    mend(&scene.town);
    upkeep::run(&scene.acme.tenant).await;
    until("admins are told", || async {
        !scene
            .alarms(&scene.acme, "room.foreign_tail")
            .await
            .is_empty()
    })
    .await;
    // It holds up nothing, and nothing of it is stored.
    say(&scene.acme, &scene.alice, &scene.room_id, "on we go").await;
    let words = heard(&scene.acme, &scene.alice, &scene.room_id).await;
    assert_eq!(words, ["kept", "on we go"]);
}

// A follower that never comes back must not end a room: an admin can answer for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admin_answers_for_a_room_in_doubt() {
    let scene = Scene::set().await.restore(true).await;
    let (acme, room_id) = (&scene.acme, &scene.room_id);
    scene.town.clock.pass(61);
    upkeep::run(&acme.tenant).await;
    upkeep::run(&acme.tenant).await;
    let alarms = scene.alarms(acme, "room.in_doubt").await;
    assert_eq!(alarms.len(), 1, "told once");
    assert!(alarms[0].message.contains("globex.example"));
    let unheard = peering::confirm_newest(&acme.tenant, Actor::Operator, room_id).await;
    assert_eq!(unheard.unwrap(), [name("globex.example")]);
    let confirmed = scene.alarms(acme, "room.confirmed_newest").await;
    assert!(confirmed[0].message.contains("globex.example"));
    say(acme, &scene.alice, room_id, "on we go").await;
    let again = peering::confirm_newest(&acme.tenant, Actor::Operator, room_id).await;
    assert_eq!(again.unwrap_err().code.as_str(), "SW_ROOM_NOT_FOUND");
}

// A host that goes on from a backup without asking has signed two histories: both servers find the proof.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_histories_freeze_the_room() {
    let scene = Scene::set().await;
    cut(&scene.town, "globex.example");
    let scene = scene.restore(false).await;
    let (acme, globex, room_id) = (&scene.acme, &scene.globex, &scene.room_id);
    for n in 0..6 {
        say(acme, &scene.alice, room_id, &format!("other {n}")).await;
    }
    mend(&scene.town);
    say(globex, &scene.bob, room_id, "what is going on?").await;
    let frozen = async |house: &House| {
        let room = house.store.room(room_id).await.unwrap().unwrap();
        room.frozen.is_some()
    };
    until_mended(&[acme, globex], "both have found it", || async {
        upkeep::run(&acme.tenant).await;
        frozen(globex).await && frozen(acme).await
    })
    .await;
    for (house, viewer) in [(globex, &scene.bob), (acme, &scene.alice)] {
        let denied = messages::post(&house.tenant, viewer, room_id, text("x"), None).await;
        assert_eq!(denied.unwrap_err().code.as_str(), "SW_ROOM_FROZEN");
        assert_eq!(scene.alarms(house, "host.two_histories").await.len(), 1);
        assert!(!scene.alarms(house, "history.suspected").await.is_empty());
        let proof = rooms::evidence(&house.tenant, &house.admin(), room_id)
            .await
            .unwrap();
        assert_eq!(proof.len(), 1);
        let text = String::from_utf8(proof[0].document.clone()).unwrap();
        assert!(text.contains("\"ours\"") && text.contains("\"theirs\""));
        let view = rooms::integrity(&house.tenant, viewer, room_id)
            .await
            .unwrap();
        assert!(view.frozen.is_some());
    }
    // Both sides are kept.
    let both = [
        heard(globex, &scene.bob, room_id).await,
        heard(acme, &scene.alice, room_id).await,
    ];
    assert_eq!(both[0], ["kept", "lost 1", "lost 2", "lost 3"]);
    assert_eq!(both[1].len(), 7);
}

// Acme gives its room to globex; initech follows; carol of hooli is invited and has not answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_is_handed_over() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let initech = town.tenant("initech", "initech.example").await;
    let hooli = town.tenant("hooli", "hooli.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let (dan, carol) = (initech.person("dan").await, hooli.person("carol").await);
    let room_id = shared_room(&acme, &alice, &globex, &bob).await;
    rooms::invite(&acme.tenant, &alice, &room_id, &dan.fqid)
        .await
        .unwrap();
    invited(&initech, &dan).await;
    scaiwave_engine::invitations::accept(&initech.tenant, &dan, &room_id)
        .await
        .unwrap();
    rooms::invite(&acme.tenant, &alice, &room_id, &carol.fqid)
        .await
        .unwrap();
    invited(&hooli, &carol).await;
    say(&acme, &alice, &room_id, "before").await;
    same_history(&acme, &globex, &room_id).await;

    let give = async |viewer: Viewer, to: &str| {
        rooms::hand_over(&acme.tenant, Actor::Person(&viewer), &room_id, &name(to)).await
    };
    let code = |denied: Result<(), scaiwave_engine::Denial>| denied.unwrap_err().code.as_str();
    assert_eq!(
        code(give(alice.clone(), "globex.example").await),
        "SW_AUTH_INSUFFICIENT_PERMISSION"
    );
    assert_eq!(
        code(give(acme.admin(), "globex.example").await),
        "SW_FED_POLICY_VIOLATION"
    );
    assert_eq!(
        code(give(acme.admin(), "hooli.example").await),
        "SW_BAD_REQUEST"
    );
    // A server that began with a snapshot lacks what is older.
    let agreed = rooms::agree_to_host(&globex.tenant, Actor::Operator, &room_id).await;
    assert_eq!(code(agreed), "SW_ROOM_FORBIDDEN");
    holds_everything(&globex, &bob, &room_id).await;
    rooms::agree_to_host(&globex.tenant, Actor::Operator, &room_id)
        .await
        .unwrap();
    rooms::withdraw_take_over(&globex.tenant, Actor::Operator, &room_id)
        .await
        .unwrap();
    assert_eq!(lines(&globex, "room.take_over_withdrawn").await.len(), 1);
    let denied = give(acme.admin(), "globex.example").await;
    assert_eq!(code(denied), "SW_FED_POLICY_VIOLATION");
    rooms::agree_to_host(&globex.tenant, Actor::Operator, &room_id)
        .await
        .unwrap();

    // Initech does not hear of it at once, and globex's people are just writing. What globex does not
    // know of initech's keys by now it could ask for once more only a minute later, and no clock runs.
    globex.has_heard("initech.example").await;
    cut(&town, "initech.example");
    say(&globex, &bob, &room_id, "meanwhile").await;
    give(acme.admin(), "globex.example").await.unwrap();
    say(&acme, &alice, &room_id, "from a follower now").await;
    say(&globex, &bob, &room_id, "mine now").await;
    say(&initech, &dan, &room_id, "who is the host?").await;
    mend(&town);

    let words = async |house: &House, viewer: &Viewer| {
        let mut words = heard(house, viewer, &room_id).await;
        words.sort();
        words
    };
    let expected = [
        "before",
        "from a follower now",
        "meanwhile",
        "mine now",
        "who is the host?",
    ];
    let all = [&acme, &globex, &initech, &hooli];
    until_mended(&all, "everybody has everything", || async {
        words(&acme, &alice).await == expected
            && words(&globex, &bob).await == expected
            && words(&initech, &dan).await == expected
    })
    .await;
    assert_eq!(lines(&globex, "room.take_over_agreed").await.len(), 2);
    assert_eq!(lines(&acme, "room.handed_over").await.len(), 1);
    assert_eq!(lines(&globex, "room.taken_over").await.len(), 1);
    // The invitation is answered to whoever is the host now.
    let view = scaiwave_engine::invitations::accept(&hooli.tenant, &carol, &room_id)
        .await
        .unwrap();
    assert_eq!(view.host, name("globex.example"));
    for house in [&acme, &initech, &hooli] {
        same_history(&globex, house, &room_id).await;
        let room = house.store.room(&room_id).await.unwrap().unwrap();
        assert_eq!((room.host.as_str(), room.head.term), ("globex.example", 2));
    }
    until_mended(&all, "nobody follows acme", || async {
        upkeep::run(&acme.tenant).await;
        acme.store.followers(&room_id).await.unwrap().is_empty()
    })
    .await;
    for house in [&acme, &globex, &initech, &hooli] {
        assert!(house.store.pending(&room_id).await.unwrap().is_empty());
    }
    // Both hosts can write the whole log down, each with the other's checkpoints; who began with a
    // snapshot cannot.
    let head = globex.store.room(&room_id).await.unwrap().unwrap().head;
    for house in [&acme, &globex] {
        let mut file = Vec::new();
        let written = rooms::export(&house.tenant, Actor::Operator, &room_id, &mut file).await;
        assert_eq!(written.unwrap(), head.seq);
        let report = rooms::verify_export(&file[..]).unwrap();
        assert_eq!((report.term, report.chain), (2, head.chain));
        assert_eq!(report.host.as_str(), "globex.example");
        assert!(report.void.is_empty());
        every_flip_is_found(&file);
    }
    let denied = rooms::export(&hooli.tenant, Actor::Operator, &room_id, &mut Vec::new()).await;
    assert!(denied.is_err());
}

/// A process that ended right after the last page of a room's past was stored, and starts again.
async fn not_folded_yet(town: &Town, from: &House, house: House, room_id: &RoomId) -> House {
    let mut room = house.store.room(room_id).await.unwrap().unwrap();
    let older = from
        .store
        .entries_before(room_id, room.base_seq + 1, 500)
        .await
        .unwrap();
    let row = TenantRow {
        slug: house.tenant.slug().to_owned(),
        name: house.tenant.name().to_owned(),
        server_name: house.tenant.server_name().clone(),
        created_at: 0,
    };
    let store = house.store.clone();
    town.stop(house).await;
    room.first_seq = 1;
    room.chain_before = scaiwave_protocol::Hash::ZERO;
    let changes = vec![
        Change::AppendEntries(room_id.clone(), older),
        Change::PutRoom(Box::new(room)),
    ];
    store.commit(Commit::of(changes)).await.unwrap();
    town.move_in(row, store).await
}

// Who holds the whole log can give it to anybody, who folds it; but a room is taken over only by a server
// that has folded it itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_held_and_not_yet_checked() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let room_id = shared_room(&acme, &alice, &globex, &bob).await;
    say(&acme, &alice, &room_id, "before").await;
    same_history(&acme, &globex, &room_id).await;
    let globex = not_folded_yet(&town, &acme, globex, &room_id).await;

    let agree = || rooms::agree_to_host(&globex.tenant, Actor::Operator, &room_id);
    let early = agree().await.unwrap_err();
    assert_eq!(early.code.as_str(), "SW_ROOM_FORBIDDEN");
    assert!(early.message.contains("still checking"), "{early}");
    let mut file = Vec::new();
    let written = rooms::export(&globex.tenant, Actor::Operator, &room_id, &mut file).await;
    let head = acme.store.room(&room_id).await.unwrap().unwrap().head;
    assert_eq!(written.unwrap(), head.seq);
    let report = rooms::verify_export(&file[..]).unwrap();
    assert_eq!(report.chain, head.chain);

    upkeep::run(&globex.tenant).await;
    until("the fold from seq 1", || async {
        let room = globex.store.room(&room_id).await.unwrap().unwrap();
        room.base_seq == 0
    })
    .await;
    agree().await.unwrap();
}

/// Somebody looks at the whole past, which is checked from its first entry on.
pub(crate) async fn holds_everything(house: &House, viewer: &Viewer, room_id: &RoomId) {
    scroll(house, viewer, room_id, 200).await;
    until("the fold from seq 1", || async {
        let room = house.store.room(room_id).await.unwrap().unwrap();
        room.base_seq == 0
    })
    .await;
}

pub(crate) async fn invited(house: &House, viewer: &Viewer) {
    until("the invitation", || async {
        let list = scaiwave_engine::invitations::list(&house.tenant, viewer).await;
        !list.unwrap().is_empty()
    })
    .await;
}

/// One bit at a time, spread over the file; and lines that are missing, doubled or swapped.
fn every_flip_is_found(file: &[u8]) {
    for place in (0..file.len()).step_by(97) {
        let mut flipped = file.to_vec();
        flipped[place] ^= 1 << (place % 7);
        let report = rooms::verify_export(&flipped[..]);
        assert!(
            report.is_err(),
            "a flip at {place} is not found: {report:?}"
        );
    }
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    for n in 0..lines.len() - 1 {
        let mut missing = lines.clone();
        missing.remove(n);
        let mut doubled = lines.clone();
        doubled.insert(n, lines[n]);
        let mut swapped = lines.clone();
        swapped.swap(n, n + 1);
        for wrong in [missing, doubled, swapped] {
            let wrong = wrong.concat();
            assert!(rooms::verify_export(&wrong[..]).is_err(), "line {n}");
        }
    }
    assert!(rooms::verify_export(&file[..file.len() - 1]).is_err());
}
