use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Fqid, RoomId};
use tokio::sync::watch;
use tokio::time::Instant;

use super::hub::Since;
use super::presence::{self, Arrival};
use super::{Frame, FrameBody, replay};
use crate::peering::TYPING_MS;
use crate::{Outcome, Tenant, Viewer};

/// People who are writing, of whom a session knows when to say that they are not any more.
const WRITING_MAX: usize = 1_000;

/// Why a session can go on no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// It fell behind the ring: the client catches up by `sync`.
    TooSlow,
    /// The tenant is closing, or its store failed.
    Closed,
}

/// One live session: what happens in the viewer's rooms, in order.
pub struct Session {
    tenant: Arc<Tenant>,
    viewer: Viewer,
    /// Rooms in which the viewer is joined, kept up to date by the frames themselves. Only looked up.
    rooms: HashSet<RoomId>,
    /// Everything up to here has been given out.
    position: u64,
    /// Where to read on in the ring; none while the store is replayed.
    index: Option<u64>,
    end: watch::Receiver<u64>,
    /// Who was said to be writing, and until when that is true if nobody says it again.
    writing: BTreeMap<(RoomId, Fqid), Instant>,
    /// The viewer is there as long as this is.
    _arrival: Arrival,
}

impl Session {
    /// Opens a session, from a position on or from now on.
    pub async fn open(tenant: Arc<Tenant>, viewer: Viewer, since: Option<u64>) -> Outcome<Self> {
        let end = tenant.hub.subscribe();
        // First the place in the stream, then the rooms: what happens in between comes as a frame.
        let (here, now) = tenant.hub.here();
        let (position, index) = match since {
            Some(since) if since < now => (since, tenant.hub.index_after(since)),
            _ => (now, Some(here)),
        };
        let rooms = tenant
            .store
            .joined_rooms(&viewer.fqid)
            .await?
            .into_iter()
            .collect();
        let arrival = presence::arrived(&tenant, &viewer).await?;
        Ok(Session {
            tenant,
            viewer,
            rooms,
            position,
            index,
            end,
            writing: BTreeMap::new(),
            _arrival: arrival,
        })
    }

    /// The position up to which everything has been given out.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Waits for the next burst. Safe to cancel: nothing is given out twice or lost.
    pub async fn next(&mut self) -> Result<Vec<Arc<Frame>>, SessionEnd> {
        loop {
            let frames = match self.index {
                None => self.replay().await?,
                Some(index) => {
                    self.end.mark_unchanged();
                    match self.tenant.hub.since(index) {
                        Since::Overrun => return Err(SessionEnd::TooSlow),
                        Since::Frames(frames, next) => {
                            self.index = Some(next);
                            frames
                        }
                    }
                }
            };
            let frames = self.mine(frames);
            if !frames.is_empty() {
                return Ok(frames);
            }
            if self.index.is_none() {
                continue;
            }
            let next_end = self.writing.values().min().copied();
            tokio::select! {
                changed = self.end.changed() => {
                    changed.map_err(|_| SessionEnd::Closed)?;
                }
                () = at(next_end) => return Ok(self.no_longer_writing()),
            }
        }
    }

    /// Says of those of whom nobody has said it again that they do not write any more.
    fn no_longer_writing(&mut self) -> Vec<Arc<Frame>> {
        let now = Instant::now();
        let over = self.writing.extract_if(.., |_, until| *until <= now);
        let at_ms = self.tenant.world.now();
        let frame = |(room_id, participant)| {
            let body = FrameBody::Typing {
                participant,
                typing: false,
            };
            Arc::new(Frame::new(None, at_ms, Some(room_id), None, body))
        };
        over.map(|(who, _)| frame(who)).collect()
    }

    async fn replay(&mut self) -> Result<Vec<Arc<Frame>>, SessionEnd> {
        let closed = |error| {
            tracing::error!(%error, "a session could not replay its past");
            SessionEnd::Closed
        };
        let (frames, last) = replay::page(&self.tenant, self.position)
            .await
            .map_err(closed)?;
        self.position = last;
        self.index = self.tenant.hub.index_after(last);
        if self.index.is_some() {
            // The past told of memberships that may be over: from here on, what is so now counts.
            let rooms = self
                .tenant
                .store
                .joined_rooms(&self.viewer.fqid)
                .await
                .map_err(closed)?;
            self.rooms = rooms.into_iter().collect();
        }
        Ok(frames)
    }

    fn mine(&mut self, frames: Vec<Arc<Frame>>) -> Vec<Arc<Frame>> {
        let mut mine = Vec::with_capacity(frames.len());
        for frame in frames {
            self.position = frame.position.unwrap_or(self.position).max(self.position);
            if !frame.is_for(&self.viewer.fqid, |room| self.rooms.contains(room)) {
                continue;
            }
            let blocks = &self.tenant.blocks;
            let author = frame.body.author();
            if author.is_some_and(|author| blocks.hide(&self.viewer.fqid, author)) {
                continue;
            }
            self.follow_membership(&frame);
            self.follow_writing(&frame);
            mine.push(frame);
        }
        mine
    }

    fn follow_writing(&mut self, frame: &Frame) {
        let (
            FrameBody::Typing {
                participant,
                typing,
            },
            Some(room),
        ) = (&frame.body, &frame.room_id)
        else {
            return;
        };
        let who = (room.clone(), participant.clone());
        if !typing {
            self.writing.remove(&who);
        } else if self.writing.len() < WRITING_MAX || self.writing.contains_key(&who) {
            let until = Instant::now() + Duration::from_millis(TYPING_MS);
            self.writing.insert(who, until);
        }
    }

    fn follow_membership(&mut self, frame: &Frame) {
        let (
            FrameBody::Member {
                participant,
                membership,
                ..
            },
            Some(room),
        ) = (&frame.body, &frame.room_id)
        else {
            return;
        };
        if participant != &self.viewer.fqid {
            return;
        }
        if *membership == Membership::Join {
            self.rooms.insert(room.clone());
        } else {
            self.rooms.remove(room);
        }
    }
}

/// At this time, if there is one.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("viewer", &self.viewer.fqid)
            .finish_non_exhaustive()
    }
}
