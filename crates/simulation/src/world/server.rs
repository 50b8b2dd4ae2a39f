use std::sync::Arc;

use scaiwave_engine::accounts::Ways;
use scaiwave_engine::keyring::Keyring;
use scaiwave_engine::{Tenant, TenantParts, World};
use scaiwave_federation::{Client, Inbound};
use scaiwave_protocol::ServerName;
use scaiwave_store::TenantStore;
use scaiwave_store::record::TenantRow;

use super::{Gate, Life, Made, Network, SharedChance, SimClock, Writes};

/// A server: what survives its processes, and the process that runs now.
pub(crate) struct Server {
    pub(crate) row: TenantRow,
    /// The disk itself, for checkers.
    pub(crate) store: Arc<dyn TenantStore>,
    /// How often anything was written to the disk.
    pub(crate) writes: Writes,
    /// How often that was when the checkers looked last.
    pub(crate) looked_at: Option<u64>,
    pub(crate) world: World,
    /// The one in `world`.
    pub(crate) clock: SimClock,
    pub(crate) chance: SharedChance,
    pub(crate) now: Option<Incarnation>,
    /// Not started before this time.
    pub(crate) up_at: u64,
}

/// One process of a server.
#[derive(Clone)]
pub(crate) struct Incarnation {
    pub(crate) life: Arc<Life>,
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) inbound: Arc<Inbound>,
}

impl Server {
    /// A server that has never run.
    pub(crate) fn new(
        row: TenantRow,
        store: Arc<dyn TenantStore>,
        world: World,
        clock: SimClock,
        chance: SharedChance,
    ) -> Self {
        Server {
            row,
            store,
            writes: Writes::default(),
            looked_at: None,
            world,
            clock,
            chance,
            now: None,
            up_at: 0,
        }
    }

    pub(crate) fn name(&self) -> &ServerName {
        &self.row.server_name
    }

    /// Starts a process on what the disk holds.
    pub(crate) async fn start(
        &mut self,
        network: &Arc<Network>,
        made: &Made,
    ) -> anyhow::Result<()> {
        let life = Life::new(self.chance.clone());
        let store: Arc<dyn TenantStore> = Arc::new(Gate {
            store: self.store.clone(),
            writes: self.writes.clone(),
            made: made.clone(),
            server: self.name().clone(),
            life: life.clone(),
        });
        let keyring = Keyring::load(store.clone(), self.world.clone(), self.name().clone()).await?;
        let way_out = network.way_out(self.name(), life.clone());
        let remote = Client::new(keyring.clone(), self.world.clone(), way_out);
        let (row, world) = (self.row.clone(), self.world.clone());
        let tenant = Tenant::open(TenantParts {
            row,
            store,
            world,
            keyring,
            remote,
            ways: Ways::default(),
        })
        .await?;
        let inbound = Inbound::new(self.world.clone());
        inbound.add_tenant(tenant.clone());
        network.open_door(self.name(), inbound.clone(), life.clone());
        self.now = Some(Incarnation {
            life,
            tenant,
            inbound,
        });
        Ok(())
    }

    /// Ends the process, if it runs. What it had in memory is gone.
    pub(crate) fn stop(&mut self) {
        let Some(Incarnation {
            life,
            tenant,
            inbound,
        }) = self.now.take()
        else {
            return;
        };
        life.finish();
        inbound.remove_tenant(self.name());
        // Its lanes find that the disk is gone, and end.
        tokio::spawn(async move { tenant.close().await });
    }
}
