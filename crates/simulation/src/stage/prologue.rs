//! What most runs begin with, while nothing goes wrong yet: rooms that all servers share. Without them
//! a seed would be half over before anybody has anything to say to another server.

use scaiwave_engine::rooms::{self, NewRoom};
use scaiwave_engine::{Viewer, invitations};
use scaiwave_protocol::RoomId;
use scaiwave_protocol::event::content::RoomType;

use super::Stage;

/// Rounds of a second in which the invitations must have arrived and been accepted.
const ROUNDS: usize = 5;

impl Stage {
    /// The first person of these servers begins a room, and invites the first person of each other one.
    pub(super) async fn share_rooms(&self, hosts: &[usize]) -> anyhow::Result<()> {
        for host in hosts {
            let (Some(inviter), Some(now)) = (self.first_of(*host), self.running(*host)) else {
                continue;
            };
            let new = NewRoom {
                room_type: RoomType::Group,
                name: Some("everybody".to_owned()),
                topic: None,
                federate: true,
                history: self.plan.history(),
            };
            let room = rooms::create(&now.tenant, &inviter, new).await?.id;
            let guests = (0..self.servers.len()).filter(|index| index != host);
            let guests: Vec<(usize, Viewer)> = guests
                .filter_map(|index| Some((index, self.first_of(index)?)))
                .collect();
            for (_, guest) in &guests {
                let inviting = rooms::invite(&now.tenant, &inviter, &room, &guest.fqid);
                self.meanwhile(inviting).await?;
            }
            for _ in 0..ROUNDS {
                self.round().await;
                for (index, guest) in &guests {
                    self.enter(*index, guest, &room).await?;
                }
            }
        }
        Ok(())
    }

    fn first_of(&self, server: usize) -> Option<Viewer> {
        let first = self.people.iter().find(|(index, _)| *index == server);
        first.map(|(_, viewer)| viewer.clone())
    }

    async fn enter(&self, index: usize, guest: &Viewer, room: &RoomId) -> anyhow::Result<()> {
        let invited = self.servers[index].store.invitation(room, &guest.fqid);
        if let (Some(_), Some(now)) = (invited.await?, self.running(index)) {
            let accepting = invitations::accept(&now.tenant, guest, room);
            // Somebody whose tenant accepts by itself may have been faster.
            if let Err(denial) = self.meanwhile(accepting).await {
                self.trace.note(format!("{}: {denial}", guest.fqid));
            }
        }
        Ok(())
    }

    async fn round(&self) {
        for pair in self.pairs() {
            self.deliver(pair);
        }
        self.pass(1_000).await;
    }

    /// Lets the servers deliver while somebody waits for an answer.
    async fn meanwhile<T>(&self, acting: impl Future<Output = T>) -> T {
        let mut acting = std::pin::pin!(acting);
        loop {
            tokio::select! {
                biased;
                done = &mut acting => return done,
                () = self.round() => {}
            }
        }
    }
}
