//! Rooms that are given to another host while everything else goes on.

use std::sync::Arc;

use scaiwave_engine::audit::Actor;
use scaiwave_engine::{Outcome, Tenant, Viewer, history, rooms};
use scaiwave_protocol::{EventId, Fqid, LocalId, RoomId, ServerName};
use scaiwave_store::record::Role;

use super::Stage;
use crate::world::Incarnation;

impl Stage {
    /// An admin fetches the whole history of a room that their server follows, agrees to be its host, and
    /// the present host's admin gives it to them. Cheats are given nothing, and their rooms stay with them.
    pub(crate) async fn hand_over(&self) -> anyhow::Result<()> {
        let to = self.chance.below(self.servers.len());
        let Some(taker) = self.running(to).filter(|_| self.is_honest(to)) else {
            return Ok(());
        };
        let mut followed = self.servers[to].store.rooms().await?;
        followed.retain(|room| &room.host != self.servers[to].name());
        let Some(room) = self.chance.pick(&followed) else {
            return Ok(());
        };
        let giver = self.servers.iter().position(|one| one.name() == &room.host);
        let giver = giver.filter(|index| self.is_honest(*index));
        if let Some(giver) = giver.and_then(|index| self.running(index)) {
            self.give(giver, taker, room.room_id.clone());
        }
        Ok(())
    }

    fn is_honest(&self, index: usize) -> bool {
        self.liar.as_ref().is_none_or(|liar| liar.index != index)
    }

    fn give(&self, giver: Incarnation, taker: Incarnation, room: RoomId) {
        let (from, to) = (
            giver.tenant.server_name().clone(),
            taker.tenant.server_name().clone(),
        );
        self.trace.note(format!("{from} is to give {room} to {to}"));
        let trace = self.trace.clone();
        let history = self.history.clone();
        history.begin();
        tokio::spawn(async move {
            let agreeing = agree(&taker.tenant, &room);
            let agreed = taker.life.end.run_until_cancelled(agreeing).await;
            let told = match agreed {
                Some(Ok(())) => {
                    let giving = rooms::hand_over(&giver.tenant, Actor::Operator, &room, &to);
                    giver.life.end.run_until_cancelled(giving).await
                }
                other => other,
            };
            trace.note(format!("{from} gives {room} to {to}: {told:?}"));
            history.end(
                "HandOver",
                None,
                &told.map(|told| told.map(|()| Default::default())),
            );
        });
    }
}

async fn agree(tenant: &Arc<Tenant>, room: &RoomId) -> Outcome<()> {
    history::backfill(tenant, &admin(tenant.server_name())?, room).await?;
    rooms::agree_to_host(tenant, Actor::Operator, room).await
}

fn admin(server: &ServerName) -> Outcome<Viewer> {
    let local_id = LocalId::parse("admin")?;
    Ok(Viewer {
        fqid: Fqid::new(&local_id, server)?,
        local_id,
        role: Role::Admin,
        session: EventId::from_bytes([0; 16]),
    })
}
