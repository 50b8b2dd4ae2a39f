//! The way out of a room that is read-only here because its host was found at fault.
//!
//! An admin decides which history counts from here on, and it is always the host's of today: without it
//! nothing new can come. A follower compares its log with the host's first (`parting.rs`).
//!
//! 1. Where they are one, the room goes on as it is.
//! 2. Where they part, what stands above that point is set aside as evidence, the host's snapshot becomes
//!    the base, and what our own people had said is signed anew and goes to the host once more
//!    (`replace.rs`). The room stays read-only until all of that is on disk.
//! 3. The host itself goes on with its own history, in a new term.
//!
//! Either way the decision stands in the audit log, and what differs below it is an old matter.

mod parting;
mod replace;

use std::sync::Arc;

use scaiwave_protocol::{EventId, RoomId, ServerName};
use scaiwave_store::record::{RoomRow, Settled};
use scaiwave_store::{Change, Commit};

use crate::audit::{self, Action, Actor, Happening};
use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::{ClientCode, Denial, Outcome, Tenant, history, lane, peering};

/// Beyond every seq that a store holds.
const WHOLE_TERM: u64 = u64::MAX >> 1;

/// What became of a room that was read-only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifted {
    /// Whose history counts.
    pub host: ServerName,
    /// Up to this seq what was here is the host's history too.
    pub kept_seq: u64,
    /// Entries above it that are evidence now, and shown no more.
    pub set_aside: u64,
    /// Events of our people among them that wait for the host once more.
    pub sent_again: u64,
}

/// Lets a room go on that was read-only here.
pub async fn lift(tenant: &Arc<Tenant>, actor: Actor<'_>, room_id: &RoomId) -> Outcome<Lifted> {
    actor.must_be_admin()?;
    // Nothing older is put below the log while its end is looked for.
    let _turn = tenant.history.turn(room_id).await;
    let room = tenant.store.room(room_id).await?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    let Some(why) = room.frozen.clone() else {
        return Err(
            ClientCode::BadRequest.because("this room is not read-only: nothing is to be lifted")
        );
    };
    let (lifted, settled, again) = if &room.host == tenant.server_name() {
        with_ours(tenant, &room).await?
    } else {
        with_the_hosts(tenant, &room).await?
    };
    let line = audit::note(
        tenant,
        Happening {
            actor,
            action: Action::RoomLifted,
            peer: Some(&room.host),
            room_id: Some(room_id),
            message: in_words(&lifted, &why),
        },
    );
    let mut changes = vec![
        Change::Freeze(room_id.clone(), None),
        Change::Settle(room_id.clone(), settled),
        line,
    ];
    if room.first_seq == 1 && lifted.set_aside == 0 {
        // The log is whole: its fold counts, whatever a snapshot said.
        changes.push(Change::DropBases(room_id.clone()));
    }
    let told = Outgoing::room(room_id, FrameBody::Settings);
    commit_and_publish(tenant, Commit::of(changes), vec![told]).await?;
    lane::reload(tenant, room_id).await.map_err(Denial::from)?;
    let sent_again = send_again(tenant, room_id, again).await;
    // A log that is held from seq 1 waits for its fold.
    history::refold(tenant, room_id);
    meet(tenant, room_id).await?;
    Ok(Lifted {
        sent_again,
        ..lifted
    })
}

type Decided = (Lifted, Settled, Vec<EventId>);

/// The host goes on. Its followers tell its histories apart by their terms.
async fn with_ours(tenant: &Arc<Tenant>, room: &RoomRow) -> Outcome<Decided> {
    lane::open_term(tenant, &room.room_id).await?;
    let settled = Settled {
        term: room.head.term,
        seq: WHOLE_TERM,
    };
    Ok((kept(room, room.head.seq), settled, Vec::new()))
}

async fn with_the_hosts(tenant: &Arc<Tenant>, room: &RoomRow) -> Outcome<Decided> {
    let (snapshot, state) = peering::proven_snapshot(tenant, &room.host, &room.room_id).await?;
    let kept_seq = parting::find(tenant, room, &snapshot.at).await?;
    let seq = room.head.seq.max(snapshot.at.seq);
    let term = room.head.term.max(snapshot.at.term);
    let settled = Settled { term, seq };
    if kept_seq == room.head.seq.min(snapshot.at.seq) {
        return Ok((kept(room, room.head.seq), settled, Vec::new()));
    }
    let replaced = replace::replace(tenant, room, snapshot, state, kept_seq).await?;
    let lifted = Lifted {
        set_aside: replaced.set_aside,
        ..kept(room, kept_seq)
    };
    Ok((lifted, settled, replaced.words))
}

fn kept(room: &RoomRow, kept_seq: u64) -> Lifted {
    Lifted {
        host: room.host.clone(),
        kept_seq,
        set_aside: 0,
        sent_again: 0,
    }
}

/// What is refused here again keeps its mark, with the reason; its author sees it.
async fn send_again(tenant: &Arc<Tenant>, room_id: &RoomId, words: Vec<EventId>) -> u64 {
    let mut sent = 0;
    for event_id in words {
        match lane::resubmit(tenant, room_id, event_id).await {
            Ok(()) => sent += 1,
            Err(denial) => tracing::info!(%denial, %room_id, %event_id, "it is not sent once more"),
        }
    }
    sent
}

/// Heads tell the host where to go on, and the others what we hold now.
async fn meet(tenant: &Arc<Tenant>, room_id: &RoomId) -> Outcome<()> {
    let servers = tenant.store.room_servers(room_id).await?;
    let us = tenant.server_name();
    for row in servers
        .iter()
        .filter(|row| row.present && &row.server != us)
    {
        tenant.submitted.forget(&row.server);
        tenant.doorbells.greet(&row.server);
    }
    Ok(())
}

fn in_words(lifted: &Lifted, why: &str) -> String {
    let Lifted {
        host,
        kept_seq,
        set_aside,
        ..
    } = lifted;
    let aside = match set_aside {
        0 => "nothing that was here is set aside".to_owned(),
        entries => format!(
            "{entries} entries above {kept_seq} are set aside as evidence, and what people of this server \
             had said in them is sent once more"
        ),
    };
    format!(
        "The room goes on with the history of {host} as it is today; {aside}. It was read-only because {why}"
    )
}
