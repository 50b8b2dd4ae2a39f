//! Before a new server comes into a room of ours, the servers that are in it are asked (protocol section
//! 5): a room never holds two servers of which one refuses the other.
//!
//! Asking takes time, and a lane must not wait: the use case asks before the lane is told, for an
//! invitation by one of ours as for an event that a follower submits. What was said is remembered for a
//! few minutes. The lane itself looks once more when the newcomer joins, because somebody may have joined
//! since; then the submit is tried again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use parking_lot::Mutex;
use scaiwave_protocol::event::Event;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::wire::{ItemResult, item};
use scaiwave_protocol::{Code, Content, Refusal, RoomId, ServerName};
use scaiwave_room::{RoomState, membership};
use scaiwave_store::StoreError;

use super::checkpoints;
use crate::world::is_recent;
use crate::{Denial, Outcome, RemoteError, Tenant, lane};

/// How long an answer is waited for (protocol section 5).
const ANSWER_WAIT: Duration = Duration::from_secs(10);
/// How long a yes or a no counts: policies change seldom, and the join asks again for what is new.
const ANSWER_COUNTS_MS: u64 = 5 * 60 * 1000;
/// How long a server that could not be asked is not asked again, so that nobody's every try waits.
const SILENCE_COUNTS_MS: u64 = 30 * 1000;
/// Answers that are remembered; all are forgotten when there are more.
const REMEMBERED_MAX: usize = 10_000;

/// What a server said.
#[derive(Clone, Debug)]
enum Said {
    Yes,
    No,
    Nothing,
}

/// Room, newcomer, and who was asked.
type Key = (RoomId, ServerName, ServerName);

/// What was said a moment ago. A hint: without it, the servers are asked again.
#[derive(Default)]
pub(crate) struct Consults(Mutex<BTreeMap<Key, (u64, Said)>>);

impl Consults {
    fn get(&self, key: &Key, now: u64) -> Option<Said> {
        let known = self.0.lock();
        let (at, said) = known.get(key)?;
        is_recent(*at, now, said.counts_for()).then(|| said.clone())
    }

    fn put(&self, key: Key, now: u64, said: Said) {
        let mut known = self.0.lock();
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert(key, (now, said));
    }

    /// Whether everybody who came since has agreed to this newcomer.
    pub(crate) fn cover(&self, room: &RoomState, newcomer: &Event, now: u64) -> bool {
        let room_id = room.room_id();
        let servers = came_since(room, newcomer);
        servers.into_iter().all(|server| {
            let key = (room_id.clone(), newcomer.origin().clone(), server);
            matches!(self.get(&key, now), Some(Said::Yes))
        })
    }
}

impl Said {
    fn counts_for(&self) -> u64 {
        match self {
            Said::Yes | Said::No => ANSWER_COUNTS_MS,
            Said::Nothing => SILENCE_COUNTS_MS,
        }
    }
}

/// Before one of ours invites somebody of that server into a room. A room hosted elsewhere is its host's
/// to ask about.
pub(crate) async fn before_invite(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    newcomer: &ServerName,
) -> Outcome<()> {
    let Some(room) = lane::load_state(tenant, room_id).await? else {
        return Err(Denial::no_such_room());
    };
    if room.host() == tenant.server_name() && brings_a_server(&room, newcomer) {
        let asked = room.present_servers().cloned().collect();
        ask(tenant, room_id, newcomer, asked).await?;
    }
    Ok(())
}

/// Before an event of a peer goes to the lane of a room of ours.
pub(super) async fn before_submit(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    event: &Event,
) -> Result<Result<(), Refusal>, StoreError> {
    let content = event
        .content()
        .map(|json| Content::parse(event.kind(), json));
    let Some(Ok(Content::Member(change))) = content else {
        return Ok(Ok(()));
    };
    if !matches!(change.membership, Membership::Invite | Membership::Join) {
        return Ok(Ok(()));
    }
    let room = lane::load_state(tenant, room_id).await?;
    let Some(room) = room.filter(|room| room.host() == tenant.server_name()) else {
        return Ok(Ok(()));
    };
    let sender = event.sender();
    let newcomer = change.participant.server();
    let asked: BTreeSet<ServerName> = match change.membership {
        // Whoever may not invite makes nobody ask.
        Membership::Invite
            if room.is_joined(sender)
                && room.power(sender) >= room.invite_level()
                && brings_a_server(&room, newcomer) =>
        {
            let others = room.present_servers();
            others
                .filter(|server| *server != event.origin())
                .cloned()
                .collect()
        }
        Membership::Join => came_since(&room, event),
        _ => BTreeSet::new(),
    };
    Ok(ask(tenant, room_id, newcomer, asked).await)
}

/// Whether an invitation to somebody of this server would bring a server that is not in the room.
fn brings_a_server(room: &RoomState, newcomer: &ServerName) -> bool {
    newcomer != room.host()
        && !room.has_joined(newcomer)
        && membership::admits_server(room, newcomer).is_ok()
}

/// Servers that came into the room after this newcomer was invited: they have not been asked. Whoever
/// has changed their profile since counts as having come; they are asked once more.
fn came_since(room: &RoomState, join: &Event) -> BTreeSet<ServerName> {
    let newcomer = join.origin();
    let invite = room.members().get(join.sender());
    let Some(invite) = invite.filter(|member| member.membership == Membership::Invite) else {
        return BTreeSet::new();
    };
    if newcomer == room.host() || room.has_joined(newcomer) {
        return BTreeSet::new();
    }
    let joined = || {
        let members = room.members().iter();
        members.filter(|(_, member)| member.membership == Membership::Join)
    };
    let before: BTreeSet<&ServerName> = joined()
        .filter(|(_, member)| member.seq < invite.seq)
        .map(|(participant, _)| participant.server())
        .collect();
    joined()
        .map(|(participant, _)| participant.server())
        .filter(|server| *server != room.host() && !before.contains(server))
        .cloned()
        .collect()
}

/// Asks every server, all at once; the first one that does not agree, by name, is the answer.
async fn ask(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    newcomer: &ServerName,
    mut asked: BTreeSet<ServerName>,
) -> Result<(), Refusal> {
    asked.remove(tenant.server_name());
    asked.remove(newcomer);
    let answers = asked.iter().map(|server| async move {
        let key = (room_id.clone(), newcomer.clone(), server.clone());
        if let Some(said) = tenant.consults.get(&key, tenant.world.now()) {
            return said;
        }
        if !has_heard_of_us(tenant, room_id, server).await {
            tenant.doorbells.ring(server);
            return Said::Nothing;
        }
        let said = ask_one(tenant, room_id, newcomer, server).await;
        tenant.consults.put(key, tenant.world.now(), said.clone());
        said
    });
    let answers = join_all(answers).await;
    for (server, said) in asked.iter().zip(answers) {
        let sentence = match said {
            Said::Yes => continue,
            Said::No => format!("{server}, which is in this room, does not admit that server"),
            Said::Nothing => format!(
                "{server}, which is in this room, could not be asked about that server; try again later"
            ),
        };
        return Err(Code::PolicyViolation.because(sentence));
    }
    Ok(())
}

/// Whether this follower has got the entry by which the room was handed over to us, if it was: until then
/// it tells us nothing. When our own disk cannot say, it is asked.
async fn has_heard_of_us(tenant: &Tenant, room_id: &RoomId, server: &ServerName) -> bool {
    heard(tenant, room_id, server).await.unwrap_or(true)
}

async fn heard(tenant: &Tenant, room_id: &RoomId, server: &ServerName) -> Result<bool, StoreError> {
    let Some(room) = tenant.store.room(room_id).await? else {
        return Ok(true);
    };
    let began = checkpoints::reigns(&room)?.began();
    let followers = tenant.store.followers(room_id).await?;
    let Some(follower) = followers.iter().find(|row| &row.server == server) else {
        return Ok(true);
    };
    let acked = tenant.cursors.acked(room_id, server, follower.acked_seq);
    let next = tenant.store.chain_at(room_id, acked + 1).await?;
    Ok(next.is_none_or(|(term, ..)| term >= began))
}

async fn ask_one(
    tenant: &Arc<Tenant>,
    room_id: &RoomId,
    newcomer: &ServerName,
    server: &ServerName,
) -> Said {
    let body = item::body(&[item::consult(room_id, newcomer)]).canonical();
    let answer = tokio::time::timeout(ANSWER_WAIT, tenant.remote.send(server, body, 1)).await;
    match answer.map(|answer| answer.map(|mut results| results.pop())) {
        Ok(Ok(Some(ItemResult::Ok(_)))) => Said::Yes,
        Ok(Ok(Some(ItemResult::Rejected(refusal)))) if refusal.code == Code::PolicyViolation => {
            Said::No
        }
        Ok(Ok(answer)) => {
            tracing::info!(%server, ?answer, "a server in a room did not say yes or no");
            Said::Nothing
        }
        Ok(Err(error)) => {
            let error: RemoteError = error;
            tracing::info!(%server, %error, "a server in a room could not be asked");
            Said::Nothing
        }
        Err(_) => Said::Nothing,
    }
}
