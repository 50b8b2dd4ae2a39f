//! Rooms of ours of which a follower may hold more than we do (protocol section 4, "Restored host").
//!
//! After a start that is not known to go on where the last process ended, the data may come from a
//! backup. Whoever has our entries then is asked before anything is sequenced: a room in doubt takes
//! nothing from anybody until each of its followers has said where its log stands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Json, RoomId, ServerName, json};
use scaiwave_store::{Change, Commit, StoreError};
use tokio::sync::Notify;

use crate::audit::{self, Action, Actor, Happening};
use crate::{ClientCode, Denial, Outcome, Tenant, lane};

/// How long one of our people waits for a room in doubt before they are told to try again: followers
/// that can be reached answer within a second.
const PATIENCE: Duration = Duration::from_secs(5);
/// The name of the document that lists the rooms for which the command line has vouched.
const VOUCHED: &str = "vouched_rooms";
/// A room that is in doubt for longer than this needs an admin's eye.
const ALARM_AFTER_MS: u64 = 60_000;

/// What is in doubt.
#[derive(Default)]
pub(crate) struct Doubts {
    /// Looked up for each batch of a lane. Never held across an await.
    state: Mutex<State>,
    /// Rung whenever a room is in doubt no more.
    settled: Notify,
}

#[derive(Default)]
struct State {
    /// Whether this process began with data that may be older than what others have.
    restored: bool,
    rooms: BTreeMap<RoomId, Doubt>,
}

struct Doubt {
    /// Followers that have not said where their logs stand.
    unheard: BTreeSet<ServerName>,
    /// One of them had entries of ours that we had lost: a new term begins.
    behind: bool,
    since: u64,
    told: bool,
}

impl Doubts {
    /// Whether anything of this tenant may be older than what others have of it.
    pub(crate) fn restored(&self) -> bool {
        self.state.lock().restored
    }

    /// Whether nothing may be sequenced in this room now.
    pub(crate) fn concern(&self, room_id: &RoomId) -> bool {
        self.state.lock().rooms.contains_key(room_id)
    }

    /// The servers that a room waits for.
    pub(crate) fn unheard(&self, room_id: &RoomId) -> Vec<ServerName> {
        let state = self.state.lock();
        let doubt = state.rooms.get(room_id);
        doubt.map_or_else(Vec::new, |doubt| doubt.unheard.iter().cloned().collect())
    }

    /// Rooms that wait for this server's word.
    fn waiting_for(&self, server: &ServerName) -> Vec<RoomId> {
        let state = self.state.lock();
        let waiting = state.rooms.iter();
        waiting
            .filter(|(_, doubt)| doubt.unheard.contains(server))
            .map(|(room_id, _)| room_id.clone())
            .collect()
    }

    /// Notes that entries of ours came back from a follower.
    pub(super) fn was_behind(&self, room_id: &RoomId) {
        if let Some(doubt) = self.state.lock().rooms.get_mut(room_id) {
            doubt.behind = true;
        }
    }

    /// A follower has nothing that we do not have. Says whether it was the last one to be heard, and
    /// whether we had been behind.
    fn hear(&self, room_id: &RoomId, server: &ServerName) -> Option<bool> {
        let mut state = self.state.lock();
        let doubt = state.rooms.get_mut(room_id)?;
        doubt.unheard.remove(server);
        doubt.unheard.is_empty().then_some(doubt.behind)
    }

    fn settle(&self, room_id: &RoomId) {
        self.state.lock().rooms.remove(room_id);
        self.settled.notify_waiters();
    }

    /// Waits until a room is in doubt no more, or patience ends.
    pub(crate) async fn settled(&self, room_id: &RoomId) {
        let waiting = async {
            loop {
                let settled = self.settled.notified();
                if !self.concern(room_id) {
                    return;
                }
                settled.await;
            }
        };
        // The lane itself turns away what comes too early.
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or(());
    }
}

/// To be called before a tenant serves, unless it is known that its data is where its last process left
/// it: every room of ours that others follow waits for their word.
pub async fn doubt(tenant: &Tenant) -> Result<(), StoreError> {
    let now = tenant.world.now();
    let us = tenant.server_name();
    let mut rooms = BTreeMap::new();
    for room in tenant.store.rooms().await? {
        if &room.host != us {
            continue;
        }
        let unheard = followers(tenant, &room.room_id).await?;
        if !unheard.is_empty() {
            let doubt = Doubt {
                unheard,
                behind: false,
                since: now,
                told: false,
            };
            rooms.insert(room.room_id, doubt);
        }
    }
    let asked: BTreeSet<ServerName> = rooms
        .values()
        .flat_map(|doubt: &Doubt| doubt.unheard.iter().cloned())
        .collect();
    {
        let mut state = tenant.doubts.state.lock();
        state.restored = true;
        state.rooms = rooms;
    }
    // A worker begins with heads.
    asked
        .iter()
        .for_each(|server| tenant.doorbells.ring(server));
    Ok(())
}

/// Servers with somebody in the room, or somebody invited who may have come in meanwhile.
async fn followers(tenant: &Tenant, room_id: &RoomId) -> Result<BTreeSet<ServerName>, StoreError> {
    let servers = tenant.store.room_servers(room_id).await?;
    let present = servers.into_iter().filter(|row| row.present);
    let mut names: BTreeSet<ServerName> = present.map(|row| row.server).collect();
    let members = tenant.store.members(room_id).await?;
    let invited = members
        .iter()
        .filter(|row| row.membership == Membership::Invite);
    names.extend(invited.map(|row| row.participant.server().clone()));
    names.remove(tenant.server_name());
    Ok(names)
}

/// A follower's log of this room holds nothing that ours does not.
pub(super) async fn heard(tenant: &Arc<Tenant>, server: &ServerName, room_id: &RoomId) {
    if let Some(behind) = tenant.doubts.hear(room_id, server) {
        go_on(tenant, room_id, behind).await;
    }
}

/// A follower has said where all its logs stand: it holds nothing of the rooms that it did not name.
pub(super) async fn heard_all(
    tenant: &Arc<Tenant>,
    server: &ServerName,
    named: impl Fn(&RoomId) -> bool,
) {
    for room_id in tenant.doubts.waiting_for(server) {
        if !named(&room_id) {
            heard(tenant, server, &room_id).await;
        }
    }
}

/// Everybody was heard. Where we had been behind, the next entry begins a term.
async fn go_on(tenant: &Arc<Tenant>, room_id: &RoomId, behind: bool) {
    if behind && lane::open_term(tenant, room_id).await.is_err() {
        tracing::error!(%room_id, "a new term could not be opened; its followers are asked again");
        return;
    }
    tenant.doubts.settle(room_id);
}

/// An admin answers for it that this server's copy of a room is the newest, although followers that
/// cannot be reached have not said so.
pub async fn confirm_newest(
    tenant: &Arc<Tenant>,
    actor: Actor<'_>,
    room_id: &RoomId,
) -> Outcome<Vec<ServerName>> {
    actor.must_be_admin()?;
    if !tenant.doubts.concern(room_id) {
        return Err(Denial::no_such_room());
    }
    let unheard = tenant.doubts.unheard(room_id);
    let line = audit::note(
        tenant,
        Happening {
            actor,
            action: Action::RoomConfirmedNewest,
            peer: None,
            room_id: Some(room_id),
            message: format!(
                "The room goes on although these servers have not said what they hold of it: {}",
                named(&unheard)
            ),
        },
    );
    audit::record(tenant, vec![line]).await;
    let behind = tenant
        .doubts
        .state
        .lock()
        .rooms
        .get(room_id)
        .is_some_and(|doubt| doubt.behind);
    go_on(tenant, room_id, behind).await;
    Ok(unheard)
}

/// The same from a process that holds no room in doubt, the command line: the server that does finds it
/// written down at its next upkeep, within a minute.
pub async fn vouch_for_newest(tenant: &Tenant, actor: Actor<'_>, room_id: &RoomId) -> Outcome<()> {
    actor.must_be_admin()?;
    let room = tenant.store.room(room_id).await?;
    let room = room.ok_or_else(Denial::no_such_room)?;
    if &room.host != tenant.server_name() {
        return Err(ClientCode::RoomForbidden
            .because("this room is hosted elsewhere: only its host can be in doubt about it"));
    }
    let mut vouched = vouched(tenant).await?;
    vouched.insert(room_id.clone(), tenant.world.now());
    let line = audit::note(
        tenant,
        Happening {
            actor,
            action: Action::RoomConfirmedNewest,
            peer: None,
            room_id: Some(room_id),
            message: "The room goes on as this server holds it, whatever servers that have not been heard \
                      hold of it"
                .to_owned(),
        },
    );
    let change = Change::PutSetting(VOUCHED, written(&vouched));
    tenant.store.commit(Commit::of(vec![change, line])).await?;
    Ok(())
}

/// Lets rooms go on for which the command line has vouched since they are in doubt.
async fn take_vouched(tenant: &Arc<Tenant>) -> Outcome<()> {
    if tenant.doubts.state.lock().rooms.is_empty() {
        return Ok(());
    }
    let mut vouched = vouched(tenant).await?;
    let before = vouched.len();
    let mut behind = Vec::new();
    for (room_id, doubt) in &tenant.doubts.state.lock().rooms {
        if vouched.get(room_id).is_some_and(|at| *at >= doubt.since) {
            behind.push((room_id.clone(), doubt.behind));
            vouched.remove(room_id);
        }
    }
    for (room_id, behind) in behind {
        go_on(tenant, &room_id, behind).await;
    }
    if vouched.len() != before {
        let change = Change::PutSetting(VOUCHED, written(&vouched));
        tenant.store.commit(Commit::of(vec![change])).await?;
    }
    Ok(())
}

/// Rooms for which the command line has vouched, and when.
async fn vouched(tenant: &Tenant) -> Outcome<BTreeMap<RoomId, u64>> {
    let Some(bytes) = tenant.store.setting(VOUCHED).await? else {
        return Ok(BTreeMap::new());
    };
    let Json::Obj(rooms) = json::parse(&bytes)? else {
        return Ok(BTreeMap::new());
    };
    let rooms = rooms.into_iter().filter_map(|(room_id, at)| {
        let at = u64::try_from(at.as_int()?).ok()?;
        Some((RoomId::parse(&room_id).ok()?, at))
    });
    Ok(rooms.collect())
}

fn written(vouched: &BTreeMap<RoomId, u64>) -> Vec<u8> {
    let rooms = vouched.iter();
    Json::Obj(
        rooms
            .map(|(room_id, at)| (room_id.to_string(), (*at).into()))
            .collect(),
    )
    .canonical()
}

/// Tells admins of rooms that have been in doubt for long.
pub(crate) async fn report(tenant: &Arc<Tenant>) {
    if let Err(denial) = take_vouched(tenant).await {
        tracing::error!(%denial, "what the command line has vouched for cannot be read");
    }
    let now = tenant.world.now();
    let mut long: Vec<(RoomId, Vec<ServerName>)> = Vec::new();
    for (room_id, doubt) in &mut tenant.doubts.state.lock().rooms {
        if !doubt.told && now >= doubt.since + ALARM_AFTER_MS {
            doubt.told = true;
            long.push((room_id.clone(), doubt.unheard.iter().cloned().collect()));
        }
    }
    let lines = long.iter().map(|(room_id, unheard)| {
        let message = format!(
            "This room takes nothing new: this server did not end in order, its data may come from a \
             backup, and these servers have not said what they hold of the room: {}. It goes on when \
             they answer, or when an admin confirms that this copy is the newest",
            named(unheard)
        );
        let happening = Happening {
            actor: Actor::Server,
            action: Action::RoomInDoubt,
            peer: unheard.first(),
            room_id: Some(room_id),
            message,
        };
        audit::alarm(tenant, happening)
    });
    let lines: Vec<_> = lines.collect();
    // Those that could not be reached, or could not give back what they have, are asked again.
    let unheard: BTreeSet<ServerName> = {
        let state = tenant.doubts.state.lock();
        let doubts = state.rooms.values();
        doubts
            .flat_map(|doubt| doubt.unheard.iter().cloned())
            .collect()
    };
    unheard
        .iter()
        .for_each(|server| tenant.doorbells.greet(server));
    if !lines.is_empty() {
        audit::record(tenant, lines).await;
    }
}

/// Names for a sentence.
pub(crate) fn named(servers: &[ServerName]) -> String {
    let names: Vec<&str> = servers.iter().map(ServerName::as_str).collect();
    names.join(", ")
}
