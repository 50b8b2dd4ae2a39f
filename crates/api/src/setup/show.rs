use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Stage;
use crate::answer::{Answer, Success, data};
use crate::state::ApiState;

/// Whether a server waits for whoever sets it up.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = SetupState)]
struct SetupJson {
    /// Nobody has an account yet, and whoever has the code of this start makes the first one.
    needed: bool,
    /// The server's name for the world, where it has one; then it is for good.
    #[schema(required = true)]
    server_name: Option<String>,
    /// The organisation's name for people, as it is now.
    #[schema(required = true)]
    tenant_name: Option<String>,
}

/// Whether this server is yet to be set up. On any host name, for anybody; once there is an account it tells
/// nothing more.
#[utoipa::path(
    get,
    path = "/v1/setup",
    tag = "setup",
    security(()),
    responses((status = 200, body = inline(Success<SetupJson>)))
)]
pub(crate) async fn get_setup(State(state): State<ApiState>) -> Answer {
    let stage = match &state.setup {
        Some(setup) => setup.stage().await?,
        None => Stage::Done,
    };
    data(match stage {
        Stage::Done => SetupJson::default(),
        Stage::Nameless => SetupJson {
            needed: true,
            ..SetupJson::default()
        },
        Stage::Empty(tenant) => SetupJson {
            needed: true,
            server_name: Some(tenant.server_name().to_string()),
            tenant_name: Some(tenant.name()),
        },
    })
}
