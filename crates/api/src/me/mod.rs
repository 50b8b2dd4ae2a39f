//! The caller's own account.

mod begin_totp;
mod confirm_totp;
mod create_token;
mod end_session;
mod end_sessions;
mod end_totp;
mod identities;
mod link_identity;
mod password;
mod preferences;
mod presence;
mod profile;
mod proof;
mod revoke_token;
mod sessions;
mod show;
mod tokens;
mod totp;
mod unlink_identity;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(show::me, profile::put_me))
        .routes(routes!(
            preferences::get_preferences,
            preferences::put_preferences
        ))
        .routes(routes!(presence::set_presence))
        .routes(routes!(
            sessions::list_sessions,
            end_sessions::end_other_sessions
        ))
        .routes(routes!(end_session::end_session))
        .routes(routes!(password::change_password))
        .routes(routes!(tokens::list_tokens, create_token::create_token))
        .routes(routes!(revoke_token::revoke_token))
        .routes(routes!(totp::get_totp, begin_totp::begin_totp))
        .routes(routes!(confirm_totp::confirm_totp))
        .routes(routes!(end_totp::end_totp))
        .routes(routes!(
            identities::list_identities,
            link_identity::link_identity
        ))
        .routes(routes!(unlink_identity::unlink_identity))
}
