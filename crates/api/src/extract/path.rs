//! Names in paths. Ids are opaque to clients, so one in a wrong form names nothing that exists.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use scaiwave_engine::Denial;
use scaiwave_protocol::{EventId, RoomId};

use crate::failure::Failure;
use crate::state::ApiState;

/// `…/{room_id}`
pub(crate) struct RoomPath(pub(crate) RoomId);
/// `…/{room_id}/events/{event_id}`
pub(crate) struct EventPath(pub(crate) RoomId, pub(crate) EventId);
/// `…/{room_id}/events/{event_id}/reactions/{emoji}`
pub(crate) struct ReactionPath(pub(crate) RoomId, pub(crate) EventId, pub(crate) String);

async fn params(parts: &mut Parts, state: &ApiState) -> Result<RawPathParams, Failure> {
    let params = RawPathParams::from_request_parts(parts, state).await;
    params.map_err(|_| Failure::bad_request("the path is not UTF-8"))
}

fn param<'a>(params: &'a RawPathParams, name: &str) -> &'a str {
    params
        .iter()
        .find(|(key, _)| *key == name)
        .map_or("", |(_, value)| value)
}

fn room_id(params: &RawPathParams) -> Result<RoomId, Failure> {
    RoomId::parse(param(params, "room_id")).map_err(|_| Denial::no_such_room().into())
}

fn event_id(params: &RawPathParams) -> Result<EventId, Failure> {
    EventId::parse(param(params, "event_id")).map_err(|_| Denial::no_such_event().into())
}

impl FromRequestParts<ApiState> for RoomPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        Ok(RoomPath(room_id(&params(parts, state).await?)?))
    }
}

impl FromRequestParts<ApiState> for EventPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        Ok(EventPath(room_id(&params)?, event_id(&params)?))
    }
}

impl FromRequestParts<ApiState> for ReactionPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        let emoji = param(&params, "emoji").to_owned();
        Ok(ReactionPath(room_id(&params)?, event_id(&params)?, emoji))
    }
}
