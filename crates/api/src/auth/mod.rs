//! Logging in and out.

mod config;
mod login;
mod logout;
mod refresh;
mod token;

use http::{HeaderMap, header};
use scaiwave_engine::accounts::{self, TokenPair};
use scaiwave_engine::{ClientCode, Tenant};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::failure::Failure;
use crate::limits::USER_AGENT_BYTES_MAX;
use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(config::auth_config))
        .routes(routes!(login::login))
        .routes(routes!(token::token))
        .routes(routes!(refresh::refresh_tokens))
        .routes(routes!(logout::logout))
}

/// Tokens, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
struct TokensJson {
    /// For every request: `Authorization: Bearer …`.
    access_token: String,
    /// For the next pair; each works once.
    refresh_token: String,
    /// Always `Bearer`.
    #[schema(value_type = String, example = "Bearer")]
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: u64,
}

impl From<TokenPair> for TokensJson {
    fn from(pair: TokenPair) -> Self {
        TokensJson {
            access_token: pair.access_token,
            refresh_token: pair.refresh_token,
            token_type: "Bearer",
            expires_in: pair.expires_in_s,
        }
    }
}

/// A login with name and password, throttled by name.
async fn with_password(
    state: &ApiState,
    tenant: &Tenant,
    headers: &HeaderMap,
    username: &str,
    password: &str,
) -> Result<TokensJson, Failure> {
    let username = username.strip_prefix('@').unwrap_or(username);
    state
        .throttle
        .begin(tenant.slug(), username, state.world.now())?;
    match accounts::login(tenant, username, password, user_agent(headers)).await {
        Ok(pair) => {
            state.throttle.succeeded(tenant.slug(), username);
            Ok(pair.into())
        }
        Err(denial) => {
            if denial.code != ClientCode::InvalidToken {
                state.throttle.undecided(tenant.slug(), username);
            }
            Err(denial.into())
        }
    }
}

/// What the client calls itself, for the list of sessions.
fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    // `to_str` lets visible ASCII pass only, so every byte is a character.
    Some(text.chars().take(USER_AGENT_BYTES_MAX).collect())
}
