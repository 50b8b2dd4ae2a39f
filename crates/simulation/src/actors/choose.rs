use scaiwave_engine::Viewer;
use scaiwave_protocol::event::content::{History as Past, Membership};
use scaiwave_protocol::{EventId, Fqid, Json, RoomId};
use scaiwave_store::record::TimelineRow;
use scaiwave_store::{Direction, StoreError, TenantStore, TimelineQuery};

use super::{Act, History};
use crate::world::SharedChance;

const EMOJI: &[&str] = &["👍", "🎉", "🫖"];
/// Rooms that one server holds: few, so that much happens in each.
const ROOMS_MAX: usize = 3;

/// What somebody does next: something that makes sense from where they stand, most of the time.
pub(crate) async fn choose(
    chance: &SharedChance,
    store: &dyn TenantStore,
    viewer: &Viewer,
    everybody: &[Fqid],
    history: &History,
    now: u64,
    past: Past,
) -> Result<Option<Act>, StoreError> {
    let mut rooms = store.rooms_of(&viewer.fqid).await?;
    rooms.sort_by(|a, b| a.room.room_id.cmp(&b.room.room_id));
    let is = |membership| {
        let rows = rooms.iter().filter(move |row| row.membership == membership);
        rows.map(|row| row.room.room_id.clone())
    };
    let joined: Vec<RoomId> = is(Membership::Join).collect();
    let elsewhere = store
        .invitations(&viewer.fqid)
        .await?
        .into_iter()
        .map(|row| row.room_id);
    let invited: Vec<RoomId> = elsewhere.chain(is(Membership::Invite)).collect();
    let whom = chance.pick(everybody).cloned();
    if let Some(room) = chance
        .pick(&invited)
        .filter(|_| chance.permille(300))
        .cloned()
    {
        let accepts = chance.permille(750);
        return Ok(Some(if accepts {
            Act::Accept { room }
        } else {
            Act::Decline { room }
        }));
    }
    let draw = chance.below(100);
    if draw < 4 && store.rooms().await?.len() < ROOMS_MAX {
        return Ok(Some(match whom {
            Some(with) if chance.permille(300) => Act::Dm { with },
            _ => Act::Create {
                name: format!("room {}", chance.below(1000)),
                history: past,
            },
        }));
    }
    if draw < 12 {
        return Ok(again(chance, viewer, history));
    }
    let (Some(room), Some(whom)) = (chance.pick(&joined).cloned(), whom) else {
        return Ok(None);
    };
    let line = line(chance, store, &room).await?;
    Ok(Some(match draw {
        0..30 => Act::Invite {
            whom: outsider(chance, store, &room, everybody)
                .await?
                .unwrap_or(whom),
            room,
        },
        30..64 => say(chance, viewer, room, line, &whom, now),
        64..82 => match line {
            Some(line) => about(chance, room, line.entry.event_id),
            None => return Ok(None),
        },
        82..86 => Act::Leave { room },
        86..89 => Act::Kick { room, whom },
        89..91 => Act::Ban { room, whom },
        91..93 => Act::Unban { room, whom },
        93..95 => Act::Rename {
            room,
            name: format!("name {}", chance.below(1000)),
        },
        95..98 => {
            let level = *chance.pick(&[0, 50, 100]).unwrap_or(&0);
            Act::Power { room, whom, level }
        }
        _ => Act::Type { room },
    }))
}

/// Somebody who is not in the room, as far as one can see from here.
async fn outsider(
    chance: &SharedChance,
    store: &dyn TenantStore,
    room: &RoomId,
    everybody: &[Fqid],
) -> Result<Option<Fqid>, StoreError> {
    let members = store.members(room).await?;
    let inside = |who: &Fqid| {
        let is = members.iter().find(|member| &member.participant == who);
        is.is_some_and(|member| member.membership == Membership::Join)
    };
    let outside: Vec<Fqid> = everybody
        .iter()
        .filter(|who| !inside(who))
        .cloned()
        .collect();
    Ok(chance.pick(&outside).cloned())
}

/// Something said before, once more: with the same id and the same words.
fn again(chance: &SharedChance, viewer: &Viewer, history: &History) -> Option<Act> {
    let sends = history.sends();
    let mine: Vec<_> = sends
        .iter()
        .filter(|(_, send)| send.sender == viewer.fqid)
        .collect();
    let open: Vec<_> = mine
        .iter()
        .filter(|(_, send)| send.acknowledged.is_none())
        .copied()
        .collect();
    let from = if open.is_empty() || chance.permille(200) {
        &mine
    } else {
        &open
    };
    let (id, send) = chance.pick(from)?;
    Some(Act::Say {
        room: send.room.clone(),
        id: **id,
        content: send.content.clone(),
    })
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
    let mentions = if chance.permille(150) {
        vec![Json::from(whom)]
    } else {
        Vec::new()
    };
    let mut content = scaiwave_protocol::Object::from([
        ("msgtype".to_owned(), "swp.text".into()),
        ("body".to_owned(), text.into()),
        ("mentions".to_owned(), Json::Arr(mentions)),
    ]);
    if let Some(line) =
        line.filter(|line| line.entry.kind == "swp.room.message" && chance.permille(150))
    {
        content.insert(
            "reply_to_event_id".to_owned(),
            (&line.entry.event_id).into(),
        );
    }
    let mut random = [0; 10];
    scaiwave_engine::Random::fill(chance, &mut random);
    Act::Say {
        room,
        id: EventId::v7(now, random),
        content: Json::Obj(content),
    }
}

fn about(chance: &SharedChance, room: RoomId, id: EventId) -> Act {
    match chance.below(8) {
        0..3 => Act::Edit {
            room,
            id,
            text: format!("better {}", chance.next()),
        },
        3..5 => Act::Redact { room, id },
        _ => {
            let emoji = chance.pick(EMOJI).copied().unwrap_or("👍");
            Act::React {
                room,
                id,
                emoji,
                add: chance.permille(700),
            }
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
        bytes: usize::MAX,
        thread: None,
    };
    let mut lines = store.timeline(query).await?;
    lines.retain(|line| line.entry.kind == "swp.room.message");
    Ok(chance.pick(&lines).cloned())
}
