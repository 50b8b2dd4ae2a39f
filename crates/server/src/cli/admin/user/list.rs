use anyhow::anyhow;
use scaiwave_engine::accounts::{self, AccountView};
use scaiwave_engine::{Tenant, Viewer};
use scaiwave_store::record::Role;

use crate::assembly::Assembly;
use crate::cli::output;
use crate::cli::table::{moment, table};
use crate::config::Config;

/// Accounts read in one step.
const STEP: u32 = 200;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    /// Only those whose id or name contains this.
    query: Option<String>,
    /// Print JSON for scripts; times are ms since the Unix epoch.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let tenant = Assembly::new(config)?.tenant(&args.tenant).await?;
    let query = args.query.as_deref().unwrap_or_default();
    let people = everybody(&tenant, query).await?;
    let json: Vec<_> = people.iter().map(json).collect();
    let text = if people.is_empty() {
        "Nobody.".to_owned()
    } else {
        let rows: Vec<_> = people.iter().map(row).collect();
        table(&["WHO", "NAME", "ROLE", "LAST SEEN", "CLOSED"], &rows)
    };
    output::result(args.json, &serde_json::Value::Array(json), &text)?;
    Ok(())
}

async fn everybody(tenant: &Tenant, query: &str) -> anyhow::Result<Vec<AccountView>> {
    let told = |denial: scaiwave_engine::Denial| anyhow!(denial.message);
    let operator = Viewer::operator(tenant).map_err(told)?;
    let mut people = Vec::new();
    loop {
        let offset = u32::try_from(people.len())?;
        let page = accounts::list(tenant, &operator, query, STEP, offset);
        let page = page.await.map_err(told)?;
        let is_last = page.len() < STEP as usize;
        people.extend(page);
        if is_last {
            return Ok(people);
        }
    }
}

fn role(account: &AccountView) -> &'static str {
    match account.role {
        Role::Admin => "admin",
        Role::Member => "member",
    }
}

fn json(account: &AccountView) -> serde_json::Value {
    let who = &account.participant;
    serde_json::json!({
        "participant_id": who.fqid, "display_name": who.display_name, "role": role(account),
        "bot": who.bot, "created_at": account.created_at, "last_seen_at": account.last_seen_at,
        "deactivated_at": account.deactivated_at,
    })
}

fn row(account: &AccountView) -> Vec<String> {
    vec![
        account.participant.fqid.to_string(),
        account.participant.display_name.clone(),
        role(account).to_owned(),
        moment(account.last_seen_at),
        moment(account.deactivated_at),
    ]
}
