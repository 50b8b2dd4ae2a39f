//! Rooms of ours: entries that we have made, lost, and get back from a follower. They bear our own
//! signatures, so they are folded as a follower folds them: judged anew, and not sequenced anew.

use std::sync::Arc;

use scaiwave_protocol::log::Entry;
use tokio::sync::oneshot;

use super::alone::undecided;
use super::command::{EntriesAnswer, EntriesBatch};
use super::follow::{Untaken, compare, fold_in};
use super::run::Undecided;
use super::state::LaneState;
use super::work::{Reply, Work};
use crate::{Denial, Tenant};

/// Takes one page of them.
pub(super) async fn decide(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    batch: EntriesBatch,
    reply: oneshot::Sender<EntriesAnswer>,
) -> Result<Work, Undecided> {
    let mut work = Work::default();
    match take(tenant, lane, &mut work, batch).await {
        Ok(answer) => {
            work.replies.push(Reply::Entries(reply, answer));
            Ok(work)
        }
        // The fold may have moved before it failed: the state is read anew.
        Err(Untaken::Refused(refusal)) => {
            drop(reply.send(EntriesAnswer::Refused(refusal)));
            Err(Undecided {
                work: Work::default(),
                denial: Denial::no_such_room(),
            })
        }
        Err(Untaken::Store(error)) => {
            let retry = Reply::Entries(reply, EntriesAnswer::Retry);
            Err(undecided(retry, error.into()))
        }
    }
}

async fn take(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    batch: EntriesBatch,
) -> Result<EntriesAnswer, Untaken> {
    let head = lane.room.head();
    let first = batch.entries.first().map_or(head.seq, |entry| entry.seq);
    if first > head.seq + 1 {
        return Ok(EntriesAnswer::Gap { have_seq: head.seq });
    }
    let entries = batch.entries.into_iter();
    let (old, new): (Vec<Entry>, Vec<Entry>) = entries.partition(|entry| entry.seq <= head.seq);
    compare(tenant, lane, &old).await?;
    if !new.is_empty() {
        fold_in(tenant, lane, work, &batch.peer, new, batch.checkpoint).await?;
        for entry in &work.accepted {
            let point = entry.point();
            lane.recent.insert(point.seq, (point.term, point.chain));
        }
    }
    Ok(EntriesAnswer::Have {
        seq: lane.room.head().seq,
    })
}
