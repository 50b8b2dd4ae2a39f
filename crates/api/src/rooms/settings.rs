use std::collections::BTreeMap;

use scaiwave_engine::rooms::{self, RoomSettings};
use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::event::content::History;
use scaiwave_protocol::limits::INTEGER_MAX;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Caller, RoomPath};
use crate::failure::{ActingInRoom, Failure, InRoom};

/// A room's settings. What is not set is left out, and what a change does not name stays.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Whether other servers may take part. Turning it off takes their people out.
    #[serde(skip_serializing_if = "Option::is_none")]
    federate: Option<bool>,
    /// What a newcomer's server may have of the past: `shared` or `joined`.
    #[schema(example = "shared")]
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<String>,
    /// The power that an invitation needs.
    #[schema(maximum = 100)]
    #[serde(skip_serializing_if = "Option::is_none")]
    invite_level: Option<u8>,
    /// The power that `swp.room.name`, `swp.room.topic`, `swp.room.message` and `swp.room.pin` need.
    /// Replaces the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    levels: Option<BTreeMap<String, u8>>,
    /// At most as many as the host's policy lets in; invited ones count.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_foreign_participants: Option<u64>,
    /// For how many seconds a message can be edited.
    #[serde(skip_serializing_if = "Option::is_none")]
    edit_window_s: Option<u64>,
    /// Names, or `*.d` for the subdomains of d, whose people can be neither invited nor join; those who
    /// are in are taken out. Replaces the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    denied_servers: Option<Vec<String>>,
}

impl Settings {
    fn of(settings: RoomSettings) -> Self {
        let patterns = |list: Vec<PeerPattern>| list.iter().map(ToString::to_string).collect();
        Settings {
            federate: settings.federate,
            history: settings.history.map(|history| history.as_str().to_owned()),
            invite_level: settings.invite_level,
            levels: settings.levels,
            max_foreign_participants: settings.max_foreign_participants,
            edit_window_s: settings.edit_window_s,
            denied_servers: settings.denied_servers.map(patterns),
        }
    }

    fn read(self) -> Result<RoomSettings, Failure> {
        let history = self.history.as_deref().map(History::parse).transpose();
        for (field, number) in [
            ("max_foreign_participants", self.max_foreign_participants),
            ("edit_window_s", self.edit_window_s),
        ] {
            if number.is_some_and(|number| number > INTEGER_MAX.unsigned_abs()) {
                return Err(Failure::at(field, "is too large"));
            }
        }
        let pattern = |(n, name): (usize, &String)| {
            PeerPattern::parse(name)
                .map_err(|malformed| Failure::at(format!("denied_servers[{n}]"), malformed.0))
        };
        let denied = self.denied_servers.as_ref().map(|names| {
            let names = names.iter().enumerate();
            names.map(pattern).collect::<Result<Vec<_>, Failure>>()
        });
        Ok(RoomSettings {
            federate: self.federate,
            history: history.map_err(|malformed| Failure::at("history", malformed.0))?,
            invite_level: self.invite_level,
            levels: self.levels,
            max_foreign_participants: self.max_foreign_participants,
            edit_window_s: self.edit_window_s,
            denied_servers: denied.transpose()?,
        })
    }
}

/// A room's settings, for those who are in it.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}/settings",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<Settings>)), InRoom)
)]
pub(crate) async fn get_settings(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    let settings = rooms::settings(&caller.tenant, &caller.viewer, &room_id).await?;
    data(Settings::of(settings))
}

/// Changes a room's settings: what is named is replaced, the rest stays. Needs a power of 100. In a room
/// hosted elsewhere the answer shows the settings as they are until the host has sequenced the change.
#[utoipa::path(
    put,
    path = "/v1/rooms/{room_id}/settings",
    tag = "rooms",
    params(("room_id" = String, Path)),
    request_body = Settings,
    responses((status = 200, body = inline(Success<Settings>)), ActingInRoom)
)]
pub(crate) async fn put_settings(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<Settings>,
) -> Answer {
    let Caller { tenant, viewer } = caller;
    rooms::set_settings(&tenant, &viewer, &room_id, body.read()?).await?;
    data(Settings::of(
        rooms::settings(&tenant, &viewer, &room_id).await?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<RoomSettings, Vec<u8>> {
        let settings: Settings = serde_json::from_str(json).expect(json);
        settings.read().map_err(|failure| failure.body("r"))
    }

    #[test]
    fn settings_go_in_as_they_come_out() {
        for json in [
            "{}",
            r#"{"federate":false,"history":"joined","invite_level":50}"#,
            r#"{"levels":{"swp.room.message":20},"max_foreign_participants":0}"#,
            r#"{"edit_window_s":9007199254740991,"denied_servers":["*.b.example","c.example:8448"]}"#,
        ] {
            let out = Settings::of(read(json).expect(json));
            assert_eq!(serde_json::to_string(&out).expect("JSON"), json);
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (json, field) in [
            (r#"{"history":"all"}"#, "history"),
            (
                r#"{"denied_servers":["ok.example","NO"]}"#,
                "denied_servers[1]",
            ),
            (r#"{"edit_window_s":9007199254740992}"#, "edit_window_s"),
            (
                r#"{"max_foreign_participants":9007199254740992}"#,
                "max_foreign_participants",
            ),
        ] {
            let body = read(json).expect_err(json);
            let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            assert_eq!(body["error"]["details"]["field"], field, "{json}");
        }
    }
}
