use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::Args;
use crate::people::Person;
use crate::place::Site;
use crate::process::Server;
use crate::stranger::peer::Stranger;
use crate::wire::{Origin, Wire};

/// Requests in flight while the room is filled.
const IN_FLIGHT: usize = 100;
/// The host has nothing to send for so long when its processor time does not rise.
const QUIET: Duration = Duration::from_millis(500);
const QUIET_WAIT_MAX: Duration = Duration::from_secs(60);
/// Messages of the small room: what is read in it is read in the large one, too.
const SMALL: usize = 300;

/// A room with many members and messages, and a small one of the owner alone, hosted by a real server. Most
/// members are at two servers of the generator's own, which sign like any other.
pub(super) struct Rooms {
    pub(super) host: Server,
    pub(super) owner: Person,
    pub(super) large: ToJoin,
    pub(super) small: ToJoin,
    crowds: [Stranger; 2],
}

/// A room to come into.
pub(super) struct ToJoin {
    pub(super) id: String,
    pub(super) name: &'static str,
    /// Who was in it from the beginning.
    pub(super) members: usize,
}

impl ToJoin {
    async fn create(owner: &Person, name: &'static str, members: usize) -> anyhow::Result<Self> {
        let made = json!({"room_type": "group", "name": name});
        let made = owner.call("POST", "/v1/rooms", &made).await?;
        let id = made["id"].as_str().context("a room without an id")?;
        Ok(ToJoin {
            id: id.to_owned(),
            name,
            members,
        })
    }
}

impl Rooms {
    pub(super) async fn open(args: &Args, site: &Site) -> anyhow::Result<Self> {
        let mut host = Server::new(site, "a.localhost", args.port)?;
        host.start().await?;
        let owner = Person::create(&host, "a0").await?;
        let mut crowds = [
            Stranger::open("p.localhost", args.port + 1, &host.origin).await?,
            Stranger::open("q.localhost", args.port + 2, &host.origin).await?,
        ];
        let newcomers = args.all_newcomers().map(|n| newcomer_name(args, n));
        let others = crowds.iter().map(|crowd| crowd.origin.name.clone());
        let allowed: Vec<String> = others.chain(newcomers).collect();
        let policy = json!({
            "allowed_peers": allowed,
            "max_foreign_participants_per_room": args.members + args.all_newcomers().len(),
        });
        owner
            .call("PUT", "/v1/admin/federation/policy", &policy)
            .await?;
        let large = ToJoin::create(&owner, "a large room", args.members).await?;
        let small = ToJoin::create(&owner, "a small room", 1).await?;
        let half = args.members / 2;
        for (crowd, count) in crowds.iter_mut().zip([half, args.members - half - 1]) {
            let people: Vec<String> = (0..count).map(|n| format!("person{n}")).collect();
            crowd.join(&owner, &large.id, &people).await?;
        }
        fill(&owner, &large.id, args.messages).await?;
        fill(&owner, &small.id, SMALL).await?;
        let rooms = Rooms {
            host,
            owner,
            large,
            small,
            crowds,
        };
        rooms.quiet().await?;
        Ok(rooms)
    }

    /// The servers whose people are in the room from the beginning.
    pub(super) fn servers(&self) -> Vec<&Origin> {
        let crowds = self.crowds.iter().map(|crowd| &crowd.origin);
        crowds.chain([&self.host.origin]).collect()
    }

    /// Waits until the host has told everybody everything.
    pub(super) async fn quiet(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let before = self.host.processor_time()?;
            tokio::time::sleep(QUIET).await;
            if self.host.processor_time()? - before <= QUIET / 50 {
                return Ok(());
            }
            if begun.elapsed() > QUIET_WAIT_MAX {
                bail!("the host does not come to rest");
            }
        }
    }
}

/// What the `n`th newcomer is called.
pub(super) fn newcomer_name(args: &Args, n: u16) -> String {
    format!("n{n}.localhost:{}", args.port + 3 + n)
}

async fn fill(owner: &Person, room: &str, messages: usize) -> anyhow::Result<()> {
    let mut sending = JoinSet::new();
    for slot in 0..IN_FLIGHT {
        let message = owner.message(room);
        let mut wire = Wire::connect(&owner.origin).await?;
        let share = messages / IN_FLIGHT + usize::from(slot < messages % IN_FLIGHT);
        sending.spawn(async move {
            for _ in 0..share {
                let answer = wire.send(&message).await?;
                if answer.status != 200 {
                    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                    bail!("a message was refused: {} {said}", answer.status);
                }
            }
            Ok(())
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    Ok(())
}
