//! Names in paths. Ids are opaque to clients, so one in a wrong form names nothing that exists.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use scaiwave_engine::{ClientCode, Denial};
use scaiwave_protocol::{EventId, Fqid, LocalId, RoomId, ServerName};

use super::{ThisTenant, participant};
use crate::failure::Failure;
use crate::state::ApiState;

/// `…/{room_id}`
pub(crate) struct RoomPath(pub(crate) RoomId);
/// `…/{room_id}/events/{event_id}`
pub(crate) struct EventPath(pub(crate) RoomId, pub(crate) EventId);
/// `…/{room_id}/reports/{report_id}`
pub(crate) struct ReportPath(pub(crate) RoomId, pub(crate) EventId);
/// `…/{room_id}/events/{event_id}/reactions/{emoji}`
pub(crate) struct ReactionPath(pub(crate) RoomId, pub(crate) EventId, pub(crate) String);

/// `…/peers/{server_name}`
pub(crate) struct PeerPath(pub(crate) ServerName);
/// `…/{line_id}`: a line of a log, or a dead letter.
pub(crate) struct LinePath(pub(crate) EventId);

/// `…/sessions/{session_id}`
pub(crate) struct SessionPath(pub(crate) EventId);
/// `…/tokens/{token_id}`
pub(crate) struct TokenPath(pub(crate) EventId);
/// `…/identities/{identity_id}`
pub(crate) struct IdentityPath(pub(crate) EventId);
/// `…/tenants/{slug}`
pub(crate) struct TenantPath(pub(crate) String);
/// `…/foreign/{participant_id}`: somebody of another server, by full name.
pub(crate) struct ForeignPath(pub(crate) Fqid);
/// `…/participants/{participant_id}`: somebody of this tenant, by full name or local id.
pub(crate) struct PersonPath(pub(crate) LocalId);

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

impl FromRequestParts<ApiState> for PeerPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        let name = ServerName::parse(param(&params, "server_name"));
        let name = name.map_err(|_| ClientCode::NotFound.because("this is no server's name"))?;
        Ok(PeerPath(name))
    }
}

impl FromRequestParts<ApiState> for LinePath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        let id = EventId::parse(param(&params, "line_id"));
        let id = id.map_err(|_| ClientCode::NotFound.because("there is nothing of this name"))?;
        Ok(LinePath(id))
    }
}

impl FromRequestParts<ApiState> for SessionPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        let id = EventId::parse(param(&params, "session_id"));
        let id = id.map_err(|_| ClientCode::NotFound.because("there is no such session"))?;
        Ok(SessionPath(id))
    }
}

impl FromRequestParts<ApiState> for TenantPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        Ok(TenantPath(param(&params, "slug").to_owned()))
    }
}

impl FromRequestParts<ApiState> for TokenPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        let id = EventId::parse(param(&params, "token_id"));
        let id = id.map_err(|_| ClientCode::NotFound.because("there is no such token"))?;
        Ok(TokenPath(id))
    }
}

impl FromRequestParts<ApiState> for IdentityPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        let id = EventId::parse(param(&params, "identity_id"));
        let id = id.map_err(|_| ClientCode::NotFound.because("there is no such identity"))?;
        Ok(IdentityPath(id))
    }
}

impl FromRequestParts<ApiState> for ForeignPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        let named = Fqid::parse_participant(param(&params, "participant_id"));
        let nobody = |_| ClientCode::NotFound.because("there is nobody of this name");
        Ok(ForeignPath(named.map_err(nobody)?))
    }
}

impl FromRequestParts<ApiState> for PersonPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let ThisTenant(tenant) = ThisTenant::from_request_parts(parts, state).await?;
        let params = params(parts, state).await?;
        let text = param(&params, "participant_id");
        let named = participant(&tenant, "participant_id", text).ok();
        let ours = named.filter(|fqid| tenant.is_local(fqid));
        let local_id = ours.and_then(|fqid| LocalId::parse(fqid.local()).ok());
        let nobody = || ClientCode::NotFound.because("there is nobody of this name");
        Ok(PersonPath(local_id.ok_or_else(nobody)?))
    }
}

impl FromRequestParts<ApiState> for EventPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        Ok(EventPath(room_id(&params)?, event_id(&params)?))
    }
}

impl FromRequestParts<ApiState> for ReportPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let params = params(parts, state).await?;
        let none = || ClientCode::NotFound.because("there is no such report about this room");
        let report = EventId::parse(param(&params, "report_id")).map_err(|_| none())?;
        Ok(ReportPath(room_id(&params)?, report))
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
