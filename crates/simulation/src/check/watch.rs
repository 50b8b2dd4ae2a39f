//! Somebody with a client open all the time: old state and live frames must come to the fresh state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::FutureExt as _;
use scaiwave_engine::live::{Frame, FrameBody, Session};
use scaiwave_engine::messages::{self, PageQuery};
use scaiwave_engine::view::{EventState, EventView};
use scaiwave_engine::{Tenant, Viewer, rooms};
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{EventId, Fqid, Json, RoomId, ServerName};
use scaiwave_store::Direction;

/// One line as a client shows it: state, words, whether redacted, who put which emoji.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    seq: Option<u64>,
    refused: bool,
    content: Json,
    redacted: bool,
    reactions: BTreeSet<(String, Fqid)>,
}

type Room = BTreeMap<EventId, Line>;

struct Watcher {
    viewer: Viewer,
    server: usize,
    session: Option<Session>,
    position: Option<u64>,
    rooms: BTreeMap<RoomId, Room>,
    /// Between these seqs history could not be had when the client fetched it; it is not told later.
    gaps: BTreeMap<RoomId, (u64, u64)>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Watchers {
    all: Vec<Watcher>,
    pub(crate) violations: Vec<String>,
}

impl Watchers {
    pub(crate) fn add(&mut self, server: usize, viewer: Viewer) {
        let rooms = BTreeMap::new();
        self.all.push(Watcher {
            viewer,
            server,
            session: None,
            position: None,
            rooms,
            gaps: BTreeMap::new(),
        });
    }

    /// The process has ended, and all connections with it.
    pub(crate) fn disconnect(&mut self, server: usize) {
        for watcher in self
            .all
            .iter_mut()
            .filter(|watcher| watcher.server == server)
        {
            watcher.session = None;
        }
    }

    /// Whether somebody of this server has no connection.
    pub(crate) fn any_disconnected(&self, server: usize) -> bool {
        let mut own = self.all.iter().filter(|one| one.server == server);
        own.any(|watcher| watcher.session.is_none())
    }

    /// Reads what has come, connecting first where that is needed.
    pub(crate) async fn read(&mut self, server: usize, tenant: &Arc<Tenant>) {
        for watcher in self
            .all
            .iter_mut()
            .filter(|watcher| watcher.server == server)
        {
            if let Err(what) = watcher.read(tenant).await {
                self.violations
                    .push(format!("{}: {what}", watcher.viewer.fqid));
            }
        }
    }

    /// What the client shows must be what a new client would be shown.
    /// Of a cheat's own rooms it cannot be told: it says that it has taken what it has not.
    pub(crate) async fn compare(
        &mut self,
        server: usize,
        tenant: &Arc<Tenant>,
        liar: Option<&ServerName>,
    ) {
        for watcher in self
            .all
            .iter_mut()
            .filter(|watcher| watcher.server == server)
        {
            if let Err(what) = watcher.catch_up(tenant).await {
                self.violations
                    .push(format!("{}: {what}", watcher.viewer.fqid));
            }
            for (room, lines) in &watcher.rooms {
                let view = rooms::get(tenant, &watcher.viewer, room).await;
                if view.is_ok_and(|view| Some(&view.host) == liar) {
                    continue;
                }
                let Ok((fresh, None)) = fetch(tenant, &watcher.viewer, room).await else {
                    continue;
                };
                let gap = watcher.gaps.get(room);
                let missed = |line: &Line| {
                    let inside = |seq| gap.is_some_and(|(low, high)| (*low..*high).contains(&seq));
                    line.seq.is_some_and(inside)
                };
                for (id, line) in &fresh {
                    let shown = lines.get(id);
                    // What came without its words was no line; that it was redacted is told later, and
                    // nobody who has seen nothing of it needs a gravestone.
                    let gravestone = line.redacted;
                    if shown.is_none() && (gravestone || missed(line)) {
                        continue;
                    }
                    if shown != Some(line) {
                        self.violations.push(format!(
                            "{} {room}: frames came to {shown:?} for {id}, a fresh page says {line:?}",
                            watcher.viewer.fqid
                        ));
                    }
                }
                for id in lines.keys().filter(|id| !fresh.contains_key(id)) {
                    self.violations.push(format!(
                        "{} {room}: {id} was shown by a frame and is in no fresh page",
                        watcher.viewer.fqid
                    ));
                }
            }
        }
    }
}

impl Watcher {
    /// Looks at every room once more, and reads what that is news of: history that is missing comes while
    /// somebody asks for it, and what it says of a line that is shown already comes as a frame.
    async fn catch_up(&mut self, tenant: &Arc<Tenant>) -> Result<(), String> {
        let rooms: Vec<RoomId> = self.rooms.keys().cloned().collect();
        for room in &rooms {
            // Whether the room can be seen is for the comparison to find out.
            drop(fetch(tenant, &self.viewer, room).await);
        }
        self.read(tenant).await
    }

    async fn read(&mut self, tenant: &Arc<Tenant>) -> Result<(), String> {
        if self.session.is_none() {
            let opened = Session::open(tenant.clone(), self.viewer.clone(), self.position).await;
            match opened {
                Ok(session) => self.session = Some(session),
                // The process is about to end.
                Err(_) => return Ok(()),
            }
        }
        while let Some(session) = &mut self.session {
            match session.next().now_or_never() {
                None => break,
                Some(Err(end)) => {
                    self.session = None;
                    return Err(format!("the session ended: {end:?}"));
                }
                Some(Ok(frames)) => {
                    for frame in frames {
                        self.take(tenant, &frame).await?;
                    }
                }
            }
        }
        self.position = self
            .session
            .as_ref()
            .map_or(self.position, |session| Some(session.position()));
        Ok(())
    }

    async fn take(&mut self, tenant: &Arc<Tenant>, frame: &Frame) -> Result<(), String> {
        let Some(room_id) = &frame.room_id else {
            return Ok(());
        };
        if let FrameBody::Member {
            participant,
            membership,
            ..
        } = &frame.body
        {
            if participant == &self.viewer.fqid {
                self.rooms.remove(room_id);
                self.gaps.remove(room_id);
                if *membership == Membership::Join {
                    // A client that enters a room fetches it.
                    if let Ok((fresh, gap)) = fetch(tenant, &self.viewer, room_id).await {
                        self.rooms.insert(room_id.clone(), fresh);
                        self.gaps.extend(gap.map(|gap| (room_id.clone(), gap)));
                    }
                }
            }
            return Ok(());
        }
        let Some(room) = self.rooms.get_mut(room_id) else {
            return Ok(());
        };
        apply(room, &frame.body).map_err(|what| format!("{room_id}: {what}"))
    }
}

fn apply(room: &mut Room, body: &FrameBody) -> Result<(), String> {
    match body {
        FrameBody::Event(view) => {
            let old = room.insert(view.id, line(view));
            if let Some(seq) = old
                .and_then(|old| old.seq)
                .filter(|seq| view.seq != Some(*seq))
            {
                return Err(format!(
                    "{} was shown at {seq}, and then at {:?}",
                    view.id, view.seq
                ));
            }
        }
        FrameBody::Edit {
            event_id, content, ..
        } => {
            if let Some(line) = room.get_mut(event_id).filter(|line| !line.redacted) {
                line.content = (**content).clone();
            }
        }
        FrameBody::Redaction { event_id, .. } => {
            if let Some(line) = room.get_mut(event_id) {
                line.content = Json::Obj(Default::default());
                line.redacted = true;
                line.reactions.clear();
            }
        }
        FrameBody::Reaction {
            event_id,
            sender,
            emoji,
            added,
        } => {
            if let Some(line) = room.get_mut(event_id) {
                let reaction = (emoji.clone(), sender.clone());
                if *added {
                    line.reactions.insert(reaction)
                } else {
                    line.reactions.remove(&reaction)
                };
            }
        }
        _ => {}
    }
    Ok(())
}

fn line(view: &EventView) -> Line {
    let reactions = view.reactions.iter().flat_map(|reaction| {
        reaction
            .participants
            .iter()
            .map(|who| (reaction.emoji.clone(), who.clone()))
    });
    Line {
        seq: view.seq,
        refused: matches!(view.state, EventState::Refused { .. }),
        content: (*view.content).clone(),
        redacted: view.redacted_at.is_some(),
        reactions: reactions.collect(),
    }
}

/// A room as a client fetches it: every page, down to where history cannot be had now, if there is such a
/// place. Below it there is nothing that matters here.
async fn fetch(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Result<(Room, Option<(u64, u64)>), scaiwave_engine::Denial> {
    let mut room = Room::new();
    let mut from_seq = None;
    loop {
        let query = PageQuery {
            room_id: room_id.clone(),
            from_seq,
            direction: Direction::Back,
            limit: 200,
            thread: None,
        };
        let page = messages::page(tenant, viewer, query).await?;
        room.extend(page.events.iter().map(|view| (view.id, line(view))));
        if let Some(gap) = page.gap {
            return Ok((room, Some((0, gap.before_seq))));
        }
        from_seq = page.next_seq;
        if !page.has_more {
            return Ok((room, None));
        }
    }
}
