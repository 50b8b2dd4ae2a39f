//! Room lanes: everything that happens in a room goes through one queue, which alone holds its state.
//!
//! A lane drains what is waiting, decides on it in order, and hands the store one commit. While the disk
//! works, the next batch gathers. In a room of ours it sequences (`host.rs`); in a room hosted elsewhere
//! it signs and stores what our people write (`pending.rs`) and takes what the host has sequenced
//! (`follow.rs`). Both end in `project.rs` (what an entry changes in tables and on screens) and
//! `persist.rs` (the only place that turns an accepted entry into rows).

mod adopt;
mod alone;
mod annotations;
mod command;
mod denials;
mod earlier;
mod follow;
mod found;
mod hand_over;
mod held;
mod host;
mod known;
mod new_host;
mod notify;
mod overtaken;
mod pending;
mod persist;
mod prepare;
mod project;
mod recent_states;
mod records;
mod refold;
mod regain;
mod resubmit;
mod run;
mod sign_anew;
mod state;
mod verify;
mod watch;
mod work;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::event::content::{self as kinds, Membership, RoomLife};
use scaiwave_protocol::{Json, RoomId};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

use crate::live::{Outgoing, commit_and_publish};
use crate::view::EventView;
use crate::{ClientCode, Denial, Outcome, Tenant};

pub(crate) use command::{
    Command, EntriesAnswer, EntriesBatch, LocalPost, Submission, SubmitAnswer,
};
pub(crate) use earlier::{Older, OlderAnswer, held_below};
pub(crate) use found::found_room;
pub(crate) use persist::adopt;
pub(crate) use recent_states::RecentStates;
pub(crate) use refold::{Refold, RefoldAnswer};
pub(crate) use state::load_state;
pub(crate) use verify::off_thread;

/// Commands that may wait in one lane; beyond it, callers wait.
const QUEUE_MAX: usize = 1024;

/// The lanes of a tenant that are at work.
#[derive(Default)]
pub(crate) struct Lanes {
    /// Only looked up by room. Held for a look-up, an insertion or the closing of `tasks`, never across an
    /// await.
    senders: Mutex<HashMap<RoomId, mpsc::Sender<Command>>>,
    tasks: TaskTracker,
}

impl Lanes {
    /// Hands a command to a room's lane, starting it if need be.
    async fn send(
        &self,
        tenant: &Arc<Tenant>,
        room_id: &RoomId,
        command: Command,
    ) -> Result<(), Stopped> {
        let sender = self.sender(tenant, room_id)?;
        match sender.send(command).await {
            Ok(()) => Ok(()),
            // The lane went to rest at that very moment: the next one takes over.
            Err(mpsc::error::SendError(command)) => self
                .sender(tenant, room_id)?
                .send(command)
                .await
                .map_err(|_| Stopped),
        }
    }

    /// The way to a room's lane. A tenant that is closing starts none: nobody would wait for it, or
    /// whoever closes would wait until it goes to rest.
    fn sender(
        &self,
        tenant: &Arc<Tenant>,
        room_id: &RoomId,
    ) -> Result<mpsc::Sender<Command>, Stopped> {
        let mut senders = self.senders.lock();
        if self.tasks.is_closed() {
            return Err(Stopped);
        }
        if let Some(sender) = senders.get(room_id).filter(|sender| !sender.is_closed()) {
            return Ok(sender.clone());
        }
        let (sender, receiver) = mpsc::channel(QUEUE_MAX);
        senders.insert(room_id.clone(), sender.clone());
        self.tasks
            .spawn(run::run(tenant.clone(), room_id.clone(), receiver));
        Ok(sender)
    }

    fn forget_closed(&self) {
        self.senders.lock().retain(|_, sender| !sender.is_closed());
    }

    /// Ends all lanes when they have done what they had. Whatever comes later is told that they stopped.
    pub(crate) async fn close(&self) {
        {
            let mut senders = self.senders.lock();
            self.tasks.close();
            senders.clear();
        }
        self.tasks.wait().await;
    }
}

/// The lane ended without an answer: its store failed, or the tenant is closing.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the room's lane has stopped")]
pub(crate) struct Stopped;

impl From<Stopped> for Denial {
    fn from(_: Stopped) -> Self {
        ClientCode::Internal
            .because("the server could not finish this; nothing is known to be lost, try again")
    }
}

async fn ask<T>(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    command: impl FnOnce(oneshot::Sender<T>) -> Command,
) -> Result<T, Stopped> {
    let (reply, answer) = oneshot::channel();
    tenant.lanes.send(tenant, room_id, command(reply)).await?;
    answer.await.map_err(|_| Stopped)
}

/// Puts an event of one of our people into a room, whoever hosts it.
pub(crate) async fn post(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    post: LocalPost,
) -> Outcome<EventView> {
    tenant.doubts.settled(room_id).await;
    ask(tenant, room_id, |reply| Command::Post { post, reply }).await?
}

/// Sequences a peer's events in a room of ours: one answer for each, or none at all.
pub(crate) async fn submit(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    submissions: Vec<Submission>,
) -> Result<Vec<SubmitAnswer>, Stopped> {
    ask(tenant, room_id, |reply| Command::Submit {
        submissions,
        reply,
    })
    .await
}

/// Takes what a room's host has sequenced.
pub(crate) async fn entries(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    batch: EntriesBatch,
) -> Result<EntriesAnswer, Stopped> {
    ask(tenant, room_id, |reply| Command::Entries { batch, reply }).await
}

/// Lets our server itself take somebody out of a room of ours, saying why.
pub(crate) async fn evict(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    participant: scaiwave_protocol::Fqid,
    reason: String,
) -> Outcome<()> {
    let content = eviction(&participant, &reason);
    ask(tenant, room_id, |reply| Command::Control {
        kind: kinds::MEMBER,
        content,
        reply,
    })
    .await?
}

fn eviction(participant: &scaiwave_protocol::Fqid, reason: &str) -> Json {
    Json::object([
        ("participant", participant.into()),
        ("membership", Membership::Leave.as_str().into()),
        ("reason", reason.into()),
    ])
}

/// Lets our server itself close a dm of ours for good: its two go on in another one.
pub(crate) async fn replace(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    replaced_by: &RoomId,
) -> Outcome<()> {
    let content = Json::object([
        ("state", RoomLife::Closed.as_str().into()),
        ("replaced_by", replaced_by.into()),
    ]);
    ask(tenant, room_id, |reply| Command::Control {
        kind: kinds::STATE,
        content,
        reply,
    })
    .await?
}

/// Waits until the host has sequenced or refused a pending event.
pub(crate) async fn settled(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    event_id: scaiwave_protocol::EventId,
) -> Outcome<()> {
    ask(tenant, room_id, |reply| Command::Await { event_id, reply }).await?
}

/// Tells a lane that the host has taken pending events, and at which seq it says that they stand. Gives
/// those that wait no more.
pub(crate) async fn taken(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    events: Vec<(scaiwave_protocol::EventId, Option<u64>)>,
) -> Result<Vec<scaiwave_protocol::EventId>, Stopped> {
    ask(tenant, room_id, |reply| Command::Taken { events, reply }).await
}

/// The next number for an event of ours in a room hosted elsewhere; none when nothing of it is here.
pub(crate) async fn number(tenant: &Arc<Tenant>, room_id: &RoomId) -> Option<u64> {
    ask(tenant, room_id, |reply| Command::Number { reply })
        .await
        .ok()
}

/// Tells a lane that a server which has left a room of ours is done with it. The lane decides, because
/// somebody of that server may be coming back at this very moment.
pub(crate) async fn departed(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    server: scaiwave_protocol::ServerName,
) -> Result<(), Stopped> {
    ask(tenant, room_id, |reply| Command::Departed { server, reply }).await
}

/// Tells a lane that the host refused a pending event as it was sent.
pub(crate) async fn refused(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    event_id: scaiwave_protocol::EventId,
    sent: Vec<u8>,
    refusal: scaiwave_protocol::Refusal,
) -> Result<(), Stopped> {
    ask(tenant, room_id, |reply| Command::Refused {
        event_id,
        sent,
        refusal,
        reply,
    })
    .await
}

/// Signs an event anew that the host refused, and lets it wait for the host again.
pub(crate) async fn resubmit(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    event_id: scaiwave_protocol::EventId,
) -> Outcome<()> {
    ask(tenant, room_id, |reply| Command::Resubmit {
        event_id,
        reply,
    })
    .await?
}

/// Gives a room of ours back what a follower has of it and we do not.
pub(crate) async fn regain(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    batch: EntriesBatch,
) -> Result<EntriesAnswer, Stopped> {
    ask(tenant, room_id, |reply| Command::Regain { batch, reply }).await
}

/// Lets the next entry of a room of ours begin a term.
pub(crate) async fn open_term(tenant: &Arc<Tenant>, room_id: &RoomId) -> Outcome<()> {
    ask(tenant, room_id, |reply| Command::OpenTerm { reply }).await?
}

/// Makes a room read-only here, in one commit with the proof.
pub(crate) async fn freeze(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    reason: String,
    changes: Vec<scaiwave_store::Change>,
) -> Outcome<()> {
    ask(tenant, room_id, |reply| Command::Freeze {
        reason,
        changes,
        reply,
    })
    .await?
}

/// Works out anew what stands on these events, in a room that takes nothing meanwhile.
pub(crate) async fn rework(
    tenant: &Tenant,
    room_id: &RoomId,
    ids: BTreeSet<scaiwave_protocol::EventId>,
) -> Outcome<()> {
    let reworked = annotations::rework(
        &*tenant.store,
        room_id,
        annotations::Unwritten::default(),
        ids,
    )
    .await?;
    let frames = reworked.frames.into_iter();
    let frames = frames.map(|(_, body)| Outgoing::room(room_id, body));
    let commit = scaiwave_store::Commit::of(reworked.changes);
    Ok(commit_and_publish(tenant, commit, frames.collect()).await?)
}

/// Gives a room of ours to another server, which has agreed to it at this point of the log.
pub(crate) async fn hand_over(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    transfer: scaiwave_protocol::event::content::Transfer,
    seen: scaiwave_protocol::event::LogPoint,
) -> Outcome<()> {
    ask(tenant, room_id, |reply| Command::HandOver {
        transfer,
        seen,
        reply,
    })
    .await?
}

/// Sequences what our people wrote before this server became the room's host.
pub(crate) async fn adopt_pending(tenant: &Arc<Tenant>, room_id: &RoomId) -> Result<(), Stopped> {
    ask(tenant, room_id, |reply| Command::AdoptPending { reply }).await
}

/// Puts older entries below those that are stored.
pub(crate) async fn older(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    older: Older,
) -> Result<OlderAnswer, Stopped> {
    let older = Box::new(older);
    ask(tenant, room_id, |reply| Command::Older { older, reply }).await
}

/// Lets the fold of a whole log take the place of one that began at a base.
pub(crate) async fn refolded(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    refold: Refold,
) -> Result<RefoldAnswer, Stopped> {
    let refold = Box::new(refold);
    ask(tenant, room_id, |reply| Command::Refolded { refold, reply }).await
}

/// Lets a room of ours sequence the records that are due in it.
pub(crate) async fn keep_records(tenant: &Arc<Tenant>, room_id: &RoomId) -> Outcome<()> {
    ask(tenant, room_id, |reply| Command::Records { reply }).await?
}

/// Signs pending events of ours anew, under their ids and numbers.
pub(crate) async fn sign_anew(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    event_ids: Vec<scaiwave_protocol::EventId>,
) -> Result<(), Stopped> {
    ask(tenant, room_id, |reply| Command::SignAnew {
        event_ids,
        reply,
    })
    .await
}

/// Makes a lane read its room anew: its rows were written by another hand.
pub(crate) async fn reload(tenant: &Arc<Tenant>, room_id: &RoomId) -> Result<(), Stopped> {
    ask(tenant, room_id, |reply| Command::Reload { reply }).await
}
