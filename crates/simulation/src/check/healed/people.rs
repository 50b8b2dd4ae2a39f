//! A second, much simpler fold: who was in the room when they said something.

use std::collections::BTreeMap;

use scaiwave_protocol::{Event, Json};

use super::{Hosted, Town};

pub(super) async fn check(town: &Town<'_>, wrong: &mut Vec<String>) -> anyhow::Result<()> {
    for hosted in town.rooms.values() {
        room(hosted, wrong)?;
    }
    Ok(())
}

fn room(hosted: &Hosted, wrong: &mut Vec<String>) -> anyhow::Result<()> {
    let mut is: BTreeMap<String, String> = BTreeMap::new();
    for entry in hosted.standing() {
        let event = Event::from_stored(&entry.event)?;
        let (sender, kind) = (event.sender().to_string(), entry.kind.as_str());
        let member = event.content().filter(|_| kind == "swp.room.member");
        let text = |name: &str| {
            member
                .and_then(|json| json.get(name))
                .and_then(Json::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let own = text("participant") == sender
            && matches!(text("membership").as_str(), "join" | "leave");
        let joined = is.get(&sender).is_some_and(|is| is == "join");
        if !event.sender().is_server() && !joined && !own && entry.seq > 3 {
            wrong.push(format!(
                "{} seq {}: {kind} of {sender}, who is {:?}",
                hosted.row.room_id,
                entry.seq,
                is.get(&sender)
            ));
        }
        if own
            && text("membership") == "join"
            && is
                .get(&sender)
                .is_some_and(|is| is == "ban" || is == "leave")
        {
            wrong.push(format!(
                "{} seq {}: {sender} came back without an invitation",
                hosted.row.room_id, entry.seq
            ));
        }
        if member.is_some() {
            let (who, to) = (text("participant"), text("membership"));
            // An invitation of somebody who is invited changes nothing.
            is.insert(who, to);
        }
    }
    Ok(())
}
