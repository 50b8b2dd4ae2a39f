use std::collections::BTreeMap;
use std::sync::Arc;

use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::event::content::{self as kinds, History};
use scaiwave_protocol::json::Object;
use scaiwave_protocol::limits::POWER_MAX;
use scaiwave_protocol::{Json, RoomId};

use super::{access, act, document};
use crate::audit::{self, Action, Actor, Happening};
use crate::{ClientCode, Denial, Outcome, Tenant, Viewer};

/// Lines in one room's `denied_servers`: every join is compared with all of them.
pub const DENIED_SERVERS_MAX: usize = 500;
/// The types whose level a room may choose (protocol section 3, the table).
pub const SETTABLE_LEVELS: [&str; 4] = [kinds::NAME, kinds::TOPIC, kinds::MESSAGE, kinds::PIN];

/// A room's settings: those that are named. As a change, what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomSettings {
    /// Whether other servers may take part.
    pub federate: Option<bool>,
    /// What newcomers' servers may have of the past.
    pub history: Option<History>,
    /// The power that an invitation needs, 0–100.
    pub invite_level: Option<u8>,
    /// The power that each of [`SETTABLE_LEVELS`] needs, 0–100. Replaces the whole map.
    pub levels: Option<BTreeMap<String, u8>>,
    /// Invited ones included.
    pub max_foreign_participants: Option<u64>,
    /// Seconds.
    pub edit_window_s: Option<u64>,
    /// Whose people can be neither invited nor join. Replaces the whole list.
    pub denied_servers: Option<Vec<PeerPattern>>,
}

/// A room's settings, for those who are in it.
pub async fn settings(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<RoomSettings> {
    access::joined(tenant, viewer, room_id).await?;
    let row = tenant.store.room(room_id).await?;
    let row = row.ok_or_else(Denial::no_such_room)?;
    let settings = document::core(&row)?.settings().clone();
    Ok(RoomSettings {
        federate: settings.federate,
        history: settings.history,
        invite_level: settings.invite_level,
        levels: settings.levels,
        max_foreign_participants: settings.max_foreign_participants,
        edit_window_s: settings.edit_window_s,
        denied_servers: settings.denied_servers,
    })
}

/// Changes the settings that are named. The host then takes out whoever may not be there any more.
pub async fn set_settings(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    change: RoomSettings,
) -> Outcome<()> {
    let federate = change.federate;
    let content = content(change)?;
    let before = tenant.store.room(room_id).await?;
    let before = before.map(|row| document::core(&row)).transpose()?;
    act::act(tenant, viewer, room_id, kinds::SETTINGS, content).await?;
    if let Some(enabled) = federate
        && before.is_some_and(|core| core.federates() != enabled)
    {
        note_federation(tenant, viewer, room_id, enabled).await;
    }
    Ok(())
}

/// Whether other servers take part in a room is the tenant's matter too, whoever of its people changes it.
async fn note_federation(tenant: &Tenant, viewer: &Viewer, room_id: &RoomId, enabled: bool) {
    let message = match enabled {
        true => "the room's settings let other servers take part",
        false => {
            "the room's settings keep other servers out; whoever of them was in it is taken out"
        }
    };
    let line = audit::note(
        tenant,
        Happening {
            actor: Actor::Person(viewer),
            action: Action::RoomFederation,
            peer: None,
            room_id: Some(room_id),
            message: message.to_owned(),
        },
    );
    audit::record(tenant, vec![line]).await;
}

fn content(change: RoomSettings) -> Outcome<Json> {
    let mut content = Object::new();
    let mut put = |name: &str, value: Option<Json>| {
        if let Some(value) = value {
            content.insert(name.to_owned(), value);
        }
    };
    if change.invite_level.is_some_and(|level| level > POWER_MAX) {
        return Err(unfit("must be 0–100", "invite_level"));
    }
    let levels = change.levels.map(levels).transpose()?;
    let denied = change.denied_servers.as_deref().map(denied).transpose()?;
    put("federate", change.federate.map(Json::from));
    put(
        "history",
        change.history.map(|history| history.as_str().into()),
    );
    put("invite_level", change.invite_level.map(Json::from));
    put("levels", levels);
    put(
        "max_foreign_participants",
        change.max_foreign_participants.map(Json::from),
    );
    put("edit_window_s", change.edit_window_s.map(Json::from));
    put("denied_servers", denied);
    if content.is_empty() {
        return Err(ClientCode::BadRequest.because("there is nothing to change"));
    }
    Ok(Json::Obj(content))
}

fn levels(levels: BTreeMap<String, u8>) -> Outcome<Json> {
    for (kind, level) in &levels {
        if !SETTABLE_LEVELS.contains(&kind.as_str()) {
            return Err(unfit(
                "names a type whose level is fixed; a room may choose it for swp.room.name, \
                 swp.room.topic, swp.room.message and swp.room.pin",
                "levels",
            ));
        }
        if *level > POWER_MAX {
            return Err(unfit("must be 0–100", "levels"));
        }
    }
    let levels = levels.into_iter().map(|(kind, level)| (kind, level.into()));
    Ok(Json::Obj(levels.collect()))
}

fn denied(patterns: &[PeerPattern]) -> Outcome<Json> {
    if patterns.len() > DENIED_SERVERS_MAX {
        return Err(unfit(
            "has more than 500 names; use a pattern such as *.example",
            "denied_servers",
        ));
    }
    Ok(Json::Arr(patterns.iter().map(Into::into).collect()))
}

fn unfit(sentence: &'static str, field: &'static str) -> Denial {
    ClientCode::BadRequest.because(sentence).at(field)
}
