use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;
use tokio::time::timeout;

use crate::people::Person;
use crate::socket::Socket;

/// What its system takes in although it does not read.
const RECEIVE_BUFFER: u32 = 4 * 1024;
/// A stream on which nothing comes for so long has nothing more to say.
const QUIET: Duration = Duration::from_secs(3);

/// A client that opened a stream and then stops reading.
pub(super) struct Laggard {
    socket: Socket,
    /// Up to where it has everything.
    position: u64,
}

impl Laggard {
    pub(super) async fn open(person: &Person) -> anyhow::Result<Self> {
        let position = person.position().await?;
        let socket = Socket::open_narrow(&person.origin, &person.token, RECEIVE_BUFFER).await?;
        Ok(Laggard { socket, position })
    }

    /// Reads again until it is let go; says whether it was. One whose frames its system could take in, all
    /// of them, was none that did not read.
    pub(super) async fn was_let_go(&mut self) -> bool {
        while let Ok(read) = timeout(QUIET, self.socket.burst(|_| {})).await {
            if read.is_err() {
                return true;
            }
        }
        false
    }

    /// Asks for what it missed; says how much of what was said it has then, in percent.
    pub(super) async fn catch_up(self, person: &Person, count: u32) -> anyhow::Result<f64> {
        let (mut found, mut since) = (BTreeSet::new(), self.position);
        loop {
            let path = format!("/v1/sync?since={since}&limit=500");
            let page = person.call("GET", &path, &Value::Null).await?;
            for event in page["events"].as_array().into_iter().flatten() {
                let body = event["content"]["body"].as_str().unwrap_or_default();
                let number = body
                    .strip_prefix('#')
                    .and_then(|rest| rest.split(' ').next());
                found.extend(number.and_then(|number| number.parse::<u32>().ok()));
            }
            since = page["next_cursor"].as_u64().context("no next_cursor")?;
            if page["has_more"] != true {
                return Ok(found.len() as f64 / f64::from(count) * 100.0);
            }
        }
    }
}
