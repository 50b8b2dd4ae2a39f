use anyhow::anyhow;
use clap::ValueEnum;
use scaiwave_engine::accounts;
use scaiwave_protocol::LocalId;
use scaiwave_store::record;

use crate::assembly::Assembly;
use crate::cli::{output, password};
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

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    // `password_stdin` is required: it is there to make the reading visible at the call.
    let password = password::read(std::io::stdin().lock())?;
    let local_id = LocalId::parse(&args.local_id).map_err(|why| anyhow!("--local-id: {why}"))?;
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let role = match args.role {
        Role::Admin => record::Role::Admin,
        Role::Member => record::Role::Member,
    };
    let account = accounts::NewAccount {
        local_id,
        display_name: args.display_name.clone(),
        role,
        password: Some(password),
        bot: false,
    };
    let made = accounts::create(&tenant, account)
        .await
        .map_err(|denial| anyhow!(denial.message))?;
    let json = serde_json::json!({
        "participant_id": made.fqid, "tenant": args.tenant, "display_name": made.display_name,
    });
    output::result(args.json, &json, &format!("Made {}.", made.fqid))?;
    Ok(())
}
