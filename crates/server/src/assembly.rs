//! Puts the crates together: stores, tenants, the federation's door and client, the client edge.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use parking_lot::RwLock;
use scaiwave_api::TenantDirectory;
use scaiwave_engine::accounts::{self, Mode, ProviderWay, Ways};
use scaiwave_engine::keyring::Keyring;
use scaiwave_engine::rooms::{self, StoredReport};
use scaiwave_engine::{Tenant, TenantParts, World};
use scaiwave_federation::{Client, Inbound, Network};
use scaiwave_oidc::{Limits, Provider};
use scaiwave_protocol::ServerName;
use scaiwave_store::record::{TenantRow, TenantStanding};
use scaiwave_store::{CommitError, ServerStore as _};
use scaiwave_store_sqlite::{Options, SqliteServerStore};

use crate::config::{Auth, Config};
use crate::world;

/// The tenant that `SCAIWAVE_SERVER_NAME` makes at the first start.
pub(crate) const DEFAULT_SLUG: &str = "default";

/// Everything of this process that is not a socket.
pub(crate) struct Assembly {
    pub(crate) world: World,
    pub(crate) inbound: Arc<Inbound>,
    store: SqliteServerStore,
    network: Arc<Network>,
    auth: Auth,
    directory: Arc<Directory>,
    /// Held while tenants are opened: nobody may open one twice. Taken before all other locks.
    opening: tokio::sync::Mutex<()>,
}

/// How tenants stand with the operator, by slug; one that is not there stands as all do at first.
pub(crate) type Standings = BTreeMap<String, TenantStanding>;

/// The tenants at work, by their server name.
#[derive(Default)]
pub(crate) struct Directory {
    /// Looked up for each request; written when a tenant is opened. Never held across an await.
    tenants: RwLock<HashMap<String, Arc<Tenant>>>,
}

impl Directory {
    /// All of them.
    pub(crate) fn all(&self) -> Vec<Arc<Tenant>> {
        self.tenants.read().values().cloned().collect()
    }

    /// The one of this slug.
    pub(crate) fn by_slug(&self, slug: &str) -> Option<Arc<Tenant>> {
        let tenants = self.tenants.read();
        tenants
            .values()
            .find(|tenant| tenant.slug() == slug)
            .cloned()
    }
}

impl TenantDirectory for Directory {
    /// A host that is nobody's name means the only tenant, if there is only one: a single company
    /// reaches its server by whatever name its network has for it.
    fn by_host(&self, host: &str) -> Option<Arc<Tenant>> {
        let tenants = self.tenants.read();
        if let Some(tenant) = tenants.get(host) {
            return Some(tenant.clone());
        }
        let mut all = tenants.values();
        all.next().filter(|_| all.len() == 0).cloned()
    }
}

impl Assembly {
    /// Opens the store. Tenants are opened by [`Assembly::open_tenants`], or one by one.
    pub(crate) fn new(config: &Config) -> anyhow::Result<Self> {
        Self::with(config, Options::default())
    }

    /// The same, with what a server wants to be told of its stores.
    pub(crate) fn with(config: &Config, options: Options) -> anyhow::Result<Self> {
        let world = world::of_this_machine();
        let directory = &config.db.directory;
        let store = SqliteServerStore::open(directory, options).with_context(|| {
            format!(
                "the data directory {} cannot be opened",
                directory.display()
            )
        })?;
        let inbound = Inbound::new(world.clone());
        let network = Network::new(&inbound, config.federation.reach()?);
        Ok(Assembly {
            world,
            inbound,
            store,
            network,
            auth: config.auth.clone(),
            directory: Arc::default(),
            opening: tokio::sync::Mutex::default(),
        })
    }

    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.directory.clone()
    }

    /// Adds a tenant.
    pub(crate) async fn create_tenant(
        &self,
        slug: &str,
        name: &str,
        server_name: &str,
    ) -> anyhow::Result<TenantRow> {
        check_slug(slug)?;
        let server_name = server_name
            .parse()
            .map_err(|why| anyhow!("--server-name: {why}"))?;
        match self.add_tenant(slug, name, server_name).await {
            Ok(row) => Ok(row),
            Err(CommitError::Conflict(_)) => {
                bail!(
                    "a tenant with this slug or this server name exists already (see `scaiwave admin list-tenants`)"
                )
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The same, told apart by what is the matter.
    pub(crate) async fn add_tenant(
        &self,
        slug: &str,
        name: &str,
        server_name: ServerName,
    ) -> Result<TenantRow, CommitError> {
        let row = TenantRow {
            slug: slug.to_owned(),
            name: name.to_owned(),
            server_name,
            created_at: self.world.now(),
        };
        self.store.create_tenant(row.clone()).await?;
        Ok(row)
    }

    /// Gives a tenant another name for people, for good and at once.
    pub(crate) async fn rename_tenant(
        &self,
        tenant: &Tenant,
        name: &str,
    ) -> Result<(), CommitError> {
        self.store.rename_tenant(tenant.slug(), name).await?;
        tenant.set_name(name.to_owned());
        Ok(())
    }

    /// Whether people of this tenant log in with passwords that are kept here.
    pub(crate) fn takes_passwords(&self, slug: &str) -> bool {
        matches!(self.auth.mode(slug), Mode::Local | Mode::Hybrid)
    }

    /// How tenants stand with the operator, by slug.
    pub(crate) async fn standings(&self) -> anyhow::Result<Standings> {
        let standings = self.store.standings().await;
        Ok(standings
            .context("the tenants cannot be read")?
            .into_iter()
            .collect())
    }

    /// Stores how a tenant stands, and tells it.
    pub(crate) async fn put_standing(
        &self,
        slug: &str,
        standing: TenantStanding,
    ) -> Result<(), CommitError> {
        self.store.put_standing(slug, standing).await?;
        if let Some(tenant) = self.directory.by_slug(slug) {
            tenant.set_standing(standing);
        }
        Ok(())
    }

    /// Tells every tenant how it stands: another process may have changed it.
    pub(crate) async fn refresh_standings(&self) -> anyhow::Result<()> {
        let standings = self.standings().await?;
        for tenant in self.directory.all() {
            let standing = standings.get(tenant.slug()).copied();
            tenant.set_standing(standing.unwrap_or_default());
        }
        Ok(())
    }

    /// Makes the tenant `default` at the first start, and refuses another name later on: rooms, people
    /// and keys are bound to it.
    pub(crate) async fn ensure_default(&self, server_name: &str) -> anyhow::Result<()> {
        let tenants = self.tenants().await?;
        match tenants.iter().find(|tenant| tenant.slug == DEFAULT_SLUG) {
            Some(tenant) if tenant.server_name.as_str() == server_name => Ok(()),
            Some(tenant) => bail!(
                "SCAIWAVE_SERVER_NAME is {server_name}, but the data belongs to {}: rooms and people cannot \
                 change their server name. Set it back, or use another data directory",
                tenant.server_name
            ),
            None => self
                .create_tenant(DEFAULT_SLUG, server_name, server_name)
                .await
                .map(drop),
        }
    }

    /// All tenants, open or not.
    pub(crate) async fn tenants(&self) -> anyhow::Result<Vec<TenantRow>> {
        self.store
            .tenants()
            .await
            .context("the tenants cannot be read")
    }

    /// Opens tenants that are not open yet, and returns those.
    pub(crate) async fn open_tenants(&self) -> anyhow::Result<Vec<Arc<Tenant>>> {
        let _one_at_a_time = self.opening.lock().await;
        let mut opened = Vec::new();
        let standings = self.standings().await?;
        for row in self.tenants().await? {
            if self.inbound.hosts(&row.server_name) {
                continue;
            }
            let in_order = self.store.take_end_mark(&row.slug)?;
            if !in_order {
                self.look_through(&row.slug).await?;
            }
            let tenant = self.make(row, &standings).await?;
            self.check_ways(&tenant).await?;
            self.let_in(&tenant);
            if !in_order {
                // It may come from a backup: whoever has more of our rooms is asked first.
                scaiwave_engine::peering::doubt(&tenant).await?;
            }
            opened.push(tenant);
        }
        Ok(opened)
    }

    /// Looks whether the file of a tenant is whole that was not left in order: after a crash, or when somebody has put
    /// it there.
    async fn look_through(&self, slug: &str) -> anyhow::Result<()> {
        let looked = self.store.check_file(slug, false).await;
        if !looked.with_context(|| cannot_be_opened(slug))? {
            tracing::warn!(
                tenant = slug,
                "its file is too large to be looked through at a start; `scaiwave doctor --data` does"
            );
        }
        Ok(())
    }

    /// Looks through all data of a tenant: every page of its file, and every room's log. Takes its time.
    pub(crate) async fn check_data(&self, slug: &str) -> anyhow::Result<StoredReport> {
        self.store.check_file(slug, true).await?;
        let store = self.store.open(slug).await?;
        Ok(rooms::verify_stored(&*store).await?)
    }

    /// Opens the tenant of a slug, for a command that works on one.
    pub(crate) async fn tenant(&self, slug: &str) -> anyhow::Result<Arc<Tenant>> {
        let row = self
            .tenants()
            .await?
            .into_iter()
            .find(|row| row.slug == slug);
        let row = row.with_context(|| {
            format!("there is no tenant {slug:?} here (see `scaiwave admin list-tenants`, and check the data directory)")
        })?;
        self.open(row).await
    }

    /// The tenant of a slug; without one, the only tenant that there is.
    pub(crate) async fn tenant_or_only(&self, slug: Option<&str>) -> anyhow::Result<Arc<Tenant>> {
        if let Some(slug) = slug {
            return self.tenant(slug).await;
        }
        let mut rows = self.tenants().await?;
        match (rows.pop(), rows.is_empty()) {
            (Some(only), true) => self.open(only).await,
            (Some(_), false) => bail!("there are several tenants here: name one with --tenant"),
            (None, _) => bail!("there is no tenant here yet (see `scaiwave admin create-tenant`)"),
        }
    }

    async fn open(&self, row: TenantRow) -> anyhow::Result<Arc<Tenant>> {
        let tenant = self.make(row, &self.standings().await?).await?;
        self.let_in(&tenant);
        Ok(tenant)
    }

    async fn make(&self, row: TenantRow, standings: &Standings) -> anyhow::Result<Arc<Tenant>> {
        let what = || cannot_be_opened(&row.slug);
        let store = self.store.open(&row.slug).await.with_context(what)?;
        let keyring = Keyring::load(store.clone(), self.world.clone(), row.server_name.clone())
            .await
            .with_context(what)?;
        let remote = Client::new(keyring.clone(), self.world.clone(), self.network.clone());
        let parts = TenantParts {
            row: row.clone(),
            store,
            world: self.world.clone(),
            keyring,
            remote,
            ways: self.ways(&row)?,
        };
        let tenant = Tenant::open(parts).await.with_context(what)?;
        let standing = standings.get(&row.slug).copied();
        tenant.set_standing(standing.unwrap_or_default());
        Ok(tenant)
    }

    /// From now on people and peers find it.
    fn let_in(&self, tenant: &Arc<Tenant>) {
        self.inbound.add_tenant(tenant.clone());
        let name = tenant.server_name().to_string();
        self.directory.tenants.write().insert(name, tenant.clone());
    }

    /// How the people of a tenant log in.
    fn ways(&self, row: &TenantRow) -> anyhow::Result<Ways> {
        let mode = self.auth.mode(&row.slug);
        if !matches!(mode, Mode::Oidc | Mode::Hybrid) {
            return Ok(Ways {
                mode,
                provider: None,
            });
        }
        let agreed = self.auth.oidc.agreed(row)?;
        let provider = agreed.map(|agreed| ProviderWay {
            provider: Provider::new(agreed.settings, Limits::default(), self.world.clone()),
            name: agreed.name,
            tenant: agreed.tenant,
            makes_accounts: agreed.makes_accounts,
        });
        Ok(Ways { mode, provider })
    }

    /// What a configuration cannot know of a tenant's people.
    async fn check_ways(&self, tenant: &Tenant) -> anyhow::Result<()> {
        let (ways, slug) = (tenant.ways(), tenant.slug());
        match ways.mode {
            Mode::Oidc if ways.provider.is_none() => {
                tracing::warn!(
                    tenant = slug,
                    "nobody can log in: this tenant has no identity provider"
                );
            }
            Mode::Mock if !self.auth.mock_with_people && accounts::has_people(tenant).await? => {
                bail!(
                    "auth.mode is mock, and in the tenant {slug:?} there are accounts that are somebody's: anybody \
                     could use them. Use another mode or another data directory, or set auth.mock_with_people"
                );
            }
            Mode::Mock => {
                tracing::warn!(
                    tenant = slug,
                    "everybody on this machine may log in as anybody: auth.mode is mock"
                );
            }
            Mode::Local | Mode::Oidc | Mode::Hybrid => {}
        }
        Ok(())
    }

    /// Lets every tenant finish what it has, and marks where that leaves its data.
    pub(crate) async fn close(&self) {
        let slugs = self.close_tenants().await;
        if let Err(error) = self.store.mark_ends(&slugs) {
            tracing::warn!(%error, "followers will be asked at the next start what they hold");
        }
    }

    async fn close_tenants(&self) -> Vec<String> {
        let tenants: Vec<_> = self
            .directory
            .tenants
            .write()
            .drain()
            .map(|(_, tenant)| tenant)
            .collect();
        let slugs = tenants.iter().map(|tenant| tenant.slug().to_owned());
        let slugs = slugs.collect();
        for tenant in tenants {
            self.inbound.remove_tenant(tenant.server_name());
            tenant.close().await;
        }
        slugs
    }
}

fn cannot_be_opened(slug: &str) -> String {
    format!("the tenant {slug:?} cannot be opened")
}

fn check_slug(slug: &str) -> anyhow::Result<()> {
    let letters = slug
        .bytes()
        .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if letters && (1..=32).contains(&slug.len()) && !slug.starts_with('-') && !slug.ends_with('-') {
        return Ok(());
    }
    bail!("a slug has 1–32 of a–z, 0–9 and inner hyphens")
}
