use std::sync::Arc;

use scaiwave_engine::rooms::{self, NewRoom};
use scaiwave_engine::{Outcome, Tenant, Viewer, invitations, live, messages};
use scaiwave_protocol::event::content::{History as Past, RoomType};
use scaiwave_protocol::{EventId, Fqid, Json, RoomId};

/// One thing that somebody does.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Create {
        name: String,
        history: Past,
    },
    Dm {
        with: Fqid,
    },
    Invite {
        room: RoomId,
        whom: Fqid,
    },
    Accept {
        room: RoomId,
    },
    Decline {
        room: RoomId,
    },
    /// The history keeps which words belong to which id.
    Say {
        room: RoomId,
        id: EventId,
        content: Json,
    },
    Edit {
        room: RoomId,
        id: EventId,
        text: String,
    },
    Redact {
        room: RoomId,
        id: EventId,
    },
    React {
        room: RoomId,
        id: EventId,
        emoji: &'static str,
        add: bool,
    },
    Leave {
        room: RoomId,
    },
    Kick {
        room: RoomId,
        whom: Fqid,
    },
    Ban {
        room: RoomId,
        whom: Fqid,
    },
    Unban {
        room: RoomId,
        whom: Fqid,
    },
    Rename {
        room: RoomId,
        name: String,
    },
    Power {
        room: RoomId,
        whom: Fqid,
        level: u8,
    },
    Type {
        room: RoomId,
    },
}

impl Act {
    /// Does it. The text says what came of it, for the trace.
    pub(crate) async fn perform(self, tenant: &Arc<Tenant>, viewer: &Viewer) -> Outcome<Done> {
        let done = |()| Done::default();
        match self {
            Act::Create { name, history } => {
                let new = NewRoom {
                    room_type: RoomType::Group,
                    name: Some(name),
                    topic: None,
                    federate: true,
                    history,
                };
                rooms::create(tenant, viewer, new)
                    .await
                    .map(|_| Done::default())
            }
            Act::Dm { with } => rooms::dm(tenant, viewer, &with)
                .await
                .map(|_| Done::default()),
            Act::Invite { room, whom } => {
                rooms::invite(tenant, viewer, &room, &whom).await.map(done)
            }
            Act::Accept { room } => invitations::accept(tenant, viewer, &room)
                .await
                .map(|_| Done::default()),
            Act::Decline { room } => invitations::decline(tenant, viewer, &room).await.map(done),
            Act::Say { room, id, content } => {
                let view = messages::post(tenant, viewer, &room, content, Some(id)).await?;
                Ok(Done { seq: view.seq })
            }
            Act::Edit { room, id, text } => {
                let content = Json::object([("body", text.into())]);
                messages::edit(tenant, viewer, &room, id, content)
                    .await
                    .map(|_| Done::default())
            }
            Act::Redact { room, id } => messages::redact(tenant, viewer, &room, id, None)
                .await
                .map(|_| Done::default()),
            Act::React {
                room,
                id,
                emoji,
                add,
            } => messages::react(tenant, viewer, &room, id, emoji.to_owned(), add)
                .await
                .map(done),
            Act::Leave { room } => rooms::leave(tenant, viewer, &room).await.map(done),
            Act::Kick { room, whom } => rooms::kick(tenant, viewer, &room, &whom, None)
                .await
                .map(done),
            Act::Ban { room, whom } => rooms::ban(tenant, viewer, &room, &whom, None)
                .await
                .map(done),
            Act::Unban { room, whom } => rooms::unban(tenant, viewer, &room, &whom, None)
                .await
                .map(done),
            Act::Rename { room, name } => {
                rooms::rename(tenant, viewer, &room, name).await.map(done)
            }
            Act::Power { room, whom, level } => {
                rooms::set_power(tenant, viewer, &room, &whom, level)
                    .await
                    .map(done)
            }
            Act::Type { room } => live::typing(tenant, viewer, &room, true).await.map(done),
        }
    }
}

/// What somebody was told when it went well.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Done {
    /// Of what was said, if it is in the log.
    pub(crate) seq: Option<u64>,
}
