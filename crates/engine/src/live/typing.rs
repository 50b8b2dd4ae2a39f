use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_protocol::wire::Ephemeral;
use scaiwave_protocol::{Fqid, RoomId};

use super::{Frame, FrameBody};
use crate::peering::TYPING_MS;
use crate::{Outcome, Tenant, Viewer, rooms};

/// A client that goes on typing says so every few seconds; more often than this it is not news, ms.
const AGAIN_MS: u64 = 1_000;
/// People who are writing somewhere, as far as we remember; others are shown less often.
const WRITING_MAX: usize = 10_000;

/// Who is writing, so that the same is not told twice: every frame takes a place in the ring that all
/// sessions of the tenant read.
#[derive(Debug, Default)]
pub(crate) struct Writing {
    /// When it was last told, ms. Held for a look-up only.
    told: Mutex<BTreeMap<(RoomId, Fqid), u64>>,
}

impl Writing {
    /// Whether this is worth telling, and then remembers that it was told.
    fn is_news(&self, room_id: &RoomId, participant: &Fqid, typing: bool, now: u64) -> bool {
        let mut told = self.told.lock();
        let who = (room_id.clone(), participant.clone());
        let at = told
            .get(&who)
            .copied()
            .filter(|at| now.abs_diff(*at) < TYPING_MS);
        if !typing {
            told.remove(&who);
            return at.is_some();
        }
        if at.is_some_and(|at| now.abs_diff(at) < AGAIN_MS) {
            return false;
        }
        if told.len() >= WRITING_MAX {
            told.retain(|_, at| now.abs_diff(*at) < TYPING_MS);
        }
        let room = told.len() < WRITING_MAX || told.contains_key(&who);
        if room {
            told.insert(who, now);
        }
        room
    }
}

/// Tells the room that the viewer is writing, or no more: here at once, and to every member server.
pub async fn typing(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    typing: bool,
) -> Outcome<()> {
    rooms::access::joined(tenant, viewer, room_id).await?;
    if !show_typing(tenant, room_id, &viewer.fqid, typing) {
        return Ok(());
    }
    let item = Ephemeral::Typing {
        room_id: room_id.clone(),
        participant: viewer.fqid.clone(),
        typing,
    };
    for server in tenant.store.room_servers(room_id).await? {
        if server.present && &server.server != tenant.server_name() {
            tenant.drop_in(&server.server, &item);
        }
    }
    Ok(())
}

/// Shows it to local sessions, if it is news.
pub(crate) fn show_typing(
    tenant: &Tenant,
    room_id: &RoomId,
    participant: &Fqid,
    typing: bool,
) -> bool {
    let now = tenant.world.now();
    let is_news = tenant.writing.is_news(room_id, participant, typing, now);
    if is_news {
        let body = FrameBody::Typing {
            participant: participant.clone(),
            typing,
        };
        tenant
            .hub
            .publish_ephemeral(Frame::new(None, now, Some(room_id.clone()), None, body));
    }
    is_news
}

#[cfg(test)]
mod tests {
    use super::*;

    // Beginning, going on and ending are news; the same once more is not, nor the end of nothing.
    #[test]
    fn what_is_news() {
        let writing = Writing::default();
        let room = RoomId::parse(&format!("room-{}", "a".repeat(32))).expect("an id");
        let ann = Fqid::parse("@ann:acme.example").expect("a name");
        let steps = [
            (0, false, false),
            (1, true, true),
            (2, true, false),
            (AGAIN_MS, true, false),
            (AGAIN_MS + 1, true, true),
            (AGAIN_MS + 2, false, true),
            (AGAIN_MS + 3, false, false),
            (AGAIN_MS + 4, true, true),
            // By then everybody has forgotten it.
            (AGAIN_MS + 4 + TYPING_MS, false, false),
        ];
        for (now, typing, expected) in steps {
            let is_news = writing.is_news(&room, &ann, typing, now);
            assert_eq!(is_news, expected, "{typing} at {now}");
        }
    }

    // However many people write, no more than so many are remembered, and those who stopped make room.
    #[test]
    fn nobody_fills_the_memory() {
        let writing = Writing::default();
        let room = RoomId::parse(&format!("room-{}", "a".repeat(32))).expect("an id");
        let person = |n: usize| Fqid::parse(&format!("@p{n}:acme.example")).expect("a name");
        let news = |n: usize, now: u64| writing.is_news(&room, &person(n), true, now);
        assert!((0..WRITING_MAX).all(|n| news(n, 0)));
        assert!(!news(WRITING_MAX, 1));
        assert!(news(0, AGAIN_MS), "who is remembered is shown on");
        assert!(news(WRITING_MAX, TYPING_MS));
        assert!(writing.told.lock().len() <= WRITING_MAX);
    }
}
