use scaiwave_engine::rooms::{self, NewRoom};
use scaiwave_protocol::event::content::{History, RoomType};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Caller};
use crate::failure::{Failure, Writing};
use crate::shape::RoomJson;

/// A room to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateRoom {
    /// `group` (when it is left out), `public` or `incognito`; a dm is made at `/v1/rooms/dm`. An incognito
    /// room never federates, no search finds what is said in it, and notifications do not show it.
    #[schema(example = "group")]
    room_type: Option<String>,
    /// Its name.
    name: Option<String>,
    /// Its topic.
    topic: Option<String>,
    /// The older way to say `room_type` `public`.
    is_public: Option<bool>,
    /// Whether other servers may take part; true when it is left out, and always false in an incognito room.
    federate: Option<bool>,
    /// How much of the past a newcomer's server gets: `shared` (when it is left out) or `joined`.
    #[schema(example = "shared")]
    history: Option<String>,
    /// The older way to say `room_type` `incognito`, or null.
    scope_kind: Option<String>,
}

/// Makes a room, with the caller as its owner.
#[utoipa::path(
    post,
    path = "/v1/rooms",
    tag = "rooms",
    request_body = CreateRoom,
    responses((status = 200, body = inline(Success<RoomJson<'static>>)), Writing)
)]
pub(crate) async fn create_room(caller: Caller, Body(body): Body<CreateRoom>) -> Answer {
    let room = rooms::create(&caller.tenant, &caller.viewer, new_room(body)?).await?;
    data(RoomJson::of(&room))
}

fn new_room(body: CreateRoom) -> Result<NewRoom, Failure> {
    let room_type = room_type(&body)?;
    let history = match body.history.as_deref() {
        None => History::Shared,
        Some(text) => History::parse(text)
            .map_err(|_| Failure::at("history", "must be `shared` or `joined`"))?,
    };
    Ok(NewRoom {
        room_type,
        name: body.name,
        topic: body.topic,
        federate: body.federate.unwrap_or(room_type.may_federate()),
        history,
    })
}

fn room_type(body: &CreateRoom) -> Result<RoomType, Failure> {
    let incognito = match body.scope_kind.as_deref() {
        None => false,
        Some("incognito") => true,
        Some(_) => return Err(Failure::at("scope_kind", "must be `incognito` or null")),
    };
    match (body.room_type.as_deref(), body.is_public) {
        (Some("incognito"), None | Some(false)) => Ok(RoomType::Incognito),
        (Some("group") | None, None | Some(false)) if incognito => Ok(RoomType::Incognito),
        (Some("public"), None | Some(true)) | (None, Some(true)) if incognito => {
            Err(Failure::at("scope_kind", "a public room is not incognito"))
        }
        (Some("public"), None | Some(true)) | (None, Some(true)) => Ok(RoomType::Public),
        (Some("group") | None, None | Some(false)) => Ok(RoomType::Group),
        (Some("group" | "public" | "incognito"), Some(_)) => {
            Err(Failure::at("is_public", "says the opposite of `room_type`"))
        }
        (Some("dm"), _) => Err(Failure::at("room_type", "a dm is made at /v1/rooms/dm")),
        (Some(_), _) => Err(Failure::at(
            "room_type",
            "must be `group`, `public` or `incognito`",
        )),
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_engine::ClientCode;

    use super::*;

    fn body(json: &str) -> CreateRoom {
        serde_json::from_str(json).expect(json)
    }

    #[test]
    fn what_may_be_left_out_has_a_meaning() {
        let room = new_room(body("{}")).expect("everything may be left out");
        assert_eq!(room.room_type, RoomType::Group);
        assert_eq!(room.history, History::Shared);
        assert!(room.federate);
        assert_eq!((room.name, room.topic), (None, None));
    }

    #[test]
    fn an_incognito_room_stays_at_home_unless_one_insists() {
        let federate = |json| new_room(body(json)).expect(json).federate;
        assert!(!federate(r#"{"room_type":"incognito"}"#));
        // What the engine refuses.
        assert!(federate(r#"{"room_type":"incognito","federate":true}"#));
    }

    #[test]
    fn room_types_are_those_we_have() {
        let cases = [
            (r#"{"room_type":"group"}"#, Ok(RoomType::Group)),
            (r#"{"room_type":"public"}"#, Ok(RoomType::Public)),
            (r#"{"is_public":true}"#, Ok(RoomType::Public)),
            (r#"{"is_public":false}"#, Ok(RoomType::Group)),
            (
                r#"{"room_type":"public","is_public":true}"#,
                Ok(RoomType::Public),
            ),
            (
                r#"{"room_type":"group","is_public":true}"#,
                Err(ClientCode::BadRequest),
            ),
            (
                r#"{"room_type":"public","is_public":false}"#,
                Err(ClientCode::BadRequest),
            ),
            (r#"{"room_type":"incognito"}"#, Ok(RoomType::Incognito)),
            (r#"{"scope_kind":"incognito"}"#, Ok(RoomType::Incognito)),
            (
                r#"{"room_type":"group","scope_kind":"incognito"}"#,
                Ok(RoomType::Incognito),
            ),
            (
                r#"{"room_type":"incognito","scope_kind":"incognito","is_public":false}"#,
                Ok(RoomType::Incognito),
            ),
            (
                r#"{"room_type":"public","scope_kind":"incognito"}"#,
                Err(ClientCode::BadRequest),
            ),
            (
                r#"{"room_type":"incognito","is_public":true}"#,
                Err(ClientCode::BadRequest),
            ),
            (r#"{"scope_kind":null}"#, Ok(RoomType::Group)),
            (r#"{"scope_kind":"x"}"#, Err(ClientCode::BadRequest)),
            (r#"{"room_type":"dm"}"#, Err(ClientCode::BadRequest)),
            (r#"{"room_type":"Group"}"#, Err(ClientCode::BadRequest)),
            (r#"{"history":"all"}"#, Err(ClientCode::BadRequest)),
        ];
        for (json, expected) in cases {
            let result = new_room(body(json)).map(|room| room.room_type);
            assert_eq!(result.map_err(|failure| failure.code()), expected, "{json}");
        }
    }
}
