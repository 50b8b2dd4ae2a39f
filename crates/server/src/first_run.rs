//! The first run: a server without any account waits for whoever its terminal shows a code.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use scaiwave_api::{FirstRun, Setup, Stage, Tenancy as _};
use scaiwave_engine::{Outcome, Tenant, accounts};
use scaiwave_protocol::ServerName;

use crate::assembly::DEFAULT_SLUG;
use crate::tenancy::{OfThisProcess, failed};

/// What the first run does to the tenants of this process.
struct OfThisServer(OfThisProcess);

#[async_trait]
impl FirstRun for OfThisServer {
    async fn stage(&self) -> Outcome<Stage> {
        let assembly = &self.0.assembly;
        let rows = assembly.tenants().await.map_err(failed)?;
        let (slug, stage) = match rows.as_slice() {
            [] => (DEFAULT_SLUG, Stage::Nameless),
            [only] => {
                let tenant = self.0.opened(&only.slug).await?;
                if accounts::has_accounts(&tenant).await? {
                    return Ok(Stage::Done);
                }
                (only.slug.as_str(), Stage::Empty(tenant))
            }
            _ => return Ok(Stage::Done),
        };
        // Where nobody logs in with a password, this account would be of no use.
        Ok(if assembly.takes_passwords(slug) {
            stage
        } else {
            Stage::Done
        })
    }

    async fn create(&self, name: &str, server_name: ServerName) -> Outcome<Arc<Tenant>> {
        self.0.create(DEFAULT_SLUG, name, server_name).await
    }

    async fn rename(&self, tenant: &Tenant, name: &str) -> Outcome<()> {
        let renamed = self.0.assembly.rename_tenant(tenant, name).await;
        renamed.map_err(|error| failed(error.into()))
    }
}

/// Waits for whoever sets the server up, and what to show them; none when there is nothing to set up.
pub(crate) async fn begin(process: OfThisProcess) -> anyhow::Result<Option<(Setup, String)>> {
    let world = process.assembly.world.clone();
    let first_run = OfThisServer(process);
    if matches!(first_run.stage().await?, Stage::Done) {
        return Ok(None);
    }
    Ok(Some(Setup::new(&world, first_run)))
}

/// Where a browser on this machine finds the page; with TLS, where the certificate fits.
pub(crate) fn page(
    scheme: &str,
    listener: SocketAddr,
    server_name: Option<&str>,
    code: &str,
) -> String {
    let place = match server_name {
        Some(name) if scheme == "https" => name.to_owned(),
        _ if listener.ip().is_unspecified() => format!("localhost:{}", listener.port()),
        _ => listener.to_string(),
    };
    // After the `#`, so that it comes into no log on the way.
    format!("{scheme}://{place}/setup#code={code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_can_be_opened() {
        let name = Some("chat.example.org");
        for (scheme, listener, name, expected) in [
            ("http", "127.0.0.1:8000", name, "http://127.0.0.1:8000"),
            ("http", "[::1]:8000", None, "http://[::1]:8000"),
            ("http", "0.0.0.0:8000", name, "http://localhost:8000"),
            ("http", "[::]:8000", None, "http://localhost:8000"),
            ("https", "0.0.0.0:443", name, "https://chat.example.org"),
            ("https", "192.0.2.7:443", None, "https://192.0.2.7:443"),
        ] {
            let listener = listener.parse().expect(listener);
            let page = page(scheme, listener, name, "swx");
            assert_eq!(page, format!("{expected}/setup#code=swx"));
        }
    }
}
