use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::talk::{Board, number};
use crate::people::Person;
use crate::process::Server;
use crate::report::Progress;
use crate::socket::Socket;

/// Accounts that are made at the same time: one for each core of a small machine.
const AT_ONCE: usize = 2;

/// People in one room.
pub(super) struct Crowd {
    people: Vec<Person>,
    pub(super) room: String,
}

/// What reads the streams; it ends only when something is wrong.
pub(super) type Streams = JoinSet<anyhow::Result<()>>;

impl Crowd {
    /// Makes the accounts, one more than sessions, and brings all into a room.
    pub(super) async fn gather(server: &Server, count: usize) -> anyhow::Result<Self> {
        let count = count + 1;
        let progress = Progress::begin("people", count);
        let mut people: Vec<Person> = Vec::with_capacity(count);
        while people.len() < count {
            let first = people.len();
            let names: Vec<String> = (first..count.min(first + AT_ONCE))
                .map(|n| format!("person{n}"))
                .collect();
            let made = names.iter().map(|name| Person::create(server, name));
            for person in futures_util::future::join_all(made).await {
                people.push(person?);
            }
            progress.at(people.len());
        }
        let others: Vec<&Person> = people.iter().skip(1).collect();
        let room = people[0].room_with(&others).await?;
        Ok(Crowd { people, room })
    }

    /// Who speaks.
    pub(super) fn owner(&self) -> &Person {
        &self.people[0]
    }

    /// In the room, without a stream among the others.
    pub(super) fn one_more(&self) -> &Person {
        &self.people[self.people.len() - 1]
    }

    /// Opens a stream for each but one; what arrives is noted on the board.
    pub(super) async fn listen(&self, board: &Arc<Board>) -> anyhow::Result<Streams> {
        let mut streams = Streams::new();
        for person in self.people.iter().rev().skip(1) {
            let mut socket = Socket::open(&person.origin, &person.token).await?;
            let board = Arc::clone(board);
            streams.spawn(async move {
                loop {
                    socket
                        .burst(|frame| {
                            if let Some(n) = number(frame) {
                                board.arrived(n);
                            }
                        })
                        .await?;
                }
            });
        }
        Ok(streams)
    }
}

/// The body by which a message is recognised, 100 bytes of it.
pub(super) fn content(n: u32) -> Value {
    json!({"content": {"body": format!("#{n} {}", "x".repeat(94))}})
}
