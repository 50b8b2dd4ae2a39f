//! One page of older entries: asked of the host, or of another member server when the host cannot be
//! reached; checked against what we hold; stored by the room's lane.

use std::sync::Arc;
use std::time::Duration;

use scaiwave_protocol::event::content::{self as kinds, History};
use scaiwave_protocol::wire::Backfill;
use scaiwave_protocol::{Code, EventId, Refusal, RoomId, ServerName};
use scaiwave_room::{RoomState, Seam, check_page};
use scaiwave_store::record::{RejectionDirection, RoomRow};

use super::Absent;
use crate::lane::{self, Older, OlderAnswer};
use crate::rejections::{self, Subject};
use crate::world::BackfillFrom;
use crate::{ClientCode, Outcome, RemoteError, Tenant, history};

/// How long one server may take to answer, while somebody looks at a screen.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Other member servers that are asked when the host cannot be.
const OTHERS_MAX: usize = 2;

/// What came of asking.
#[derive(Clone, Debug)]
pub(crate) enum Fetched {
    /// So many entries have been stored, perhaps by somebody who asked before.
    More(u64),
    /// Nothing is missing.
    Whole,
    /// What is missing is not to be had now.
    Absent(Absent),
}

/// Fetches at most `limit` of the entries right below those that are held without a gap up to the head.
pub(crate) async fn fetch_older(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    limit: u64,
) -> Outcome<Fetched> {
    let before = tenant.store.room(room_id).await?.map(|room| room.first_seq);
    let _turn = tenant.history.turn(room_id).await;
    let Some(room) = tenant.store.room(room_id).await? else {
        return Ok(Fetched::Whole);
    };
    if room.first_seq == 1 {
        history::refold(tenant, room_id);
        return Ok(Fetched::Whole);
    }
    // Somebody else has asked while we waited.
    if before != Some(room.first_seq) {
        return Ok(Fetched::More(0));
    }
    let Some(state) = lane::load_state(tenant, room_id).await? else {
        return Ok(Fetched::Whole);
    };
    let asked = Asked {
        tenant,
        limit: limit.min(missing(tenant, &room).await?),
        seam: seam(tenant, &room).await?,
        state,
    };
    asked.fetch().await
}

/// How many entries are missing down to the next stretch that is held, or to seq 1.
async fn missing(tenant: &Tenant, room: &RoomRow) -> Outcome<u64> {
    let held = lane::held_below(tenant, &room.room_id, room.first_seq).await?;
    Ok(room.first_seq - 1 - held.map_or(0, |held| held.last_seq))
}

async fn seam(tenant: &Tenant, room: &RoomRow) -> Outcome<Seam> {
    let above = tenant.store.chain_at(&room.room_id, room.first_seq).await?;
    Ok(Seam {
        seq: room.first_seq - 1,
        chain: room.chain_before,
        above: above.map(|(term, ts, _)| (term, ts)),
    })
}

struct Asked<'a> {
    tenant: &'a Arc<Tenant>,
    limit: u64,
    seam: Seam,
    state: Arc<RoomState>,
}

/// Why a server's answer is not taken.
enum Untaken {
    /// It did not answer, or not with a page.
    Silent(RemoteError),
    /// It answered with something that is not the room's history.
    Untrue(Refusal),
    /// Our own disk failed.
    Ours,
}

impl From<RemoteError> for Untaken {
    fn from(error: RemoteError) -> Self {
        Untaken::Silent(error)
    }
}

impl From<Refusal> for Untaken {
    fn from(refusal: Refusal) -> Self {
        Untaken::Untrue(refusal)
    }
}

impl Asked<'_> {
    async fn fetch(&self) -> Outcome<Fetched> {
        let host = self.state.host().clone();
        let mut first = None;
        for server in self.servers() {
            let untaken = match self.take_from(&server, server == host).await {
                Ok(stored) => return Ok(Fetched::More(stored)),
                Err(untaken) => untaken,
            };
            let absent = match untaken {
                Untaken::Silent(error) => Absent::of(&server, &error),
                Untaken::Untrue(refusal) => {
                    self.record(&server, &refusal).await;
                    Absent::untrue(&server, &refusal)
                }
                Untaken::Ours => {
                    return Err(
                        ClientCode::Internal.because("the server could not finish this; try again")
                    );
                }
            };
            // What the host said is what people are told.
            first.get_or_insert(absent);
        }
        Ok(Fetched::Absent(first.unwrap_or_else(nobody_to_ask)))
    }

    /// The host, and those that may stand in for it. A room whose history begins with each server's join
    /// is asked of its host only: another follower has other words of it than we may have.
    fn servers(&self) -> Vec<ServerName> {
        let us = self.tenant.server_name();
        let host = self.state.host();
        let others = self
            .state
            .present_servers()
            .filter(|server| *server != us && *server != host)
            .filter(|_| self.state.history() == History::Shared);
        let host = Some(host).filter(|host| *host != us);
        host.into_iter()
            .chain(others.take(OTHERS_MAX))
            .cloned()
            .collect()
    }

    async fn take_from(&self, server: &ServerName, is_host: bool) -> Result<u64, Untaken> {
        let page = self.ask(server).await?;
        if !is_host && page.checkpoint.at.seq < self.seam.seq {
            let behind = "it has not come as far in this room itself";
            return Err(RemoteError::Unreachable(behind.to_owned()).into());
        }
        let (chain_before, checkpoint) = (page.chain_before, page.checkpoint.clone());
        let (state, seam) = (self.state.clone(), self.seam);
        let checked = lane::off_thread(page.entries.len(), move || check_page(&state, page, &seam));
        let entries = checked.await?;
        if !is_host {
            self.must_have_its_words(&entries).await?;
        }
        let older = Older {
            seam: self.seam,
            entries,
            chain_before,
            checkpoint,
        };
        match lane::older(self.tenant, self.state.room_id(), older).await {
            Ok(OlderAnswer::Stored { first_seq, stored }) => {
                if first_seq == 1 {
                    history::refold(self.tenant, self.state.room_id());
                }
                Ok(stored)
            }
            // Whatever it is now, it is not what we have asked for.
            Ok(OlderAnswer::Moved) => Ok(0),
            Ok(OlderAnswer::Refused(refusal)) => Err(refusal.into()),
            Ok(OlderAnswer::Retry) | Err(_) => Err(Untaken::Ours),
        }
    }

    /// A follower's page may reach above what was asked for, up to a checkpoint that it holds.
    async fn ask(&self, server: &ServerName) -> Result<Backfill, RemoteError> {
        let from = BackfillFrom::Before(self.seam.seq + 1);
        let remote = &self.tenant.remote;
        let asking = remote.backfill(server, self.state.room_id(), from, self.limit);
        let silent = |_| RemoteError::Unreachable("it did not answer in time".to_owned());
        tokio::time::timeout(ANSWER_WITHIN, asking)
            .await
            .map_err(silent)?
    }

    /// From a follower a message comes without its words only if a redaction that we know of took them:
    /// the follower may have got it so, when it had no right to more, and we would keep it so for good.
    async fn must_have_its_words(
        &self,
        entries: &[scaiwave_room::Accepted],
    ) -> Result<(), Untaken> {
        let bare = entries.iter().map(scaiwave_room::Accepted::event);
        let bare: Vec<EventId> = bare
            .filter(|event| event.is_erased() && event.kind().as_str() == kinds::MESSAGE)
            .map(scaiwave_protocol::Event::id)
            .collect();
        let inside = entries.iter().filter_map(|entry| match entry.content() {
            Some(scaiwave_protocol::Content::Redaction(redaction)) => Some(redaction.event_id),
            _ => None,
        });
        let mut told: Vec<EventId> = inside.collect();
        let room_id = self.state.room_id();
        let referrers = self.tenant.store.referrers(room_id, &bare).await;
        let referrers = referrers.map_err(|_| Untaken::Ours)?;
        let redactions = referrers.iter().filter(|row| row.kind == kinds::REDACTION);
        told.extend(redactions.filter_map(|row| row.target));
        if bare.iter().all(|id| told.contains(id)) {
            return Ok(());
        }
        let short = Code::BackfillRefused.because("it does not hold the words of this part");
        Err(RemoteError::Refused(short).into())
    }

    async fn record(&self, server: &ServerName, refusal: &Refusal) {
        let subject = Subject {
            direction: RejectionDirection::Inbound,
            peer: server.to_string(),
            step: "backfill",
            room_id: Some(self.state.room_id().to_string()),
            event_id: None,
            kind: None,
            size: 0,
            sample: Vec::new(),
        };
        rejections::record(self.tenant, subject.refused(refusal.clone())).await;
    }
}

fn nobody_to_ask() -> Absent {
    Absent {
        code: ClientCode::PeerUnreachable,
        message: "no server that holds this part is in the room".to_owned(),
        may_come: true,
    }
}
