use anyhow::bail;

use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Short name for commands and files: a-z, 0-9 and hyphens.
    #[arg(long)]
    slug: String,
    /// Name as people see it.
    #[arg(long)]
    name: String,
    /// Name towards other servers, such as chat.example.org; it cannot be changed later.
    #[arg(long)]
    server_name: String,
    /// Print JSON for scripts.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(_config: &Config, args: &Args) -> anyhow::Result<()> {
    let Args {
        slug,
        name: _,
        server_name: _,
        json: _,
    } = args;
    bail!("`admin create-tenant --slug {slug}` is not wired yet")
}
