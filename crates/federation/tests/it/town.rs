//! A process with tenants, and servers elsewhere that only tests know of.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use scaiwave_engine::accounts::{self, NewAccount, Viewer, Ways};
use scaiwave_engine::keyring::Keyring;
use scaiwave_engine::policy::{self, Mode, Policy};
use scaiwave_engine::rooms::{self, NewRoom};
use scaiwave_engine::store::record::{Role, TenantRow};
use scaiwave_engine::store::{ServerStore as _, TenantStore};
use scaiwave_engine::view::RoomView;
use scaiwave_engine::{RemoteError, Tenant, TenantParts, World};
use scaiwave_federation::client::{Answer, Call, Transport};
use scaiwave_federation::{Client, Inbound, Network, Reach, Supervisor};
use scaiwave_protocol::event::content::{History, RoomType};
use scaiwave_protocol::{EventId, LocalId, ServerName};
use scaiwave_store_sqlite::SqliteServerStore;
use scaiwave_testkit::hostile::Host;
use tokio_util::sync::CancellationToken;

use crate::world::{self, FakeClock};

/// One process.
pub(crate) struct Town {
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) world: World,
    pub(crate) inbound: Arc<Inbound>,
    pub(crate) street: Arc<Street>,
    store: SqliteServerStore,
    shutdown: CancellationToken,
}

/// One tenant of it, with its store to look into.
pub(crate) struct House {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) store: Arc<dyn TenantStore>,
    pub(crate) shutdown: CancellationToken,
}

/// A house's own door to the street.
struct Gate {
    street: Arc<Street>,
    origin: ServerName,
}

#[async_trait]
impl Transport for Gate {
    async fn carry(&self, call: Call) -> Result<Answer, RemoteError> {
        if self.street.islands.lock().contains(&self.origin) {
            return Err(RemoteError::Unreachable("the cable was cut".to_owned()));
        }
        self.street.carry(call).await
    }
}

/// The way out of the process: tenants next door, and descriptors that tests put there.
pub(crate) struct Street {
    pub(crate) network: Arc<Network>,
    /// Servers of other processes, and the way to each.
    pub(crate) roads: Mutex<HashMap<ServerName, Arc<Network>>>,
    pub(crate) descriptors: Mutex<HashMap<ServerName, Vec<u8>>>,
    /// Servers that host rooms and answer.
    pub(crate) hosts: Mutex<HashMap<ServerName, Arc<Mutex<Host>>>>,
    /// The server that cannot be reached, and how often that was tried.
    pub(crate) cut_off: Mutex<Option<(ServerName, usize)>>,
    /// The server that is reached and says nothing, for ever.
    pub(crate) silent: Mutex<Option<ServerName>>,
    /// Servers that neither reach others nor are reached.
    pub(crate) islands: Mutex<BTreeSet<ServerName>>,
    /// Everything that went out so far, addresses and bodies, if somebody listens.
    pub(crate) overheard: Mutex<Option<Vec<u8>>>,
    /// What becomes of answers on their way; none leaves them as they are.
    pub(crate) meddler: Mutex<Option<Meddler>>,
    /// What happens while the next request is on its way.
    pub(crate) meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

/// Gets the address that was asked and the answer.
pub(crate) type Meddler = Box<dyn FnMut(&str, Answer) -> Result<Answer, RemoteError> + Send>;

#[async_trait]
impl Transport for Street {
    async fn carry(&self, call: Call) -> Result<Answer, RemoteError> {
        if let Some(heard) = &mut *self.overheard.lock() {
            heard.extend_from_slice(call.url.as_str().as_bytes());
            heard.extend_from_slice(&call.body);
        }
        if let Some((server, tries)) = &mut *self.cut_off.lock()
            && *server == call.destination
        {
            *tries += 1;
            return Err(RemoteError::Unreachable("the cable was cut".to_owned()));
        }
        if self.islands.lock().contains(&call.destination) {
            return Err(RemoteError::Unreachable("the cable was cut".to_owned()));
        }
        if let Some(happens) = self.meanwhile.lock().take() {
            happens();
        }
        let is_silent = self.silent.lock().as_ref() == Some(&call.destination);
        if is_silent {
            std::future::pending::<()>().await;
        }
        let host = self.hosts.lock().get(&call.destination).cloned();
        if let Some(host) = host {
            let body = host
                .lock()
                .answer(call.url.path(), call.url.query(), &call.body);
            let nowhere = || RemoteError::Nonsense("it knows no such path".to_owned());
            return Ok(Answer {
                status: http::StatusCode::OK,
                body: body.ok_or_else(nowhere)?.into(),
                date: None,
            });
        }
        let known = self.descriptors.lock().get(&call.destination).cloned();
        match known {
            Some(body) if call.url.path().starts_with("/.well-known/") => Ok(Answer {
                status: http::StatusCode::OK,
                body: body.into(),
                date: None,
            }),
            Some(_) => Err(RemoteError::Unreachable("this server only asks".to_owned())),
            None => {
                let url = call.url.to_string();
                let road = self.roads.lock().get(&call.destination).cloned();
                let network = road.as_ref().unwrap_or(&self.network);
                let answer = network.carry(call).await?;
                match &mut *self.meddler.lock() {
                    Some(meddler) => meddler(&url, answer),
                    None => Ok(answer),
                }
            }
        }
    }
}

pub(crate) fn name(text: &str) -> ServerName {
    ServerName::parse(text).unwrap()
}

impl Town {
    pub(crate) fn new() -> Self {
        let (clock, world) = world::world();
        let inbound = Inbound::new(world.clone());
        let network = Network::new(
            &inbound,
            Reach {
                allow_loopback: true,
                ..Reach::default()
            },
        );
        let street = Arc::new(Street {
            network,
            roads: Mutex::default(),
            descriptors: Mutex::default(),
            hosts: Mutex::default(),
            cut_off: Mutex::default(),
            silent: Mutex::default(),
            islands: Mutex::default(),
            overheard: Mutex::default(),
            meddler: Mutex::default(),
            meanwhile: Mutex::default(),
        });
        let store = SqliteServerStore::in_memory().unwrap();
        let shutdown = CancellationToken::new();
        Town {
            clock,
            world,
            inbound,
            street,
            store,
            shutdown,
        }
    }

    /// Founds a tenant that talks to everybody; its workers run until the town is dropped.
    pub(crate) async fn tenant(&self, slug: &str, server_name: &str) -> House {
        self.tenant_on(slug, server_name, |store| store).await
    }

    /// The same, and its process sees its store through something.
    pub(crate) async fn tenant_on(
        &self,
        slug: &str,
        server_name: &str,
        through: impl FnOnce(Arc<dyn TenantStore>) -> Arc<dyn TenantStore>,
    ) -> House {
        let row = TenantRow {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            server_name: name(server_name),
            created_at: self.world.now(),
        };
        self.store.create_tenant(row.clone()).await.unwrap();
        let store = self.store.open(slug).await.unwrap();
        let house = self.move_in(row, through(store)).await;
        house
            .policy(|policy| policy.default_mode = Mode::Open)
            .await;
        house
    }

    /// Starts a process for what is stored.
    pub(crate) async fn move_in(&self, row: TenantRow, store: Arc<dyn TenantStore>) -> House {
        self.move_in_by(row, store, Ways::default()).await
    }

    /// The same, where people log in in other ways than by a password.
    pub(crate) async fn move_in_by(
        &self,
        row: TenantRow,
        store: Arc<dyn TenantStore>,
        ways: Ways,
    ) -> House {
        let keyring = Keyring::load(store.clone(), self.world.clone(), row.server_name.clone())
            .await
            .unwrap();
        let gate = Gate {
            street: self.street.clone(),
            origin: row.server_name.clone(),
        };
        let remote = Client::new(keyring.clone(), self.world.clone(), Arc::new(gate));
        let world = self.world.clone();
        let parts = TenantParts {
            row: row.clone(),
            store: store.clone(),
            world,
            keyring,
            remote,
            ways,
        };
        let tenant = Tenant::open(parts).await.unwrap();
        let shutdown = self.shutdown.child_token();
        self.inbound.add_tenant(tenant.clone());
        let house = House {
            tenant,
            store,
            shutdown,
        };
        tokio::spawn(Supervisor::run(
            house.tenant.clone(),
            house.shutdown.clone(),
        ));
        house
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl House {
    pub(crate) async fn person(&self, local_id: &str) -> Viewer {
        let local_id = LocalId::parse(local_id).unwrap();
        let new = NewAccount {
            local_id: local_id.clone(),
            display_name: local_id.to_string(),
            role: Role::Member,
            password: None,
            bot: false,
        };
        let fqid = accounts::create(&self.tenant, new).await.unwrap().fqid;
        Viewer {
            fqid,
            local_id,
            role: Role::Member,
            session: EventId::from_bytes([0; 16]),
        }
    }

    pub(crate) fn admin(&self) -> Viewer {
        let local_id = LocalId::parse("admin").unwrap();
        let fqid = scaiwave_protocol::Fqid::new(&local_id, self.tenant.server_name()).unwrap();
        Viewer {
            fqid,
            local_id,
            role: Role::Admin,
            session: EventId::from_bytes([0; 16]),
        }
    }

    pub(crate) async fn policy(&self, change: impl FnOnce(&mut Policy)) {
        let mut policy = Policy::clone(&policy::get(&self.tenant));
        change(&mut policy);
        policy::put(&self.tenant, &self.admin(), policy)
            .await
            .unwrap();
    }

    pub(crate) async fn room(&self, owner: &Viewer) -> RoomView {
        let new = NewRoom {
            room_type: RoomType::Group,
            name: Some("tea".to_owned()),
            topic: None,
            federate: true,
            history: History::Shared,
        };
        rooms::create(&self.tenant, owner, new).await.unwrap()
    }
}

/// Waits for something that other tasks bring about.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    };
    let done = tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await;
    assert!(done.is_ok(), "still waiting: {what}");
}
