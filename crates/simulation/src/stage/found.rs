use std::sync::Arc;

use scaiwave_engine::accounts::{self, NewAccount};
use scaiwave_engine::policy::{self, AutoAccept, Mode, Policy};
use scaiwave_engine::{Tenant, Viewer, World};
use scaiwave_protocol::{EventId, Fqid, LocalId, ServerName};
use scaiwave_store::ServerStore as _;
use scaiwave_store::record::{Role, TenantRow};
use scaiwave_store_sqlite::SqliteServerStore;

use super::{PEOPLE, Stage};
use crate::world::{Server, SharedChance, SimClock};

impl Stage {
    /// A server with its people.
    pub(super) async fn found(&mut self, slug: &str) -> anyhow::Result<()> {
        let row = TenantRow {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            server_name: ServerName::parse(&format!("{slug}.example"))?,
            created_at: self.clock.now_ms(),
        };
        let disk = SqliteServerStore::in_memory()?;
        disk.create_tenant(row.clone()).await?;
        let store = disk.open(slug).await?;
        self._disks.push(disk);
        let chance = SharedChance::new(self.chance.next());
        let drift_ppm = self.chance.around_zero(self.plan.drift_ppm);
        let skew_ms = self.chance.around_zero(self.plan.skew_ms);
        let clock = SimClock::new(self.clock.clone(), skew_ms, drift_ppm);
        let world = World {
            clock: Arc::new(clock.clone()),
            random: Arc::new(chance.clone()),
        };
        let mut server = Server::new(row, store, world, clock, chance);
        server.start(&self.network, &self.made).await?;
        let index = self.servers.len();
        let tenant = server.now.as_ref().map(|now| now.tenant.clone());
        self.servers.push(server);
        if let Some(tenant) = tenant {
            self.settle_in(index, &tenant).await?;
        }
        Ok(())
    }

    async fn settle_in(&mut self, index: usize, tenant: &Arc<Tenant>) -> anyhow::Result<()> {
        let viewer = |local_id: &str, role| -> anyhow::Result<Viewer> {
            let local_id = LocalId::parse(local_id)?;
            let fqid = Fqid::new(&local_id, tenant.server_name())?;
            Ok(Viewer {
                fqid,
                local_id,
                role,
                session: EventId::from_bytes([0; 16]),
            })
        };
        let auto_accept = if self.chance.permille(300) {
            AutoAccept::All
        } else {
            AutoAccept::None
        };
        let open = Policy {
            default_mode: Mode::Open,
            auto_accept,
            ..Policy::default()
        };
        policy::put(tenant, &viewer("admin", Role::Admin)?, open).await?;
        for local_id in PEOPLE.iter().take(self.plan.people) {
            let viewer = viewer(local_id, Role::Member)?;
            let new = NewAccount {
                local_id: viewer.local_id.clone(),
                display_name: (*local_id).to_owned(),
                role: Role::Member,
                password: None,
                bot: false,
            };
            accounts::create(tenant, new).await?;
            self.watchers.add(index, viewer.clone());
            self.people.push((index, viewer));
        }
        Ok(())
    }
}
