//! Step 1. Nothing is proven yet, so a rate is taken from the address; the peer's own is only looked
//! at here and taken from once its signature has verified, or anybody could use it up in its name.

use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use scaiwave_protocol::ServerName;
use scaiwave_protocol::limits::SEND_BYTES_MAX;
use scaiwave_protocol::request::{Claim, header};

use super::in_flight::Place;
use super::route::{Endpoint, Route};
use super::turned_away::{Step, TurnedAway};
use super::{Inbound, Request, Source, rate};

const STEP: Step = Step::SizeAndRate;

pub(super) fn check(inbound: &Inbound, request: &Request) -> Result<Route, TurnedAway> {
    within_rates(inbound, request)?;
    let route = head(request)?;
    if request.body.len() > SEND_BYTES_MAX {
        return Err(too_large());
    }
    Ok(route)
}

/// What can be said before the body is read.
pub(super) fn head(request: &Request) -> Result<Route, TurnedAway> {
    let route = Route::of(&request.method, &request.path).ok_or_else(unknown_path)?;
    if request.headers.contains_key(CONTENT_ENCODING) {
        return Err(unsupported(
            "a body is never compressed: Content-Encoding must not be there",
        ));
    }
    if route == Route::Signed(Endpoint::Send) && !is_json(request) {
        return Err(unsupported("Content-Type must be application/json"));
    }
    let declared = request
        .header(CONTENT_LENGTH)
        .and_then(|length| length.parse::<u64>().ok());
    if declared.is_some_and(|length| length > SEND_BYTES_MAX as u64) {
        return Err(too_large());
    }
    Ok(route)
}

/// 404: for paths, and for servers that are not here where no signature says who asks.
pub(super) fn unknown_path() -> TurnedAway {
    TurnedAway::invalid(STEP, StatusCode::NOT_FOUND, "there is nothing at this path")
}

fn too_large() -> TurnedAway {
    TurnedAway::invalid(
        STEP,
        StatusCode::PAYLOAD_TOO_LARGE,
        "a body must not be larger than 1,048,576 bytes",
    )
}

fn unsupported(sentence: &'static str) -> TurnedAway {
    TurnedAway::invalid(STEP, StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence)
}

fn is_json(request: &Request) -> bool {
    let values = request.header_values(CONTENT_TYPE.as_str());
    let [value] = values.as_slice() else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    let json = parts
        .next()
        .is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    json && parts.all(|parameter| {
        let charset = parameter.to_ascii_lowercase();
        matches!(charset.as_str(), "" | "charset=utf-8" | "charset=\"utf-8\"")
    })
}

fn within_rates(inbound: &Inbound, request: &Request) -> Result<(), TurnedAway> {
    let now = rate::now();
    if let Some(source) = request.remote.and_then(Source::of)
        && !inbound.address_rates.take(&source, now)
    {
        return Err(TurnedAway::too_fast(
            STEP,
            "too many requests from this address",
        ));
    }
    let Some(peer) = named(request) else {
        return Ok(());
    };
    if !inbound.peer_rates.has(&peer, now) {
        return Err(peer_too_fast());
    }
    if !inbound.peers_vain_bytes.has(&peer, now) {
        return Err(TurnedAway::too_fast(
            STEP,
            "too much of what this server sends is sent in vain",
        ));
    }
    Ok(())
}

/// Whom a request names; nothing is proven yet.
fn named(request: &Request) -> Option<ServerName> {
    let name = request.header(header::ORIGIN)?;
    ServerName::parse(name).ok()
}

/// Whether a body of this size may be read now. Only looked at: nothing is taken from a peer in whose name
/// anybody may come.
pub(super) fn has_room(inbound: &Inbound, head: &Request, bytes: usize) -> bool {
    named(head).is_none_or(|peer| {
        inbound.peers_vain_bytes.has(&peer, rate::now()) && inbound.peers_bodies.has(&peer, bytes)
    })
}

/// What a request holds while it is worked on: one of its peer's places, and room for its body.
pub(super) type Places = [Place<ServerName>; 2];

/// Once the peer is proven: takes from its rate, and one of its places.
pub(super) fn peer(
    inbound: &Inbound,
    claim: &Claim,
    request: &Request,
) -> Result<Places, TurnedAway> {
    let peer = &claim.origin;
    if !inbound.peer_rates.take(peer, rate::now()) {
        return Err(peer_too_fast());
    }
    let too_many = || TurnedAway::too_fast(STEP, "too many requests of this server at once");
    let place = inbound.peers_at_work.enter(peer.clone(), 1);
    let room = inbound.peers_bodies.enter(peer.clone(), request.body.len());
    Ok([place.ok_or_else(too_many)?, room.ok_or_else(too_many)?])
}

fn peer_too_fast() -> TurnedAway {
    TurnedAway::too_fast(STEP, "too many requests of this server")
}
