//! What both servers' streams say, printed as it arrives, and waiting for it.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::person::Person;
use super::screen::{Screen, Side, Tone};
use super::stream::{self, Heard, Stream};

/// For anything that a story waits for.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// Frames that may wait to be printed.
const HEARD_MAX: usize = 1024;

/// Both streams.
pub(super) struct Watch<'a> {
    screen: &'a Screen,
    sender: mpsc::Sender<Heard>,
    heard: mpsc::Receiver<Heard>,
    pub(super) acme: Known,
    pub(super) globex: Known,
}

/// What one stream has said so far.
#[derive(Default)]
pub(super) struct Known {
    stream: Option<Stream>,
    /// Seq by event; none while it is pending.
    lines: HashMap<String, Option<u64>>,
    last_seq: u64,
    position: Option<u64>,
    reactions: Vec<(String, String)>,
    notified: Vec<(String, String)>,
    memberships: HashMap<String, String>,
    host_lost: bool,
    hung_up: bool,
}

impl Known {
    /// Whether this event has its place.
    pub(super) fn has(&self, event: &str) -> bool {
        self.lines.get(event).is_some_and(Option::is_some)
    }

    /// Whether this event is shown, with a place or without.
    pub(super) fn shows(&self, event: &str) -> bool {
        self.lines.contains_key(event)
    }

    pub(super) fn has_reaction(&self, event: &str, emoji: &str) -> bool {
        self.reactions
            .iter()
            .any(|(id, of)| id == event && of == emoji)
    }

    pub(super) fn was_notified(&self, reason: &str, event: &str) -> bool {
        self.notified
            .iter()
            .any(|(why, id)| why == reason && id == event)
    }

    /// Whether an invitation was told of.
    pub(super) fn was_invited(&self) -> bool {
        self.notified.iter().any(|(why, _)| why == "invite")
    }

    /// What somebody is to the room by now.
    pub(super) fn membership(&self, fqid: &str) -> Option<&str> {
        self.memberships.get(fqid).map(String::as_str)
    }

    pub(super) fn has_lost_host(&self) -> bool {
        self.host_lost
    }

    pub(super) fn has_hung_up(&self) -> bool {
        self.hung_up
    }
}

impl<'a> Watch<'a> {
    pub(super) fn new(screen: &'a Screen) -> Self {
        let (sender, heard) = mpsc::channel(HEARD_MAX);
        let (acme, globex) = (Known::default(), Known::default());
        Watch {
            screen,
            sender,
            heard,
            acme,
            globex,
        }
    }

    /// Opens a person's stream; when it was open before, where it broke off.
    pub(super) async fn open(&mut self, side: Side, person: &Person) -> anyhow::Result<()> {
        let sender = self.sender.clone();
        let known = self.known(side);
        let stream = stream::open(person, side, known.position, sender).await?;
        known.stream = Some(stream);
        known.hung_up = false;
        Ok(())
    }

    /// Prints what arrives until `enough`, which must be soon.
    pub(super) async fn until(
        &mut self,
        what: &str,
        enough: impl Fn(&Self) -> bool,
    ) -> anyhow::Result<()> {
        let deadline = Instant::now() + WAIT_MAX;
        while !enough(self) {
            let heard = timeout_at(deadline, self.heard.recv()).await;
            let heard = heard.with_context(|| format!("waited in vain: {what}"))?;
            let (side, frame) = heard.context("both streams are gone")?;
            match frame {
                Some(frame) => self.hear(side, &frame)?,
                None => self.known(side).hung_up = true,
            }
        }
        Ok(())
    }

    fn known(&mut self, side: Side) -> &mut Known {
        match side {
            Side::Acme => &mut self.acme,
            Side::Globex => &mut self.globex,
        }
    }

    fn hear(&mut self, side: Side, frame: &Value) -> anyhow::Result<()> {
        let screen = self.screen;
        let known = self.known(side);
        known.position = frame["position"].as_u64().or(known.position);
        let text = |name: &str| frame[name].as_str().unwrap_or_default().to_owned();
        if frame["event"].is_object() {
            return known.line(screen, side, &frame["event"]);
        }
        match frame["type"].as_str().unwrap_or_default() {
            "swp.room.reaction" => {
                let (event, emoji) = (text("event_id"), text("emoji"));
                let seq = known.lines.get(&event).copied().flatten();
                let to = seq.map_or(String::new(), |seq| format!(" to {seq}"));
                let said = format!("      {:<6} {emoji}{to}", local(&text("sender_id")));
                screen.says(side, &said, Tone::Plain);
                known.reactions.push((event, emoji));
            }
            "swp.notification" => {
                let (reason, by) = (text("reason"), text("sender_id"));
                let said = match reason.as_str() {
                    "invite" => format!("    ★ invited by {}", short(&by)),
                    _ => format!("    ★ mentioned by {}", short(&by)),
                };
                screen.says(side, &said, Tone::Strong);
                known.notified.push((reason, text("event_id")));
            }
            "swp.room.member" => {
                known
                    .memberships
                    .insert(text("participant_id"), text("membership"));
            }
            "swp.room.federation" => {
                known.host_lost = frame["host_reachable"] == false;
                let said = if known.host_lost {
                    "    ! the host is out of reach"
                } else {
                    "    ! the host is back"
                };
                screen.says(side, said, Tone::Strong);
            }
            _ => {}
        }
        Ok(())
    }
}

impl Known {
    fn line(&mut self, screen: &Screen, side: Side, event: &Value) -> anyhow::Result<()> {
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        let id = text("id").to_owned();
        if text("state") == "refused" {
            bail!(
                "the host refused what {} said: {}",
                text("sender_id"),
                event["refused"]
            );
        }
        let seq = event["seq"].as_u64();
        let before = self.lines.insert(id.clone(), seq);
        if before == Some(seq) {
            // After a reconnection a stream may begin with something known.
            return Ok(());
        }
        if let Some(Some(before)) = before {
            bail!("doubled or moved: {id} had seq {before} and now has {seq:?}");
        }
        if let Some(seq) = seq {
            if seq <= self.last_seq {
                bail!("reordered: seq {seq} came after seq {}", self.last_seq);
            }
            self.last_seq = seq;
        }
        let place = seq.map_or("…".to_owned(), |seq| seq.to_string());
        let tone = if seq.is_some() {
            Tone::Plain
        } else {
            Tone::Faint
        };
        let said = format!(
            "{place:>4}  {:<6} {}",
            local(text("sender_id")),
            words(event)
        );
        screen.says(side, &said, tone);
        Ok(())
    }
}

/// The name within a server, which is short.
fn local(fqid: &str) -> &str {
    fqid.trim_start_matches('@')
        .split(':')
        .next()
        .unwrap_or(fqid)
}

/// A full name that fits in a column: these servers differ by their first word.
fn short(fqid: &str) -> &str {
    fqid.split(".localhost").next().unwrap_or(fqid)
}

/// An event in words.
fn words(event: &Value) -> String {
    let content = &event["content"];
    let text = |name: &str| content[name].as_str().unwrap_or_default();
    match event["event_type"].as_str().unwrap_or_default() {
        "swp.room.message" => {
            let reply = if content["reply_to_event_id"].is_string() {
                "↪ "
            } else {
                ""
            };
            format!("{reply}{}", text("body"))
        }
        "swp.room.create" => "makes the room".to_owned(),
        "swp.room.name" => format!("names it “{}”", text("name")),
        "swp.room.topic" => format!("sets the topic “{}”", text("topic")),
        "swp.room.member" => match text("membership") {
            "join" => "joins".to_owned(),
            "invite" => format!("invites {}", short(text("participant"))),
            other => format!("{other}: {}", short(text("participant"))),
        },
        other => other.to_owned(),
    }
}
