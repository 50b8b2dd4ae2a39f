use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use http::{HeaderMap, header};
use scaiwave_engine::Source;
use scaiwave_engine::accounts::Device;

use crate::failure::Failure;
use crate::limits::USER_AGENT_BYTES_MAX;
use crate::state::ApiState;

/// With what, and from where, somebody asks to be let in.
pub(crate) struct Client {
    user_agent: Option<String>,
    address: Option<IpAddr>,
}

impl Client {
    /// Who is counted as one with this client; none when nothing is known, or it is our own proxy.
    pub(crate) fn source(&self) -> Option<Source> {
        self.address.and_then(Source::of)
    }

    pub(crate) fn into_device(self) -> Device {
        Device {
            user_agent: self.user_agent,
            address: self.address,
        }
    }
}

impl FromRequestParts<ApiState> for Client {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &ApiState) -> Result<Self, Failure> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Client {
            user_agent: user_agent(&parts.headers),
            address: peer.map(|ConnectInfo(peer)| peer.ip().to_canonical()),
        })
    }
}

/// What the client calls itself, for the list of sessions.
fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    // `to_str` lets visible ASCII pass only, so every byte is a character.
    Some(text.chars().take(USER_AGENT_BYTES_MAX).collect())
}
