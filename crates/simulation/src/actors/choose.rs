use scaiwave_engine::Viewer;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{EventId, Fqid, Json, RoomId};
use scaiwave_store::record::TimelineRow;
use scaiwave_store::{Direction, StoreError, TenantStore, TimelineQuery};

use super::{Act, History};
use crate::world::SharedChance;

const EMOJI: &[&str] = &["👍", "🎉", "🫖"];
const ROOMS_MAX: usize = 4;

/// What somebody does next: something that makes sense from where they stand, most of the time.
pub(crate) async fn choose(
    chance: &SharedChance,
    store: &dyn TenantStore,
    viewer: &Viewer,
    everybody: &[Fqid],
    history: &History,
    now: u64,
) -> Result<Option<Act>, StoreError> {
    let mut rooms = store.rooms_of(&viewer.fqid).await?;
    rooms.sort_by(|a, b| a.room.room_id.cmp(&b.room.room_id));
    let joined = rooms.iter().filter(|row| row.membership == Membership::Join);
    let joined: Vec<RoomId> = joined.map(|row| row.room.room_id.clone()).collect();
    let hosted = store.rooms().await?.len();
    let whom = chance.pick(everybody).cloned();
    let draw = chance.below(100);
    if draw < 12 {
        let mut invited: Vec<RoomId> =
            store.invitations(&viewer.fqid).await?.into_iter().map(|row| row.room_id).collect();
        invited.extend(
            rooms
                .iter()
                .filter(|row| row.membership == Membership::Invite)
                .map(|row| row.room.room_id.clone()),
        );
        let Some(room) = chance.pick(&invited).cloned() else { return Ok(None) };
        return Ok(Some(if chance.permille(700) { Act::Accept { room } } else { Act::Decline { room } }));
    }
    if draw < 17 && hosted < ROOMS_MAX {
        return Ok(Some(match whom {
            Some(with) if chance.permille(200) => Act::Dm { with },
            _ => Act::Create { name: format!("room {}", chance.below(1000)) },
        }));
    }
    if draw < 22 {
        return Ok(again(chance, viewer, history));
    }
    let (Some(room), Some(whom)) = (chance.pick(&joined).cloned(), whom) else { return Ok(None) };
    let line = line(chance, store, &room).await?;
    Ok(Some(match draw {
        22..36 => Act::Invite { room, whom },
        36..66 => say(chance, viewer, room, line, &whom, now),
        66..82 => match line {
            Some(line) => about(chance, room, line.entry.event_id),
            None => return Ok(None),
        },
        82..86 => Act::Leave { room },
        86..89 => Act::Kick { room, whom },
        89..91 => Act::Ban { room, whom },
        91..93 => Act::Unban { room, whom },
        93..95 => Act::Rename { room, name: format!("name {}", chance.below(1000)) },
        95..98 => {
            Act::Power { room, whom, level: *chance.pick(&[0, 50, 100]).unwrap_or(&0) }
        }
        _ => Act::Type { room },
    }))
}

/// Something said before, once more: with the same id and the same words.
fn again(chance: &SharedChance, viewer: &Viewer, history: &History) -> Option<Act> {
    let sends = history.sends();
    let mine: Vec<_> = sends.iter().filter(|(_, send)| send.sender == viewer.fqid).collect();
    let open: Vec<_> = mine.iter().filter(|(_, send)| send.acknowledged.is_none()).copied().collect();
    let from = if open.is_empty() || chance.permille(200) { &mine } else { &open };
    let (id, send) = chance.pick(from)?;
    Some(Act::Say { room: send.room.clone(), id: **id, content: send.content.clone() })
}

fn say(
    chance: &SharedChance,
    viewer: &Viewer,
    room: RoomId,
    line: Option<TimelineRow>,
    whom: &Fqid,
    now: u64,
) -> Act {
    let text = format!("{} says {}", viewer.local_id, chance.next());
    let mentions = if chance.permille(150) { vec![Json::from(whom)] } else { Vec::new() };
    let mut content = scaiwave_protocol::Object::from([
        ("msgtype".to_owned(), "swp.text".into()),
        ("body".to_owned(), text.into()),
        ("mentions".to_owned(), Json::Arr(mentions)),
    ]);
    if let Some(line) = line.filter(|line| line.entry.kind == "swp.room.message" && chance.permille(150)) {
        content.insert("reply_to_event_id".to_owned(), (&line.entry.event_id).into());
    }
    let mut random = [0; 10];
    scaiwave_engine::Random::fill(chance, &mut random);
    Act::Say { room, id: EventId::v7(now, random), content: Json::Obj(content) }
}

fn about(chance: &SharedChance, room: RoomId, id: EventId) -> Act {
    match chance.below(8) {
        0..3 => Act::Edit { room, id, text: format!("better {}", chance.next()) },
        3..5 => Act::Redact { room, id },
        _ => {
            let emoji = chance.pick(EMOJI).copied().unwrap_or("👍");
            Act::React { room, id, emoji, add: chance.permille(700) }
        }
    }
}

/// One of the newest lines of a room.
async fn line(
    chance: &SharedChance,
    store: &dyn TenantStore,
    room: &RoomId,
) -> Result<Option<TimelineRow>, StoreError> {
    let query = TimelineQuery {
        room_id: room.clone(),
        from_seq: None,
        direction: Direction::Back,
        limit: 8,
        thread: None,
    };
    let mut lines = store.timeline(query).await?;
    lines.retain(|line| line.entry.kind == "swp.room.message");
    Ok(chance.pick(&lines).cloned())
}
