//! Logging in and out.

mod config;
mod cookie;
mod login;
mod logout;
mod oidc;
mod refresh;
mod register;
mod renew;
mod reset;
mod session_cookie;
mod sign_in;
mod token;

use scaiwave_engine::accounts::{self, Credentials, TokenPair};
use scaiwave_engine::{ClientCode, Tenant};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Client;
use crate::failure::Failure;
use crate::state::ApiState;

pub(crate) use oidc::{BegunJson, begun};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(config::auth_config))
        .routes(routes!(login::login))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(renew::renew_session))
        .routes(routes!(token::token))
        .routes(routes!(refresh::refresh_tokens))
        .routes(routes!(logout::logout))
        .routes(routes!(reset::reset_password))
        .routes(routes!(register::register))
        .merge(oidc::routes())
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

/// What a browser's script may know of its session.
#[derive(Serialize, ToSchema)]
#[schema(as = Access)]
struct AccessJson {
    /// For every request: `Authorization: Bearer …`. Kept in memory.
    access_token: String,
    /// Always `Bearer`.
    #[schema(value_type = String, example = "Bearer")]
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: u64,
}

impl AccessJson {
    fn of(pair: &TokenPair) -> Self {
        AccessJson {
            access_token: pair.access_token.clone(),
            token_type: "Bearer",
            expires_in: pair.expires_in_s,
        }
    }
}

/// A login with name and password, throttled by name and source.
async fn with_password(
    state: &ApiState,
    tenant: &Tenant,
    client: Client,
    said: Credentials<'_>,
) -> Result<TokenPair, Failure> {
    let username = said.username.strip_prefix('@').unwrap_or(said.username);
    let (throttle, source) = (&state.throttle, client.source());
    throttle.begin(tenant.slug(), username, source, state.world.now())?;
    let credentials = Credentials { username, ..said };
    match accounts::login(tenant, credentials, client.into_device()).await {
        Ok(pair) => {
            throttle.succeeded(tenant.slug(), username, source);
            Ok(pair)
        }
        Err(denial) => {
            // A code that is missing says that the password was right, and forgives nothing.
            let is_guess = [ClientCode::InvalidToken, ClientCode::TotpWrong];
            if !is_guess.contains(&denial.code) {
                throttle.undecided(tenant.slug(), username, source);
            }
            Err(denial.into())
        }
    }
}
