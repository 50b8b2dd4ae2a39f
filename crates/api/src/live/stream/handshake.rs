use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use scaiwave_engine::accounts::{self, Bearer};
use scaiwave_engine::{ClientCode, Tenant};

use super::Open;
use crate::extract::{OwnPage, ThisTenant, bearer, not_in_scope};
use crate::failure::Failure;
use crate::state::ApiState;

/// The subprotocol that is answered when the token comes as one.
pub(super) const PROTOCOL: &str = "bearer";

/// What a socket's request says.
pub(crate) struct Handshake {
    pub(super) tenant: Arc<Tenant>,
    headers: HeaderMap,
}

/// What the caller shows.
pub(super) struct Credential {
    /// The access token.
    pub(super) token: String,
    /// Each ticket opens one socket, so tabs that share a login do not push each other out.
    pub(super) by_ticket: bool,
}

impl FromRequestParts<ApiState> for Handshake {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        OwnPage::from_request_parts(parts, state).await?;
        let ThisTenant(tenant) = ThisTenant::from_request_parts(parts, state).await?;
        Ok(Handshake {
            tenant,
            headers: parts.headers.clone(),
        })
    }
}

impl Handshake {
    pub(super) fn credential(&self, state: &ApiState, open: &Open) -> Result<Credential, Failure> {
        if let Some(ticket) = &open.ticket {
            // A used or ended ticket stands for no token, which is then refused like a wrong one.
            let token = state
                .tickets
                .redeem(&state.world, self.tenant.slug(), ticket);
            return Ok(Credential {
                token: token.unwrap_or_default(),
                by_ticket: true,
            });
        }
        let token = protocol_token(&self.headers).or_else(|| bearer(&self.headers));
        match token.or(open.token.as_deref()) {
            Some(token) => Ok(Credential {
                token: token.to_owned(),
                by_ticket: false,
            }),
            None => {
                let sentence = "a stream needs a ticket or a token";
                Err(ClientCode::InvalidToken.because(sentence).into())
            }
        }
    }

    pub(super) async fn authenticate(&self, credential: &Credential) -> Result<Bearer, Failure> {
        let bearer = accounts::authenticate(&self.tenant, &credential.token).await?;
        if bearer.scopes.is_none_or(|scopes| scopes.read) {
            return Ok(bearer);
        }
        Err(not_in_scope())
    }
}

/// `Sec-WebSocket-Protocol: bearer, <token>`.
fn protocol_token(headers: &HeaderMap) -> Option<&str> {
    let (protocol, token) = headers
        .get(header::SEC_WEBSOCKET_PROTOCOL)?
        .to_str()
        .ok()?
        .split_once(',')?;
    let token = token.trim();
    (protocol.trim() == PROTOCOL && !token.is_empty() && !token.contains(',')).then_some(token)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_token_may_come_as_a_subprotocol() {
        let cases = [
            ("bearer, abc", Some("abc")),
            ("bearer,abc", Some("abc")),
            ("bearer", None),
            ("bearer,", None),
            ("chat, abc", None),
            ("bearer, abc, more", None),
        ];
        for (value, expected) in cases {
            let value = HeaderValue::from_static(value);
            let headers = HeaderMap::from_iter([(header::SEC_WEBSOCKET_PROTOCOL, value.clone())]);
            assert_eq!(protocol_token(&headers), expected, "{value:?}");
        }
    }
}
