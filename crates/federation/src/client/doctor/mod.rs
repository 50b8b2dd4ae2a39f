//! What the network says on the way to a server, for the doctor: one file a step, in their order. The
//! first that fails ends the way. What is judged and not merely seen is the engine's (`engine/doctor`).

mod connection;
mod descriptor;
mod name;
mod tls;

use std::time::UNIX_EPOCH;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use scaiwave_engine::World;
use scaiwave_engine::doctor::{Examination, Finding, Step};
use scaiwave_protocol::ServerName;
use scaiwave_protocol::descriptor::WELL_KNOWN_PATH;
use scaiwave_protocol::limits::DESCRIPTOR_BYTES_MAX;

use super::place;
use super::sockets::Sockets;
use super::transport::{Call, Transport};

/// Walks the way over a socket.
pub(super) async fn walk(sockets: &Sockets, server: &ServerName, world: &World) -> Examination {
    let mut seen = Examination::default();
    let Some(addresses) = name::check(sockets, server, &mut seen.findings).await else {
        return seen;
    };
    if !connection::check(sockets, server, &addresses, &mut seen.findings).await {
        return seen;
    }
    let answer = tls::check(sockets, server, &mut seen.findings).await;
    let Some(answer) = answer else { return seen };
    seen.clocks = clocks(answer.date.as_ref(), world.now());
    seen.descriptor = descriptor::check(server, &answer, &mut seen.findings);
    seen
}

/// A tenant of this process: there is no network between.
pub(super) async fn next_door(
    transport: &(impl Transport + ?Sized),
    server: &ServerName,
    world: &World,
) -> Examination {
    let mut seen = Examination::default();
    for step in [Step::Name, Step::Address, Step::Connection, Step::Tls] {
        let why = "A tenant of this very process: nothing goes over a network.";
        seen.findings.push(Finding::skipped(step, why));
    }
    let url = place::base(server).and_then(|base| place::endpoint(&base, WELL_KNOWN_PATH));
    let answer = match url {
        Err(error) => Err(error),
        Ok(url) => {
            let call = Call {
                destination: server.clone(),
                method: Method::GET,
                url,
                headers: HeaderMap::new(),
                body: Bytes::new(),
                answer_bytes_max: DESCRIPTOR_BYTES_MAX,
            };
            transport.carry(call).await
        }
    };
    match answer {
        Ok(answer) => {
            seen.clocks = clocks(answer.date.as_ref(), world.now());
            seen.descriptor = descriptor::check(server, &answer, &mut seen.findings);
        }
        Err(error) => seen.findings.push(descriptor::not_had(&error.to_string())),
    }
    seen
}

/// Their clock, by the Date of their answer, and ours.
fn clocks(date: Option<&HeaderValue>, ours: u64) -> Option<(u64, u64)> {
    let date = httpdate::parse_http_date(date?.to_str().ok()?).ok()?;
    let theirs = date.duration_since(UNIX_EPOCH).ok()?.as_millis();
    Some((u64::try_from(theirs).ok()?, ours))
}
