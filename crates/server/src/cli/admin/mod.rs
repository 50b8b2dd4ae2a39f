//! `scaiwave admin …`: the operator's commands.

mod create_tenant;
mod federation;
mod list_tenants;
mod rooms;
mod user;

use clap::Subcommand;

use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a tenant: an organisation with its own people, rooms, keys and server name.
    CreateTenant(create_tenant::Args),
    /// List the tenants of this server.
    ListTenants(list_tenants::Args),
    /// People of a tenant.
    #[command(subcommand)]
    User(user::Command),
    /// Rooms: who hosts them, and what they hold.
    #[command(subcommand)]
    Rooms(rooms::Command),
    /// A tenant's identity towards other servers.
    #[command(subcommand)]
    Federation(federation::Command),
}

pub(crate) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::CreateTenant(args) => create_tenant::run(config, args).await,
        Command::ListTenants(args) => list_tenants::run(config, args).await,
        Command::User(command) => user::run(config, command).await,
        Command::Rooms(command) => rooms::run(config, command).await,
        Command::Federation(command) => federation::run(config, command).await,
    }
}
