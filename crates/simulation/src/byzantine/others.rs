//! Lies about invitations, removals, heads and what passes; and items that are none.

use std::collections::BTreeMap;

use scaiwave_protocol::event::content::{self as kinds, Membership, RoomType};
use scaiwave_protocol::limits::CONTENT_BYTES_MAX;
use scaiwave_protocol::wire::{Card, Ephemeral, item};
use scaiwave_protocol::{Fqid, Json, LocalId, ServerName};

use super::Lie;
use super::glimpse::{Glimpse, with};
use super::scene::{Scene, membership};

/// The item as text: some lies are no JSON of ours.
pub(super) fn make(lie: Lie, scene: &Scene) -> Option<String> {
    let json = match lie {
        Lie::HeadsInflated => heads(scene, 1_000),
        Lie::HeadsOtherwise => heads(scene, 0),
        Lie::InviteNotHost | Lie::InviteForged | Lie::InviteNobody | Lie::InviteNowhere => {
            invite(lie, scene)?
        }
        Lie::RemovedNotHost => {
            let room = scene.theirs.as_ref().or(scene.others.as_ref())?;
            item::removed(&room.row.room_id, None)
        }
        Lie::TypingForAnother => typing(scene)?,
        Lie::UnknownKind => Json::object([("kind", "confession".into())]),
        Lie::Oversized => {
            let room = scene.theirs.as_ref().or(scene.ours.as_ref())?;
            let sender = room.member(&scene.chance, &scene.us, true)?;
            let event = scene.sign(scene.draft(room, sender, kinds::MESSAGE, scene.words())?)?;
            let body = "x".repeat(CONTENT_BYTES_MAX);
            let event = with(event, &["content", "body"], body.into());
            Json::object([("kind", "submit".into()), ("event", event)])
        }
        Lie::Fraction => return Some(r#"{"kind":"heads","rooms":{},"half":0.5}"#.to_owned()),
        Lie::TwiceNamed => {
            return Some(r#"{"kind":"heads","rooms":{},"\u0072ooms":{}}"#.to_owned());
        }
        _ => return None,
    };
    Some(text(&json))
}

pub(super) fn text(json: &Json) -> String {
    String::from_utf8_lossy(&json.canonical()).into_owned()
}

fn heads(scene: &Scene, ahead: u64) -> Json {
    let rooms = [&scene.ours, &scene.theirs, &scene.others];
    let heads: BTreeMap<_, _> = rooms
        .into_iter()
        .flatten()
        .map(|room| {
            let point = scene.made_up(room.row.head, ahead);
            (room.row.room_id.clone(), point)
        })
        .collect();
    item::heads_item(&heads)
}

fn typing(scene: &Scene) -> Option<Json> {
    let room = scene.theirs.as_ref().or(scene.others.as_ref())?;
    let typing = Ephemeral::Typing {
        room_id: room.row.room_id.clone(),
        participant: room.member(&scene.chance, &scene.us, false)?,
        typing: true,
    };
    Some(typing.to_json())
}

fn invite(lie: Lie, scene: &Scene) -> Option<Json> {
    let known = scene.theirs.as_ref().or(scene.others.as_ref());
    let invitee = person(
        if lie == Lie::InviteNobody {
            "nobody"
        } else {
            "ann"
        },
        &scene.victim,
    )?;
    let (kind, content) = membership(&invitee, Membership::Invite);
    let mut room_id = scene.nowhere();
    let mut host = scene.us.clone();
    let mut sender = scene.ghost()?;
    match lie {
        Lie::InviteNotHost => {
            let room: &Glimpse = known?;
            room_id = room.row.room_id.clone();
            host = room.row.host.clone();
        }
        Lie::InviteForged => sender = person("bob", &scene.victim)?,
        _ => {}
    }
    let room = known.or(scene.ours.as_ref())?;
    let mut draft = scene.draft(room, sender, kind, content)?;
    draft.room_id = Some(room_id.clone());
    let card = Card {
        room_id,
        host,
        at: room.row.head,
        room_type: RoomType::Group,
        servers: vec![scene.us.clone()],
        name: None,
        topic: None,
    };
    Some(item::invite(&scene.sign(draft)?, &card))
}

fn person(local_id: &str, server: &ServerName) -> Option<Fqid> {
    Fqid::new(&LocalId::parse(local_id).ok()?, server).ok()
}
