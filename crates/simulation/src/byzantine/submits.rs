//! Lies to a host: events that it must not take.

use scaiwave_protocol::event::content::{self as kinds, Membership};
use scaiwave_protocol::{Fqid, Json, json};

use super::Lie;
use super::glimpse::{Glimpse, with};
use super::scene::{Scene, membership};

pub(super) fn make(lie: Lie, scene: &Scene) -> Option<Json> {
    let room = scene.theirs.as_ref()?;
    let event = match lie {
        Lie::SubmitForAnother => {
            let victim = room.member(&scene.chance, &scene.us, false)?;
            scene.sign(scene.draft(room, victim, kinds::MESSAGE, scene.words())?)?
        }
        Lie::SubmitAltered => {
            let event = own_message(scene, room)?;
            with(event, &["content", "body"], "something else".into())
        }
        Lie::SubmitIdAgain => {
            let used = scene.chance.pick(&room.entries)?.event_id;
            let sender = room.member(&scene.chance, &scene.us, true)?;
            let mut draft = scene.draft(room, sender, kinds::MESSAGE, scene.words())?;
            draft.event_id = used;
            scene.sign(draft)?
        }
        Lie::SubmitOldNumber => {
            let sender = room.member(&scene.chance, &scene.us, true)?;
            let mut draft = scene.draft(room, sender, kinds::MESSAGE, scene.words())?;
            draft.origin_seq = 1;
            scene.sign(draft)?
        }
        Lie::SubmitUnseen => {
            let sender = room.member(&scene.chance, &scene.us, true)?;
            let mut draft = scene.draft(room, sender, kinds::MESSAGE, scene.words())?;
            draft.seen = Some(scene.made_up(room.row.head, 0));
            scene.sign(draft)?
        }
        Lie::SubmitUninvited => {
            let ghost = scene.ghost()?;
            let (kind, content) = membership(&ghost, Membership::Join);
            scene.sign(scene.draft(room, ghost, kind, content)?)?
        }
        Lie::SubmitStranger => {
            scene.sign(scene.draft(room, scene.ghost()?, kinds::MESSAGE, scene.words())?)?
        }
        Lie::SubmitRecord => {
            let own = room.servers.iter().find(|row| row.server == scene.us)?;
            let content = Json::object([
                ("server", (&scene.us).into()),
                ("descriptor", json::parse(&own.descriptor).ok()?),
                ("present", true.into()),
            ]);
            let sender = Fqid::of_server(&scene.us);
            scene.sign(scene.draft(room, sender, kinds::SERVER, content)?)?
        }
        Lie::SubmitEviction => {
            let who = room.member(&scene.chance, &scene.us, false)?;
            let (kind, content) = membership(&who, Membership::Leave);
            let sender = Fqid::of_server(&scene.us);
            scene.sign(scene.draft(room, sender, kind, content)?)?
        }
        _ => return None,
    };
    Some(Json::object([("kind", "submit".into()), ("event", event)]))
}

fn own_message(scene: &Scene, room: &Glimpse) -> Option<Json> {
    let sender = room.member(&scene.chance, &scene.us, true)?;
    scene.sign(scene.draft(room, sender, kinds::MESSAGE, scene.words())?)
}
