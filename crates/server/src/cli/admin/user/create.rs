use anyhow::bail;
use clap::ValueEnum;

use crate::cli::password;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// The part of @local-id:server-name before the colon; also the name to log in with.
    #[arg(long)]
    local_id: String,
    /// Name as people see it.
    #[arg(long)]
    display_name: String,
    /// What this person may do in the tenant.
    #[arg(long, value_enum)]
    role: Role,
    /// Read the password from standard input: the command line is no place for it.
    #[arg(long, required = true)]
    password_stdin: bool,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Role {
    /// Looks after the tenant: people, policy, peers, rejections.
    Admin,
    /// Chats.
    Member,
}

pub(crate) async fn run(_config: &Config, args: &Args) -> anyhow::Result<()> {
    // `password_stdin` is required: it is there to make the reading visible at the call.
    let Args {
        tenant,
        local_id,
        display_name: _,
        role: _,
        password_stdin: _,
        json: _,
    } = args;
    let _password = password::read(std::io::stdin().lock())?;
    bail!("`admin user create --tenant {tenant} --local-id {local_id}` is not wired yet")
}
