//! Who is there. In memory only, but for what somebody has chosen to show, which a restart must not
//! betray.
//!
//! Of our own people we know it from their sessions and their choice; of others their server tells us,
//! and we believe it for a while. It is told to those who share a room with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::wire::{Ephemeral, Presence};
use scaiwave_protocol::{Fqid, LocalId, RoomId, ServerName};
use scaiwave_store::record::{AccountPatch, PresenceChoice};
use scaiwave_store::{Change, Commit, StoreError};

use super::{Frame, FrameBody};
use crate::peering::PerSecond;
use crate::world::is_recent;
use crate::{Outcome, Tenant, Viewer};

/// How long somebody is still there after their last session ended: a page that is loaded anew, a train
/// in a tunnel, ms.
const GRACE_MS: u64 = 30_000;
/// How often other servers are told again of those who are there, ms.
const REPEAT_MS: u64 = 5 * 60_000;
/// How long we believe what another server said, ms: two repetitions and something more.
const BELIEVED_MS: u64 = 11 * 60_000;
/// People of other servers whose presence is remembered.
const FOREIGN_MAX: usize = 20_000;
/// Presence frames in a second. Each takes a place in the ring that all sessions read; when a thousand
/// people come at once, clients ask.
const FRAMES_PER_S_MAX: u32 = 100;
/// People asked for at once.
const ASKED_MAX: usize = 200;

/// Who is there.
#[derive(Debug, Default)]
pub(crate) struct Presences {
    /// Held for a look-up only; never across an await.
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Those who have, or lately had, a session.
    own: BTreeMap<LocalId, Own>,
    /// What other servers said, and when, ms.
    foreign: BTreeMap<Fqid, (Presence, u64)>,
    frames: PerSecond,
}

#[derive(Debug, Default)]
struct Own {
    chosen: Option<PresenceChoice>,
    sessions: u32,
    /// When the last session ended, ms.
    left_at: u64,
    /// What others were told last, and when, ms.
    told: Presence,
    told_at: u64,
}

impl Own {
    fn shown(&self, now: u64) -> Presence {
        let is_there = self.sessions > 0 || is_recent(self.left_at, now, GRACE_MS);
        match self.chosen {
            _ if !is_there => Presence::Offline,
            None | Some(PresenceChoice::Online) => Presence::Online,
            Some(PresenceChoice::Idle) => Presence::Idle,
            Some(PresenceChoice::Busy) => Presence::Busy,
            Some(PresenceChoice::AppearOffline) => Presence::Offline,
        }
    }

    /// What has to be told, if something has.
    fn news(&mut self, now: u64) -> Option<Presence> {
        let shown = self.shown(now);
        let is_due = shown != Presence::Offline && !is_recent(self.told_at, now, REPEAT_MS);
        if shown == self.told && !is_due {
            return None;
        }
        (self.told, self.told_at) = (shown, now);
        Some(shown)
    }
}

/// One of the people asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceView {
    /// Who.
    pub participant: Fqid,
    /// Offline also for those of whom the viewer may not know.
    pub presence: Presence,
}

/// What the viewer shows; none means: whatever their sessions say.
pub async fn chosen(tenant: &Tenant, viewer: &Viewer) -> Outcome<Option<PresenceChoice>> {
    let row = tenant.store.participant(&viewer.local_id).await?;
    Ok(row.and_then(|row| row.presence))
}

/// Changes what the viewer shows, from now on and after a restart.
pub async fn choose(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    choice: Option<PresenceChoice>,
) -> Outcome<()> {
    let patch = AccountPatch {
        presence: Some(choice),
        ..AccountPatch::default()
    };
    let change = Change::PatchParticipant(viewer.local_id.clone(), patch);
    tenant.store.commit(Commit::of(vec![change])).await?;
    tenant
        .presences
        .with(&viewer.local_id, |own| own.chosen = choice);
    tell(tenant, &viewer.local_id).await?;
    Ok(())
}

/// Who of these is there, as far as the viewer may know: their own colleagues, and people of other
/// servers with whom they share a room.
pub async fn presence(
    tenant: &Tenant,
    viewer: &Viewer,
    asked: Vec<Fqid>,
) -> Outcome<Vec<PresenceView>> {
    if asked.len() > ASKED_MAX {
        return Err(crate::ClientCode::BadRequest.because("ask for at most 200 people at once"));
    }
    let rooms = tenant.store.joined_rooms(&viewer.fqid).await?;
    let mut views = Vec::with_capacity(asked.len());
    for participant in asked {
        let presence = match tenant.is_local(&participant) {
            true => tenant.presences.own(&participant, tenant.world.now()),
            false => foreign(tenant, &rooms, &participant).await?,
        };
        views.push(PresenceView {
            participant,
            presence,
        });
    }
    Ok(views)
}

async fn foreign(
    tenant: &Tenant,
    rooms: &[RoomId],
    participant: &Fqid,
) -> Result<Presence, StoreError> {
    let said = tenant
        .presences
        .foreign(participant, tenant.world.now())
        .filter(|_| tenant.peers.reachable(participant.server()));
    let Some(presence) = said else {
        return Ok(Presence::Offline);
    };
    let theirs = tenant.store.joined_rooms(participant).await?;
    let shared = theirs.iter().any(|room| rooms.contains(room));
    Ok(if shared { presence } else { Presence::Offline })
}

/// A session of the viewer has begun; it ends with what is returned.
pub(super) async fn arrived(tenant: &Arc<Tenant>, viewer: &Viewer) -> Outcome<Arrival> {
    let choice = chosen(tenant, viewer).await?;
    tenant.presences.with(&viewer.local_id, |own| {
        own.chosen = choice;
        own.sessions += 1;
    });
    let arrival = Arrival {
        tenant: tenant.clone(),
        local_id: viewer.local_id.clone(),
    };
    tell(tenant, &viewer.local_id).await?;
    Ok(arrival)
}

/// Somebody's session, while it lasts.
pub(super) struct Arrival {
    tenant: Arc<Tenant>,
    local_id: LocalId,
}

impl Drop for Arrival {
    fn drop(&mut self) {
        let now = self.tenant.world.now();
        self.tenant.presences.with(&self.local_id, |own| {
            own.sessions = own.sessions.saturating_sub(1);
            own.left_at = now;
        });
    }
}

/// Another server says so of one of its people who share a room with us.
pub(crate) async fn heard(
    tenant: &Tenant,
    participant: &Fqid,
    presence: Presence,
) -> Result<bool, StoreError> {
    let rooms = tenant.store.joined_rooms(participant).await?;
    if rooms.is_empty() {
        return Ok(false);
    }
    if tenant
        .presences
        .hear(participant, presence, tenant.world.now())
    {
        show(tenant, participant, presence, rooms);
    }
    Ok(true)
}

/// Tells of those who are gone for good, and again of those who are there. Called by `upkeep`.
pub(crate) async fn keep(tenant: &Tenant) -> Result<(), StoreError> {
    for local_id in tenant.presences.due(tenant.world.now()) {
        tell_if_news(tenant, &local_id).await?;
    }
    Ok(())
}

async fn tell(tenant: &Tenant, local_id: &LocalId) -> Outcome<()> {
    Ok(tell_if_news(tenant, local_id).await?)
}

/// Tells those who share a room with one of ours, here and elsewhere.
async fn tell_if_news(tenant: &Tenant, local_id: &LocalId) -> Result<(), StoreError> {
    let now = tenant.world.now();
    let news = tenant.presences.with(local_id, |own| own.news(now));
    let (Some(presence), Ok(participant)) = (news, tenant.fqid(local_id)) else {
        return Ok(());
    };
    let rooms = tenant.store.joined_rooms(&participant).await?;
    let item = Ephemeral::Presence {
        participant: participant.clone(),
        presence,
    };
    for server in servers(tenant, &rooms).await? {
        tenant.drop_in(&server, &item);
    }
    show(tenant, &participant, presence, rooms);
    Ok(())
}

/// Other servers with somebody in one of these rooms.
async fn servers(tenant: &Tenant, rooms: &[RoomId]) -> Result<Vec<ServerName>, StoreError> {
    let mut names = Vec::new();
    for room in rooms {
        let servers = tenant.store.room_servers(room).await?;
        let present = servers.into_iter().filter(|server| server.present);
        names.extend(present.map(|server| server.server));
    }
    names.sort();
    names.dedup();
    names.retain(|name| name != tenant.server_name());
    Ok(names)
}

/// Shows it to local sessions, unless there is too much to show.
fn show(tenant: &Tenant, participant: &Fqid, presence: Presence, rooms: Vec<RoomId>) {
    let now = tenant.world.now();
    if rooms.is_empty() || !tenant.presences.may_show(now) {
        return;
    }
    let body = FrameBody::Presence {
        participant: participant.clone(),
        presence,
        rooms,
    };
    tenant
        .hub
        .publish_ephemeral(Frame::new(None, now, None, None, body));
}

impl Presences {
    fn with<T>(&self, local_id: &LocalId, act: impl FnOnce(&mut Own) -> T) -> T {
        act(self.known.lock().own.entry(local_id.clone()).or_default())
    }

    fn own(&self, participant: &Fqid, now: u64) -> Presence {
        let known = self.known.lock();
        let own = LocalId::parse(participant.local())
            .ok()
            .and_then(|local_id| known.own.get(&local_id));
        own.map_or(Presence::Offline, |own| own.shown(now))
    }

    fn foreign(&self, participant: &Fqid, now: u64) -> Option<Presence> {
        let (presence, at) = self.known.lock().foreign.get(participant).copied()?;
        is_recent(at, now, BELIEVED_MS).then_some(presence)
    }

    /// Remembers it; says whether it is another than before.
    fn hear(&self, participant: &Fqid, presence: Presence, now: u64) -> bool {
        let mut known = self.known.lock();
        let is_believed = |at: u64| is_recent(at, now, BELIEVED_MS);
        let before = known.foreign.get(participant).copied();
        let before = before.filter(|(_, at)| is_believed(*at));
        if presence == Presence::Offline {
            known.foreign.remove(participant);
        } else {
            if known.foreign.len() >= FOREIGN_MAX {
                known.foreign.retain(|_, (_, at)| is_believed(*at));
            }
            if known.foreign.len() < FOREIGN_MAX || known.foreign.contains_key(participant) {
                known.foreign.insert(participant.clone(), (presence, now));
            }
        }
        before.map_or(Presence::Offline, |(presence, _)| presence) != presence
    }

    /// Those of whom something may have to be told; forgets those who are long gone.
    fn due(&self, now: u64) -> Vec<LocalId> {
        let mut known = self.known.lock();
        known.own.retain(|_, own| {
            own.sessions > 0
                || own.told != Presence::Offline
                || is_recent(own.left_at, now, GRACE_MS)
        });
        known.own.keys().cloned().collect()
    }

    fn may_show(&self, now: u64) -> bool {
        self.known.lock().frames.take(FRAMES_PER_S_MAX, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What others see of somebody, by their choice, their sessions, and when the last one ended.
    #[test]
    fn what_is_shown() {
        use PresenceChoice::{AppearOffline, Busy, Idle};
        let cases = [
            (None, 1, 0, Presence::Online),
            (Some(PresenceChoice::Online), 1, 0, Presence::Online),
            (Some(Idle), 1, 0, Presence::Idle),
            (Some(Busy), 2, 0, Presence::Busy),
            (Some(AppearOffline), 1, 0, Presence::Offline),
            (None, 0, GRACE_MS - 1, Presence::Online),
            (Some(AppearOffline), 0, GRACE_MS - 1, Presence::Offline),
            (None, 0, GRACE_MS, Presence::Offline),
            (Some(Busy), 0, GRACE_MS, Presence::Offline),
        ];
        for (chosen, sessions, gone_for, expected) in cases {
            let own = Own {
                chosen,
                sessions,
                left_at: 7,
                ..Own::default()
            };
            assert_eq!(own.shown(7 + gone_for), expected, "{own:?}");
        }
    }

    // A change is told once, and that somebody is there again and again.
    #[test]
    fn what_is_told() {
        let mut own = Own {
            sessions: 1,
            told_at: 100,
            ..Own::default()
        };
        assert_eq!(own.news(100), Some(Presence::Online));
        assert_eq!(own.news(101), None);
        assert_eq!(own.news(99 + REPEAT_MS), None);
        assert_eq!(own.news(100 + REPEAT_MS), Some(Presence::Online));
        own.chosen = Some(PresenceChoice::AppearOffline);
        assert_eq!(own.news(101 + REPEAT_MS), Some(Presence::Offline));
        assert_eq!(
            own.news(101 + 9 * REPEAT_MS),
            None,
            "nobody is told that nobody is there"
        );
    }

    // Another server's word holds for a while, and is news when it changes.
    #[test]
    fn what_others_say() {
        let presences = Presences::default();
        let bob = Fqid::parse("@bob:globex.example").expect("a name");
        assert!(!presences.hear(&bob, Presence::Offline, 0));
        assert!(presences.hear(&bob, Presence::Online, 0));
        assert!(!presences.hear(&bob, Presence::Online, 1));
        assert!(presences.hear(&bob, Presence::Busy, 2));
        assert_eq!(
            presences.foreign(&bob, 1 + BELIEVED_MS),
            Some(Presence::Busy)
        );
        assert_eq!(presences.foreign(&bob, 2 + BELIEVED_MS), None);
        assert!(presences.hear(&bob, Presence::Busy, 2 + BELIEVED_MS));
        assert!(presences.hear(&bob, Presence::Offline, 3 + BELIEVED_MS));
        assert!(presences.known.lock().foreign.is_empty());
    }
}
