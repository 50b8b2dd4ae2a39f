//! Questions: what is asked for and not told.

use std::sync::Arc;

use http::header::{CACHE_CONTROL, ETAG, HOST, IF_NONE_MATCH};
use http::{HeaderValue, StatusCode};
use scaiwave_engine::{Tenant, peering};
use scaiwave_protocol::{Code, Hash, Refusal, ServerName, binary};

use super::route::{self, Endpoint};
use super::size_and_rate::unknown_path;
use super::turned_away::{Step, TurnedAway};
use super::{Inbound, Request, Response};
use crate::limits::DESCRIPTOR_MAX_AGE_S;

/// The descriptor of the tenant that `Host` names.
pub(super) fn descriptor(inbound: &Inbound, request: &Request) -> Result<Response, TurnedAway> {
    let host = request
        .header(HOST)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let host = host.strip_suffix(":443").unwrap_or(&host);
    let named = ServerName::parse(host)
        .ok()
        .and_then(|name| inbound.tenant(&name));
    let tenant = named
        .or_else(|| inbound.only_tenant())
        .ok_or_else(unknown_path)?;
    let body = tenant.keyring().descriptor().as_json().canonical();
    let etag = format!("\"{}\"", binary::encode(&Hash::of(&[&body]).0[..16]));
    let unchanged = request
        .header(IF_NONE_MATCH)
        .is_some_and(|known| known.contains(&etag));
    let mut response = Response::json(body);
    if unchanged {
        response.status = StatusCode::NOT_MODIFIED;
        response.body.clear();
    }
    let age = format!("public, max-age={DESCRIPTOR_MAX_AGE_S}");
    if let (Ok(age), Ok(etag)) = (HeaderValue::from_str(&age), HeaderValue::from_str(&etag)) {
        response = response.with(CACHE_CONTROL, age).with(ETAG, etag);
    }
    Ok(response)
}

/// A signed question; what the asker may know is the engine's to say.
pub(super) async fn question(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    endpoint: Endpoint,
    request: &Request,
) -> Result<Response, TurnedAway> {
    let room = |segment: &str| route::room(segment).ok_or_else(no_such_room);
    let answer = match endpoint {
        Endpoint::Profile(local_id) => peering::serve_profile(tenant, peer, &local_id).await,
        Endpoint::Members(segment) => peering::serve_members(tenant, peer, &room(&segment)?).await,
        Endpoint::Snapshot(segment) => {
            peering::serve_snapshot(tenant, peer, &room(&segment)?).await
        }
        Endpoint::Backfill(segment) => {
            let (from, limit) = route::backfill_query(request.query.as_deref())
                .map_err(|malformed| TurnedAway::new(Step::Parse, malformed.into()))?;
            peering::serve_backfill(tenant, peer, &room(&segment)?, from, limit).await
        }
        Endpoint::Send | Endpoint::OtherVersion => return Err(unknown_path()),
    };
    answer
        .map(Response::json)
        .map_err(|refusal: Refusal| TurnedAway::new(Step::Parse, refusal))
}

/// The engine's words for a room that the asker may not know of.
fn no_such_room() -> TurnedAway {
    TurnedAway::new(
        Step::Parse,
        Code::RoomUnknown.because("there is no such room for this server"),
    )
}
