//! Bytes on the disk that are not what was written (one flipped bit at a time): a tenant comes up with what was said,
//! or it is refused, or what is damaged is not shown. Nothing that people read is ever another.

use std::path::Path;
use std::sync::Arc;

use scaiwave_engine::keyring::Keyring;
use scaiwave_engine::messages::{self, PageQuery};
use scaiwave_engine::store::record::{Role, TenantRow};
use scaiwave_engine::store::{AuditFilter, Direction, ServerStore as _};
use scaiwave_engine::{Tenant, TenantParts, Viewer, accounts, audit, live};
use scaiwave_federation::Client;
use scaiwave_protocol::{Fqid, Json, RoomId};
use scaiwave_store_sqlite::{Options, SqliteServerStore};
use scaiwave_testkit::SplitMix;
use tempfile::TempDir;

use crate::hosting::copy;
use crate::neighbours::{say, text};
use crate::town::Town;

/// Anywhere in the file, and in what people said.
const FLIPS: usize = 100;
const MESSAGES: usize = 25;
const FILE: &str = "tenants/disk.db";

/// What somebody reads: who said what, where, and whether it was changed.
type Line = (u64, Fqid, Json, bool);

/// Why nothing is shown.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    /// At the start.
    Start(String),
    /// When it is read.
    Page,
}

struct Scene {
    town: Town,
    row: TenantRow,
    viewer: Viewer,
    room_id: RoomId,
}

impl Scene {
    async fn open(&self, directory: &Path) -> Result<Arc<Tenant>, Refused> {
        let start = |error: &dyn std::error::Error| Refused::Start(error.to_string());
        let disk = SqliteServerStore::open(directory, Options::default()).map_err(|e| start(&e))?;
        disk.check_file("disk", false)
            .await
            .map_err(|e| start(&e))?;
        let store = disk.open("disk").await.map_err(|e| start(&e))?;
        let (world, name) = (self.town.world.clone(), self.row.server_name.clone());
        let keyring = Keyring::load(store.clone(), world.clone(), name)
            .await
            .map_err(|e| start(&e))?;
        let remote = Client::new(keyring.clone(), world.clone(), self.town.street.clone());
        let parts = TenantParts {
            row: self.row.clone(),
            store,
            world,
            keyring,
            remote,
            ways: accounts::Ways::default(),
        };
        Tenant::open(parts).await.map_err(|e| start(&e))
    }

    /// What is read after a start from these files.
    async fn read(&self, directory: &Path) -> Result<Vec<Line>, Refused> {
        let tenant = self.open(directory).await?;
        let lines = self.page(&tenant).await;
        tenant.close().await;
        lines
    }

    async fn page(&self, tenant: &Arc<Tenant>) -> Result<Vec<Line>, Refused> {
        let query = PageQuery {
            room_id: self.room_id.clone(),
            from_seq: None,
            direction: Direction::Back,
            limit: 200,
            thread: None,
        };
        let page = messages::page(tenant, &self.viewer, query).await;
        let events = page.map_err(|_| Refused::Page)?.events.into_iter();
        let lines = events.map(|event| {
            let seq = event.seq.unwrap_or_default();
            let content = Json::clone(&event.content);
            (seq, event.sender, content, event.edited_at.is_some())
        });
        Ok(lines.collect())
    }
}

/// Where files are fast: nothing here depends on a disk.
fn directory() -> TempDir {
    let memory = Path::new("/dev/shm");
    match memory.is_dir() {
        true => tempfile::tempdir_in(memory).unwrap(),
        false => tempfile::tempdir().unwrap(),
    }
}

/// A room with everything that a page shows, and its files after an orderly end.
async fn scene(files: &Path) -> Scene {
    let town = Town::new();
    let house = town.tenant_in(files, "acme.example").await;
    let viewer = house.person("alice").await;
    let room_id = house.room(&viewer).await.id;
    for n in 0..MESSAGES {
        say(&house, &viewer, &room_id, &format!("words of message {n}")).await;
    }
    let post = async |body: &str| {
        let posted = messages::post(&house.tenant, &viewer, &room_id, text(body), None).await;
        posted.unwrap().id
    };
    let (changed, gone) = (
        post("words before").await,
        post("words to be taken back").await,
    );
    let content = text("words of an edit");
    let edited = messages::edit(&house.tenant, &viewer, &room_id, changed, content).await;
    edited.unwrap();
    let redacted = messages::redact(&house.tenant, &viewer, &room_id, gone, None).await;
    redacted.unwrap();
    let row = TenantRow {
        slug: "disk".to_owned(),
        name: "disk".to_owned(),
        server_name: house.tenant.server_name().clone(),
        created_at: 0,
    };
    town.stop(house).await;
    Scene {
        town,
        row,
        viewer,
        room_id,
    }
}

/// The file, when the last of those who work with it have let go of it.
async fn at_rest(files: &Path) -> Vec<u8> {
    crate::town::until("the files are at rest", || async {
        !files.join("tenants/disk.db-wal").exists()
    })
    .await;
    std::fs::read(files.join(FILE)).unwrap()
}

/// Whether all of these are among those, in their order.
fn are_among(some: &[Line], all: &[Line]) -> bool {
    let mut all = all.iter();
    some.iter().all(|line| all.any(|one| one == line))
}

#[tokio::test]
async fn nothing_is_read_that_was_not_written() {
    let files = directory();
    let scene = scene(files.path()).await;
    let bytes = at_rest(files.path()).await;
    let spoken = b"words of ";
    let words: Vec<usize> = (0..bytes.len() - spoken.len())
        .filter(|at| bytes[*at..].starts_with(spoken))
        .collect();
    assert!(words.len() > MESSAGES, "they are in the file");
    let original = directory();
    copy(files.path(), original.path());
    let expected = scene.read(original.path()).await.unwrap();
    assert!(expected.len() > MESSAGES && expected.iter().any(|line| line.3));

    let mut random = SplitMix::new(20_261_130);
    let (mut same, mut at_start, mut at_page, mut left_out) = (0, 0, 0, 0);
    for n in 0..FLIPS {
        let at = match n % 2 {
            0 => random.below(bytes.len()),
            // Around the words: content, salt, hash, chain, ids.
            _ => words[random.below(words.len())] - 300 + random.below(600),
        };
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << random.below(8);
        let damaged = directory();
        copy(files.path(), damaged.path());
        std::fs::write(damaged.path().join(FILE), flipped).unwrap();
        match scene.read(damaged.path()).await {
            Ok(lines) if lines == expected => same += 1,
            Ok(lines) => {
                assert!(are_among(&lines, &expected), "flip {n} at byte {at}");
                assert_eq!(lines.len() + 1, expected.len(), "flip {n} at byte {at}");
                left_out += 1;
            }
            Err(Refused::Page) => at_page += 1,
            Err(Refused::Start(said)) => {
                assert!(!said.is_empty(), "flip {n} at byte {at}");
                at_start += 1;
            }
        }
    }
    assert!(
        same > 12 && at_start > 3 && left_out > 12,
        "{same} as before, {at_start} refused at the start, {at_page} when read, {left_out} without a line"
    );
}

// One message is damaged. The others are read, on pages and by who catches up, and admins are told of it once.
#[tokio::test]
async fn what_is_damaged_is_left_out() {
    let files = directory();
    let scene = scene(files.path()).await;
    let mut bytes = at_rest(files.path()).await;
    let original = directory();
    copy(files.path(), original.path());
    let expected = scene.read(original.path()).await.unwrap();
    let body = b"words of message 7";
    let mut places = bytes.windows(body.len()).enumerate();
    let at = places.find(|(_, text)| text == body).unwrap().0;
    bytes[at] = b'W';
    std::fs::write(files.path().join(FILE), bytes).unwrap();
    let tenant = scene.open(files.path()).await.unwrap();
    for _ in 0..2 {
        let lines = scene.page(&tenant).await.unwrap();
        assert!(are_among(&lines, &expected));
        assert_eq!(lines.len() + 1, expected.len());
        let synced = live::sync(&tenant, &scene.viewer, 0, 500).await.unwrap();
        let of_people = |lines: &[Line]| lines.iter().filter(|line| has_body(&line.2)).count();
        let words = synced.events.iter();
        let words = words.filter(|(_, event)| has_body(&event.content)).count();
        assert_eq!(words, of_people(&lines));
    }
    let filter = AuditFilter {
        action: Some("event.damaged".to_owned()),
        limit: 100,
        ..AuditFilter::default()
    };
    let admin = Viewer {
        role: Role::Admin,
        ..scene.viewer.clone()
    };
    let told = audit::list(&tenant, &admin, filter).await.unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].room_id.as_deref(), Some(scene.room_id.as_str()));
    tenant.close().await;
}

fn has_body(content: &Json) -> bool {
    content.get("body").is_some()
}
