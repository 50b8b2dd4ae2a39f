//! Where the room's log ends on each server.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::World;

/// Between two looks: often enough for the figures, rare enough not to be what is measured.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// Nothing has come for so long: the rest will not come.
const STALLED: Duration = Duration::from_secs(60);

/// Seq and chain of the last entry on one server.
async fn head(world: &World, server: usize) -> anyhow::Result<(u64, String)> {
    let path = format!("/v1/rooms/{}", world.room);
    let room = world.people[server]
        .call("GET", &path, &Value::Null)
        .await?;
    let seq = room["head"]["seq"]
        .as_u64()
        .context("a room without a head")?;
    let chain = room["head"]["chain"]
        .as_str()
        .context("a head without a chain")?;
    Ok((seq, chain.to_owned()))
}

/// Seq of the last entry on one server.
pub(super) async fn seq(world: &World, server: usize) -> anyhow::Result<u64> {
    Ok(head(world, server).await?.0)
}

/// Waits until a server has something above a seq.
pub(super) async fn beyond(world: &World, server: usize, before: u64) -> anyhow::Result<()> {
    let begun = Instant::now();
    while seq(world, server).await? <= before {
        if begun.elapsed() > STALLED {
            bail!("nothing has arrived in {STALLED:?}");
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// Waits until all of these have the same head, at this seq or above; says which.
pub(super) async fn equal(world: &World, servers: &[usize], least: u64) -> anyhow::Result<u64> {
    let mut moved = Instant::now();
    let mut last = Vec::new();
    loop {
        let mut heads = Vec::new();
        for server in servers {
            heads.push(head(world, *server).await?);
        }
        if heads[0].0 >= least && heads.iter().all(|head| head == &heads[0]) {
            return Ok(heads[0].0);
        }
        if heads != last {
            moved = Instant::now();
            last = heads;
        } else if moved.elapsed() > STALLED {
            bail!("the servers stay at {last:?}");
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
