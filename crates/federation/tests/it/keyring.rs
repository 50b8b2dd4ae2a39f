//! Our own keys by the calendar: with restarts, wrong clocks, long absences, and after a loss.

use std::sync::Arc;

use scaiwave_engine::World;
use scaiwave_engine::audit::Actor;
use scaiwave_engine::keyring::{Keyring, KeyringError, RecoveryKey};
use scaiwave_engine::store::record::TenantRow;
use scaiwave_engine::store::{AuditFilter, ServerStore as _, TenantStore};
use scaiwave_protocol::descriptor::KnownKeys;
use scaiwave_protocol::limits::{DESCRIPTOR_BYTES_MAX, DESCRIPTOR_KEYS_MAX};
use scaiwave_protocol::{KeyId, Sign as _};
use scaiwave_store_sqlite::SqliteServerStore;

use crate::dying::{Dying, Stop};
use crate::town::name;
use crate::world::{self, FakeClock, START};

const DAY_S: u64 = 24 * 60 * 60;
const DAY_MS: u64 = DAY_S * 1000;
const BACKDATED_MS: u64 = 5 * 60 * 1000;

/// A store with keys, and a clock.
struct Shelf {
    clock: Arc<FakeClock>,
    world: World,
    /// Holds the memory of `store`.
    _server: SqliteServerStore,
    store: Arc<dyn TenantStore>,
}

impl Shelf {
    async fn new() -> Self {
        let (clock, world) = world::world();
        let server = SqliteServerStore::in_memory().unwrap();
        let row = TenantRow {
            slug: "acme".to_owned(),
            name: "acme".to_owned(),
            server_name: name("acme.example"),
            created_at: START,
        };
        server.create_tenant(row).await.unwrap();
        let store = server.open("acme").await.unwrap();
        Shelf {
            clock,
            world,
            _server: server,
            store,
        }
    }

    /// A process that starts now.
    async fn start(&self) -> Arc<Keyring> {
        let name = name("acme.example");
        Keyring::load(self.store.clone(), self.world.clone(), name)
            .await
            .unwrap()
    }

    /// How many lines the audit log has.
    async fn lines(&self) -> usize {
        let filter = AuditFilter {
            limit: 100,
            ..AuditFilter::default()
        };
        self.store.audit(filter).await.unwrap().len()
    }

    /// To this many ms after the beginning.
    fn at(&self, ms: u64) {
        let now = self.world.now();
        assert!((START + ms) >= now && (START + ms - now).is_multiple_of(1000));
        self.clock.pass((START + ms - now) / 1000);
    }
}

/// Every world begins with the same randomness: from here on this one's differs from the others'.
fn move_on(world: &World) {
    world.random::<1000>();
}

fn signing(keyring: &Keyring) -> KeyId {
    keyring.signer().public_key().id()
}

fn bytes(keyring: &Keyring) -> Vec<u8> {
    keyring.descriptor().as_json().canonical()
}

// A successor is made 30 days before the end and not a minute earlier, and signs a day later; the old key
// verifies until its end. A process that starts anew at any of these times does the same.
#[tokio::test]
async fn a_year_of_a_key() {
    let shelf = Shelf::new().await;
    let first = signing(&*shelf.start().await);
    let end = 365 * DAY_MS - BACKDATED_MS;
    let due = end - 30 * DAY_MS;
    for (at, keys, first_signs) in [
        (due - 60_000, 1, true),
        (due, 2, true),
        (due + DAY_MS - 1_000, 2, true),
        (due + DAY_MS, 2, false),
        (end - 1_000, 2, false),
        (end, 2, false),
    ] {
        shelf.at(at);
        let keyring = shelf.start().await;
        keyring.keep_calendar().await.unwrap();
        let keyring = shelf.start().await;
        assert_eq!(keyring.keys().len(), keys, "{at}");
        assert_eq!(signing(&keyring) == first, first_signs, "{at}");
        let listed = keyring.descriptor();
        assert_eq!(listed.keys().len(), keys);
        let old = listed.key(first).unwrap();
        assert_eq!(old.valid_at(shelf.world.now()), at < end);
    }
}

// What is published does not change when nothing does: neither by time, nor by a restart.
#[tokio::test]
async fn what_is_published_stands_still() {
    let shelf = Shelf::new().await;
    let keyring = shelf.start().await;
    let before = bytes(&keyring);
    for _ in 0..5 {
        shelf.clock.pass(DAY_S);
        keyring.keep_calendar().await.unwrap();
        assert_eq!(bytes(&keyring), before);
        assert_eq!(bytes(&*shelf.start().await), before);
    }
    let updated_at = keyring.descriptor().updated_at();
    keyring.rotate(Actor::Operator, true, None).await.unwrap();
    assert!(keyring.descriptor().updated_at() > updated_at);
}

// A server that was down until all its keys had expired has one again at once, which the last vouches for.
#[tokio::test]
async fn all_keys_have_expired() {
    let shelf = Shelf::new().await;
    let keyring = shelf.start().await;
    let mut known = KnownKeys::first_contact(&keyring.descriptor(), shelf.world.now());
    for _ in 0..3 {
        shelf.clock.pass(3 * 365 * DAY_S);
        let keyring = shelf.start().await;
        let now = shelf.world.now();
        assert!(keyring.descriptor().public_key().id() == signing(&keyring));
        known.learn(&keyring.descriptor(), now).unwrap();
        assert!(known.key(signing(&keyring)).unwrap().valid_at(now));
    }
}

// The clock is a year and a half ahead for a week, then right again: there is always a key that is valid.
#[tokio::test]
async fn a_clock_that_was_ahead() {
    let shelf = Shelf::new().await;
    let mut known = KnownKeys::first_contact(&shelf.start().await.descriptor(), START);
    // A process with a clock of its own on the same store.
    let (other_clock, other_world) = world::world();
    move_on(&other_world);
    other_clock.pass(550 * DAY_S);
    let wrong = Keyring::load(shelf.store.clone(), other_world, name("acme.example"))
        .await
        .unwrap();
    wrong.keep_calendar().await.unwrap();
    for week in 0..200 {
        shelf.clock.pass(7 * DAY_S);
        let keyring = shelf.start().await;
        keyring.keep_calendar().await.unwrap();
        let now = shelf.world.now();
        known.learn(&keyring.descriptor(), now).unwrap();
        let key = known.key(signing(&keyring)).unwrap();
        assert!(key.valid_at(now), "week {week}");
    }
}

// Everything is lost but the paper in the safe: a new store, a new key, and the peers believe in it.
#[tokio::test]
async fn a_recovery_key_replaces_what_is_lost() {
    let shelf = Shelf::new().await;
    let keyring = shelf.start().await;
    let made = keyring.make_recovery(Actor::Operator, false).await.unwrap();
    let again = keyring.make_recovery(Actor::Operator, false).await;
    assert!(matches!(again, Err(KeyringError::RecoveryExists)));
    let mut known = KnownKeys::first_contact(&keyring.descriptor(), START);
    let paper = format!("# keep me\n\n{}\n", made.line());

    let lost = Shelf::new().await;
    move_on(&lost.world);
    lost.clock.pass(100 * DAY_S);
    let keyring = lost.start().await;
    let now = lost.world.now();
    assert!(known.learn(&keyring.descriptor(), now).is_err());
    let recovery = RecoveryKey::parse(&paper).unwrap();
    let key = keyring
        .rotate(Actor::Operator, false, Some(&recovery))
        .await
        .unwrap();
    assert!(key.signing);
    known.learn(&keyring.descriptor(), now).unwrap();
    assert_eq!(keyring.recovery_key(), Some(made.public_key().to_string()));
    // Another paper is not taken.
    let other = RecoveryKey::parse(&format!("scaiwave-recovery:{}", "A".repeat(43))).unwrap();
    let wrong = keyring.rotate(Actor::Operator, true, Some(&other)).await;
    assert!(matches!(wrong, Err(KeyringError::NotTheRecoveryKey)));
    for text in [
        "",
        "scaiwave-recovery:AAAA",
        "x",
        &format!("{0}\n{0}", made.line()),
    ] {
        let read = RecoveryKey::parse(text);
        assert!(matches!(read, Err(KeyringError::NoRecoveryKey)), "{text:?}");
    }
}

// A second rotation within a day is a slip unless it is forced.
#[tokio::test]
async fn twice_in_a_day() {
    let shelf = Shelf::new().await;
    let keyring = shelf.start().await;
    let soon = keyring.rotate(Actor::Operator, false, None).await;
    assert!(matches!(soon, Err(KeyringError::TooSoon)));
    shelf.clock.pass(DAY_S);
    keyring.rotate(Actor::Operator, false, None).await.unwrap();
    let soon = keyring.rotate(Actor::Operator, false, None).await;
    assert!(matches!(soon, Err(KeyringError::TooSoon)));
    keyring.rotate(Actor::Operator, true, None).await.unwrap();
}

// Bad-input row T142: a clock behind the newest key makes none unless it is forced. The one that is forced is believed,
// and there is a key that is valid then and when the clock is right again.
#[tokio::test]
async fn a_clock_behind_the_newest_key() {
    let shelf = Shelf::new().await;
    shelf.clock.pass(10 * DAY_S);
    let keyring = shelf.start().await;
    // Peers have clocks of their own, which are right.
    let mut right = shelf.world.now();
    let mut known = KnownKeys::first_contact(&keyring.descriptor(), right);
    shelf.clock.turn_back(2 * DAY_S);
    let keyring = shelf.start().await;
    keyring.keep_calendar().await.unwrap();
    assert_eq!(keyring.keys().len(), 1, "nothing is made by a wrong clock");
    let behind = keyring.rotate(Actor::Operator, false, None).await;
    assert!(matches!(behind, Err(KeyringError::TooSoon)));
    keyring.rotate(Actor::Operator, true, None).await.unwrap();
    for (days, for_peers) in [(0, 0), (2, 0), (1, 1)] {
        shelf.clock.pass(days * DAY_S);
        right += for_peers * DAY_MS;
        let keyring = shelf.start().await;
        known.learn(&keyring.descriptor(), right).unwrap();
        let key = known.key(signing(&keyring)).unwrap();
        assert!(key.valid_at(right), "{days}");
    }
}

// As many keys as a descriptor lists can live at once, and no more.
#[tokio::test]
async fn as_many_keys_as_a_descriptor_lists() {
    let shelf = Shelf::new().await;
    let keyring = shelf.start().await;
    for _ in 1..DESCRIPTOR_KEYS_MAX {
        keyring.rotate(Actor::Operator, true, None).await.unwrap();
    }
    let more = keyring.rotate(Actor::Operator, true, None).await;
    assert!(matches!(more, Err(KeyringError::TooManyKeys)));
    assert_eq!(keyring.descriptor().keys().len(), DESCRIPTOR_KEYS_MAX);
}

/// What changes keys, each in its way.
async fn change(keyring: &Keyring, how: &str) -> Result<(), KeyringError> {
    match how {
        "calendar" => keyring.keep_calendar().await,
        "rotate" => keyring.rotate(Actor::Operator, true, None).await.map(drop),
        "revoke" => {
            let id = signing(keyring);
            keyring
                .revoke(Actor::Operator, id, None, false)
                .await
                .map(drop)
        }
        _ => keyring
            .make_recovery(Actor::Operator, false)
            .await
            .map(drop),
    }
}

// A process dies at any commit of a change of keys: the next one finds it done as a whole or not at all, peers
// believe what it publishes, and what was not done can be done.
#[tokio::test]
async fn a_store_that_dies_in_a_change_of_keys() {
    for how in ["calendar", "rotate", "revoke", "recovery"] {
        for stop in [Stop::Before, Stop::After] {
            for commits in 0.. {
                let shelf = Shelf::new().await;
                shelf
                    .start()
                    .await
                    .rotate(Actor::Operator, true, None)
                    .await
                    .unwrap();
                shelf.clock.pass(340 * DAY_S);
                let before = shelf.start().await;
                let mut known = KnownKeys::first_contact(&before.descriptor(), shelf.world.now());
                let story = format!("{how}, {stop:?} commit {commits}");
                let lines = shelf.lines().await;
                let dying = Dying::new(shelf.store.clone());
                let name = name("acme.example");
                let keyring = Keyring::load(dying.clone(), shelf.world.clone(), name).await;
                dying.stop_after(commits, stop);
                let done = change(&keyring.unwrap(), how).await;
                assert_eq!(done.is_err(), dying.is_over(), "{story}: {done:?}");

                let next = shelf.start().await;
                let is_done = next.descriptor() != before.descriptor();
                assert_eq!(is_done, stop == Stop::After || !dying.is_over(), "{story}");
                assert_eq!(shelf.lines().await > lines, is_done, "{story}: said");
                known.learn(&next.descriptor(), shelf.world.now()).unwrap();
                if !is_done {
                    assert_eq!(next.keys(), before.keys(), "{story}");
                    change(&next, how).await.unwrap();
                }
                let now = shelf.world.now();
                known.learn(&next.descriptor(), now).unwrap();
                assert!(known.key(signing(&next)).unwrap().valid_at(now), "{story}");
                if !dying.is_over() {
                    assert!(commits > 0, "{story}: it writes");
                    break;
                }
            }
        }
    }
}

// A thousand rotations by the calendar, every tenth in a process of its own: a peer that looks in now and
// then believes every one, and the descriptor does not grow without end.
#[tokio::test]
async fn a_thousand_rotations() {
    let shelf = Shelf::new().await;
    let mut keyring = shelf.start().await;
    let mut known = KnownKeys::first_contact(&keyring.descriptor(), START);
    for turn in 1..=1000 {
        shelf.clock.pass(340 * DAY_S);
        if turn % 10 == 0 {
            keyring = shelf.start().await;
        }
        keyring.keep_calendar().await.unwrap();
        assert_eq!(keyring.keys().len(), turn + 1);
        if turn % 50 == 0 {
            let now = shelf.world.now();
            assert!(bytes(&keyring).len() < DESCRIPTOR_BYTES_MAX);
            known.learn(&keyring.descriptor(), now).unwrap();
            assert!(known.key(signing(&keyring)).unwrap().valid_at(now));
        }
    }
}
