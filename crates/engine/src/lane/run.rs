use std::collections::VecDeque;
use std::time::Duration;

use scaiwave_protocol::{Refusal, RoomId};
use scaiwave_store::{CommitError, StoreError};
use tokio::sync::mpsc;

use super::command::{Command, EntriesAnswer, SubmitAnswer};
use super::earlier::OlderAnswer;
use super::refold::RefoldAnswer;
use super::state::{LaneState, TenantRef, Waiters};
use super::work::{Reply, Work, told};
use super::{adopt, alone, earlier, follow, held, host, pending, persist};
use crate::{Denial, Tenant, peering, rejections};

/// Commands decided in one batch: one commit, one fsync.
const BATCH_MAX: usize = 256;
/// A lane without work gives its memory back after this time.
const REST_AFTER: Duration = Duration::from_secs(300);

/// The life of a lane.
pub(super) async fn run(tenant: TenantRef, room_id: RoomId, mut queue: mpsc::Receiver<Command>) {
    let mut lane = Lane {
        tenant,
        room_id,
        state: None,
        waiters: Waiters::new(),
    };
    let mut batch = VecDeque::new();
    loop {
        match tokio::time::timeout(REST_AFTER, queue.recv()).await {
            Ok(Some(command)) => batch.push_back(command),
            Ok(None) => return,
            // Closing first: a command that arrives after this is sent again, to a new lane.
            Err(_) if lane.waiters.is_empty() => queue.close(),
            Err(_) => continue,
        }
        while batch.len() < BATCH_MAX {
            match queue.try_recv() {
                Ok(command) => batch.push_back(command),
                Err(_) => break,
            }
        }
        while !batch.is_empty() {
            lane.take(&mut batch).await;
        }
        if queue.is_closed() && queue.is_empty() {
            lane.tenant.lanes.forget_closed();
            return;
        }
    }
}

pub(super) struct Lane {
    pub(super) tenant: TenantRef,
    pub(super) room_id: RoomId,
    /// None until it is needed, and after anything went wrong: then it is read anew.
    pub(super) state: Option<LaneState>,
    pub(super) waiters: Waiters,
}

impl Lane {
    /// Decides on a run of commands and commits.
    async fn take(&mut self, batch: &mut VecDeque<Command>) {
        // An admin may have let the room go on, also from another process.
        if self
            .state
            .as_ref()
            .is_some_and(|state| state.frozen.is_some())
        {
            self.state = None;
        }
        if let Err(error) = self.be_ready().await {
            let denial = Denial::from(error);
            batch.drain(..).for_each(|command| fail(command, &denial));
            return;
        }
        let Some(state) = self.state.as_mut() else {
            for command in batch.drain(..) {
                deny_unknown(&self.tenant, command).await;
            }
            return;
        };
        let hosted = state.room.host() == self.tenant.server_name();
        let work = if batch.front().is_some_and(Command::stands_alone) {
            alone::decide(&self.tenant, state, batch).await
        } else if batch.front().is_some_and(Command::brings_the_past) {
            earlier::decide(&self.tenant, state, batch).await
        } else if let Some(denial) = held::reason(&self.tenant, state, hosted) {
            held::turn_away(batch, &state.room, hosted, &denial);
            Ok(Work::default())
        } else if hosted {
            host::decide(&self.tenant, state, &mut self.waiters, batch).await
        } else if matches!(batch.front(), Some(Command::Entries { .. })) {
            follow::decide(&self.tenant, state, batch).await
        } else {
            pending::decide(&self.tenant, state, &mut self.waiters, batch).await
        };
        match work {
            Ok(work) => self.commit(work).await,
            Err(Undecided { work, denial }) => {
                // The state may have moved without a commit: it is read anew.
                self.state = None;
                work.replies
                    .into_iter()
                    .for_each(|reply| reply.fail(&denial));
            }
        }
    }

    /// Reads the state, if it is not at hand. In a room that has just become ours, what our people wrote
    /// before is sequenced first: anything else of ours would be numbered above it.
    async fn be_ready(&mut self) -> Result<(), StoreError> {
        self.load().await?;
        let Some(state) = self.state.as_mut() else {
            return Ok(());
        };
        let hosted = state.room.host() == self.tenant.server_name();
        let waits = hosted && !state.pending.is_empty();
        if !waits || held::reason(&self.tenant, state, hosted).is_some() {
            return Ok(());
        }
        match adopt::decide(&self.tenant, state, Vec::new()).await {
            Ok(work) => self.commit(work).await,
            Err(_) => self.state = None,
        }
        self.load().await
    }

    async fn load(&mut self) -> Result<(), StoreError> {
        if self.state.is_none() {
            self.state = LaneState::load(&self.tenant, &self.room_id).await?;
        }
        Ok(())
    }

    async fn commit(&mut self, mut work: Work) {
        let Some(state) = self.state.as_mut() else {
            return;
        };
        let replies = std::mem::take(&mut work.replies);
        if work.writes() {
            let rings = std::mem::take(&mut work.rings);
            let settled = std::mem::take(&mut work.settled);
            let leads = std::mem::take(&mut work.leads);
            if let Err(error) = persist::commit(&self.tenant, state, work).await {
                self.state = None;
                let denial = denial(error);
                replies.into_iter().for_each(|reply| reply.fail(&denial));
                return;
            }
            for peer in rings {
                self.tenant.doorbells.ring(&peer);
            }
            for (event_id, refusal) in settled {
                self.settle(event_id, refusal.as_ref());
            }
            peering::follow_leads(&self.tenant, leads);
        }
        replies.into_iter().for_each(Reply::send);
    }

    fn settle(&mut self, event_id: scaiwave_protocol::EventId, refusal: Option<&Refusal>) {
        for waiter in self.waiters.remove(&event_id).unwrap_or_default() {
            let fate = refusal
                .cloned()
                .map_or(Ok(()), |refusal| Err(refusal.into()));
            drop(waiter.send(fate));
        }
    }
}

/// A batch that could not be decided on: the store failed, or a host's entries do not fold.
pub(super) struct Undecided {
    pub(super) work: Work,
    pub(super) denial: Denial,
}

fn denial(error: CommitError) -> Denial {
    Denial::from(error)
}

fn fail(command: Command, denial: &Denial) {
    match command {
        Command::Post { reply, .. } => drop(reply.send(Err(denial.clone()))),
        Command::Submit { submissions, reply } => {
            drop(reply.send(vec![SubmitAnswer::Retry; submissions.len()]));
        }
        Command::Entries { reply, .. } | Command::Regain { reply, .. } => {
            drop(reply.send(EntriesAnswer::Retry));
        }
        Command::Control { reply, .. }
        | Command::Await { reply, .. }
        | Command::Records { reply }
        | Command::Resubmit { reply, .. }
        | Command::OpenTerm { reply }
        | Command::Freeze { reply, .. }
        | Command::HandOver { reply, .. } => {
            drop(reply.send(Err(denial.clone())));
        }
        Command::Older { reply, .. } => drop(reply.send(OlderAnswer::Retry)),
        Command::Refolded { reply, .. } => drop(reply.send(RefoldAnswer::Retry)),
        // Unanswered: there is no number to give.
        Command::Number { reply } => drop(reply),
        // Unanswered: it is asked again.
        Command::Departed { reply, .. } => drop(reply),
        // A hint that is not taken.
        Command::Taken { reply, .. } => drop(reply.send(Vec::new())),
        Command::Refused { reply, .. }
        | Command::AdoptPending { reply }
        | Command::SignAnew { reply, .. }
        | Command::Reload { reply } => told(reply),
    }
}

/// There is no such room here.
async fn deny_unknown(tenant: &Tenant, command: Command) {
    let refusal = || peering::room_unknown();
    match command {
        Command::Post { reply, .. } => drop(reply.send(Err(Denial::no_such_room()))),
        Command::Submit { submissions, reply } => {
            let answers = vec![SubmitAnswer::Refused(refusal()); submissions.len()];
            let lines = submissions.into_iter();
            let lines = lines.map(|submission| submission.subject.refused(refusal()));
            rejections::record_all(tenant, lines.collect()).await;
            drop(reply.send(answers));
        }
        Command::Entries { reply, .. } | Command::Regain { reply, .. } => {
            drop(reply.send(EntriesAnswer::Refused(refusal())));
        }
        Command::Control { reply, .. }
        | Command::Await { reply, .. }
        | Command::Records { reply }
        | Command::Resubmit { reply, .. }
        | Command::OpenTerm { reply }
        | Command::Freeze { reply, .. }
        | Command::HandOver { reply, .. } => {
            drop(reply.send(Err(Denial::no_such_room())));
        }
        Command::Older { reply, .. } => drop(reply.send(OlderAnswer::Moved)),
        Command::Refolded { reply, .. } => drop(reply.send(RefoldAnswer::Moved)),
        // Unanswered: there is no number to give.
        Command::Number { reply } => drop(reply),
        Command::Taken { reply, .. } => drop(reply.send(Vec::new())),
        Command::Departed { reply, .. }
        | Command::Refused { reply, .. }
        | Command::AdoptPending { reply }
        | Command::SignAnew { reply, .. }
        | Command::Reload { reply } => told(reply),
    }
}
