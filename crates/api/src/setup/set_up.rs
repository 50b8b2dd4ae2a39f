use std::sync::Arc;

use axum::extract::State;
use scaiwave_engine::{ClientCode, Denial, Tenant, accounts};
use scaiwave_protocol::ServerName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::first_admin::{first_admin, of_admin};
use super::{Setup, Stage};
use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Client};
use crate::failure::{Failure, SettingUp};
use crate::state::ApiState;

/// Who sets a server up, and how.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetUp {
    /// As this start of the server has shown it in its terminal or log.
    code: String,
    /// The server's name for the world, for good, where `GET /v1/setup` tells none.
    #[schema(example = "chat.acme.example")]
    server_name: Option<String>,
    /// The organisation's name for people, 1–128 characters.
    #[schema(example = "Acme")]
    tenant_name: String,
    /// Whose account it is.
    admin: NewAdmin,
}

/// The first account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAdmin {
    /// Their name in the tenant.
    #[schema(example = "alice")]
    local_id: String,
    /// 1–100 characters.
    display_name: String,
    /// At least 8 characters, at most 1,024 bytes.
    password: String,
}

/// A server that was set up.
#[derive(Serialize, ToSchema)]
#[schema(as = SetUpServer)]
struct DoneJson {
    /// The tenant's id.
    tenant_id: String,
    /// The organisation's name for people.
    tenant_name: String,
    /// The server's name for the world.
    server_name: String,
    /// The admin's full name.
    fqid: String,
}

/// Sets a new server up: names the organisation, and makes its first admin, who logs in like anybody then. On
/// any host name. Once there is an account, the code is worth nothing.
#[utoipa::path(
    post,
    path = "/v1/setup",
    tag = "setup",
    security(()),
    request_body = SetUp,
    responses((status = 200, body = inline(Success<DoneJson>)), SettingUp)
)]
pub(crate) async fn set_up(
    State(state): State<ApiState>,
    client: Client,
    Body(body): Body<SetUp>,
) -> Answer {
    let setup = state.setup.as_deref().ok_or_else(done)?;
    let _alone = setup.alone().await;
    let stage = setup.stage().await?;
    if matches!(stage, Stage::Done) {
        return Err(done().into());
    }
    prove(&state, setup, &client, &body.code)?;
    let name = Tenant::checked_name("tenant_name", &body.tenant_name)?;
    let server_name = body.server_name.as_deref().map(named).transpose()?;
    let NewAdmin {
        local_id,
        display_name,
        password,
    } = body.admin;
    let admin = first_admin(&local_id, display_name, Some(password))?;
    let tenant = tenant(setup, stage, &name, server_name).await?;
    let admin = accounts::create_first(&tenant, admin)
        .await
        .map_err(of_admin)?;
    tracing::info!(tenant = tenant.slug(), "this server was set up");
    data(DoneJson {
        tenant_id: tenant.slug().to_owned(),
        tenant_name: name,
        server_name: tenant.server_name().to_string(),
        fqid: admin.fqid.to_string(),
    })
}

fn done() -> Denial {
    ClientCode::SetupDone.because("this server was set up; log in")
}

/// Loopback is no exception: there stands our own proxy, and behind it everybody.
fn prove(state: &ApiState, setup: &Setup, client: &Client, code: &str) -> Result<(), Failure> {
    let (throttle, source) = (&state.throttle, client.source());
    throttle.begin_unnamed(source, state.world.now())?;
    if setup.is_code(code) {
        throttle.undecided_unnamed(source);
        return Ok(());
    }
    let sentence = "this is not the code that the server has shown at its last start; look into its terminal or log";
    Err(ClientCode::SetupCodeWrong.because(sentence).into())
}

fn named(server_name: &str) -> Result<ServerName, Failure> {
    ServerName::parse(server_name).map_err(|malformed| Failure::at("server_name", malformed.0))
}

/// The tenant under the name that it is to have.
async fn tenant(
    setup: &Setup,
    stage: Stage,
    name: &str,
    server_name: Option<ServerName>,
) -> Result<Arc<Tenant>, Failure> {
    match (stage, server_name) {
        (Stage::Empty(tenant), server_name) => {
            if server_name.is_some_and(|other| other != *tenant.server_name()) {
                let sentence =
                    "this server has its name already, and it is for good; leave this out";
                return Err(Failure::at("server_name", sentence));
            }
            setup.first_run().rename(&tenant, name).await?;
            Ok(tenant)
        }
        (Stage::Nameless, Some(server_name)) => {
            Ok(setup.first_run().create(name, server_name).await?)
        }
        (Stage::Nameless, None) => {
            let sentence = "this server has no name for the world yet: give it one";
            Err(Failure::at("server_name", sentence))
        }
        (Stage::Done, _) => Err(done().into()),
    }
}
