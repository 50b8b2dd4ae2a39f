use std::sync::Arc;

use scaiwave_protocol::{RoomId, ServerName};

use super::{inquiry, witness};
use crate::{Tenant, lane};

/// Something that a batch has shown and that is looked into beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lead {
    /// This server may hold another history of a room than we do, at this seq.
    OtherHistory {
        room_id: RoomId,
        server: ServerName,
        seq: u64,
    },
    /// The host says that a server has a key which we do not know to be that server's.
    UnknownKey,
    /// The host speaks in a server's name with a key that is not that server's.
    Forgery { room_id: RoomId, server: ServerName },
    /// A room has become ours.
    TookOver { room_id: RoomId },
}

/// Looks into what a batch has shown, once it is on disk.
pub(crate) fn follow_leads(tenant: &Arc<Tenant>, leads: Vec<Lead>) {
    for lead in leads {
        match lead {
            Lead::OtherHistory {
                room_id,
                server,
                seq,
            } => inquiry::begin(tenant, &server, &room_id, seq),
            Lead::UnknownKey => {
                let tenant = tenant.clone();
                tokio::spawn(async move { witness::confirm(&tenant).await });
            }
            Lead::Forgery { room_id, server } => {
                let tenant = tenant.clone();
                tokio::spawn(async move { witness::forged(&tenant, &room_id, &server).await });
            }
            Lead::TookOver { room_id } => {
                let tenant = tenant.clone();
                tokio::spawn(async move {
                    if lane::adopt_pending(&tenant, &room_id).await.is_err() {
                        tracing::error!(%room_id, "what waits in a room that is ours now waits on");
                    }
                });
            }
        }
    }
}
