//! What other servers ask of us, cheapest check first (protocol section 5). One file a step:
//!
//! 1. [`size_and_rate`]: known path, no more and no faster than allowed, JSON that is not compressed.
//!    Fails: the peer is too much or speaks something else; 4xx, 429.
//! 2. [`headers`]: the five signature headers, each once and well-formed. Fails: no signed request.
//! 3. [`destination`]: the tenant that is asked is hosted here. Fails: misdirected.
//! 4. [`policy`]: the tenant's policy admits the origin. Fails: the peer stays unknown to us.
//! 5. [`key`]: the origin speaks our version and the key is one that we believe. Fails: no common
//!    version, or an untrusted key; the admin sees it.
//! 6. [`created`]: the request was made within 60 s and since we listen. Fails: a wrong clock, or a
//!    repetition that we could not notice; the peer signs anew.
//! 7. [`proof`]: digest, then signature. Fails: altered, or not from whom it says.
//! 8. [`nonce`]: not seen before, then remembered. Fails: a repetition. From here on the origin is
//!    proven: its worker is woken.
//! 9. [`items`]: a `send` body is split and each item parsed strictly. Fails: outside the items, the
//!    whole body; inside one, that item alone.
//! 10. [`dispatch`]: each item goes to the engine, in order within its room. Fails: that item alone.
//!
//! What one of the steps 1–9 turns away with an event or invitation in it stands in the tenant's
//! rejection log with the step's name ([`record`]); what the engine turns away, it records itself.

mod answer;
mod created;
mod destination;
mod dispatch;
mod headers;
mod held;
pub(crate) mod in_flight;
mod items;
mod key;
mod message;
mod nonce;
mod nonces;
mod policy;
mod proof;
mod rate;
mod record;
mod route;
mod size_and_rate;
mod turned_away;
mod vain;

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use scaiwave_engine::{Tenant, World, peering};
use scaiwave_protocol::ServerName;
use scaiwave_protocol::wire::ItemResult;

pub use message::{Request, Response};
pub use route::PREFIX;
pub use scaiwave_engine::Source;

use crate::limits;
use in_flight::InFlight;
use nonces::Nonces;
use rate::Rates;
use route::{Endpoint, Route};
use turned_away::TurnedAway;

/// The door for other servers: one for a process, whatever the number of its tenants.
///
/// Axum's handlers and the transport between tenants of one process call [`Inbound::handle`] alike.
pub struct Inbound {
    world: World,
    /// What the clock showed when this process began to listen, in ms.
    listening_since: u64,
    /// The same moment, whatever the clock has been set to since.
    began: tokio::time::Instant,
    /// Protects the list alone; nothing is awaited under it.
    tenants: RwLock<HashMap<ServerName, Arc<Tenant>>>,
    address_rates: Rates<Source>,
    peer_rates: Rates<ServerName>,
    /// Bytes that proven peers send in vain.
    peers_vain_bytes: Rates<ServerName>,
    unproven_records: Rates<ServerName>,
    /// Requests of proven peers, for each.
    peers_at_work: Arc<InFlight<ServerName>>,
    /// Bytes of their bodies.
    peers_bodies: Arc<InFlight<ServerName>>,
    /// Bytes of answers that they have not taken yet.
    peers_answers: Arc<InFlight<ServerName>>,
    nonces: Nonces,
}

impl Inbound {
    /// A door without tenants behind it. Call it when the process begins to listen: what was signed
    /// before that second is refused as a repetition.
    pub fn new(world: World) -> Arc<Self> {
        Arc::new(Inbound {
            listening_since: world.now(),
            began: tokio::time::Instant::now(),
            world,
            tenants: RwLock::default(),
            address_rates: Rates::new(
                limits::ADDRESS_REQUESTS_PER_S,
                limits::ADDRESS_REQUESTS_BURST,
            ),
            peer_rates: Rates::new(limits::PEER_REQUESTS_PER_S, limits::PEER_REQUESTS_BURST),
            peers_vain_bytes: Rates::new(
                limits::PEER_VAIN_BYTES_PER_S,
                limits::PEER_VAIN_BYTES_BURST,
            ),
            unproven_records: Rates::new(
                limits::UNPROVEN_REJECTIONS_PER_S,
                limits::UNPROVEN_REJECTIONS_BURST,
            ),
            peers_at_work: InFlight::new(limits::PEER_IN_FLIGHT_MAX),
            peers_bodies: InFlight::new(limits::PEER_BODY_BYTES_MAX),
            peers_answers: InFlight::new(limits::PEER_ANSWER_BYTES_MAX),
            nonces: Nonces::new(),
        })
    }

    /// The second in which this process began to listen. A clock that was ahead then and has been set right
    /// since shows that moment as earlier: without this, nobody would be heard until the others' clocks
    /// had come so far.
    fn listening_since_s(&self) -> u64 {
        let uptime = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let began = self.world.now().saturating_sub(uptime);
        self.listening_since.min(began) / 1000
    }

    /// Opens the door for a tenant.
    pub fn add_tenant(&self, tenant: Arc<Tenant>) {
        self.tenants
            .write()
            .insert(tenant.server_name().clone(), tenant);
    }

    /// Closes it. The tenant's own client knows this door, and the door knows the tenant: what is not
    /// removed is never freed.
    pub fn remove_tenant(&self, server_name: &ServerName) {
        self.tenants.write().remove(server_name);
    }

    /// Whether a server is a tenant of this process.
    pub fn hosts(&self, server_name: &ServerName) -> bool {
        self.tenants.read().contains_key(server_name)
    }

    fn tenant(&self, server_name: &ServerName) -> Option<Arc<Tenant>> {
        self.tenants.read().get(server_name).cloned()
    }

    /// The one tenant, when there is only one: whatever name it was reached by, it is meant.
    fn only_tenant(&self) -> Option<Arc<Tenant>> {
        let tenants = self.tenants.read();
        let mut all = tenants.values();
        let first = all.next().cloned();
        first.filter(|_| all.next().is_none())
    }

    /// Whether the body of a request is worth reading. If not, [`Inbound::handle`] refuses the request
    /// by its head alone.
    pub fn wants_body(&self, head: &Request) -> bool {
        size_and_rate::head(head).is_ok()
    }

    /// Whether such a body may be read now. If not, whoever sends it has to come again: they have sent too
    /// much in vain, or as much of theirs as may be is worked on.
    pub fn has_room_for_body(&self, head: &Request, bytes: usize) -> bool {
        size_and_rate::has_room(self, head, bytes)
    }

    /// Answers a request. Safe to drop at any point: what was handed to a room's lane goes on, and the
    /// peer asks again for what it got no answer to.
    pub async fn handle(&self, request: Request) -> Response {
        match self.answer(&request).await {
            Ok(response) => response,
            Err(turned_away) => {
                record::request(self, &request, &turned_away).await;
                Response::refusal(&turned_away, self.world.now())
            }
        }
    }

    async fn answer(&self, request: &Request) -> Result<Response, TurnedAway> {
        let endpoint = match size_and_rate::check(self, request)? {
            Route::Descriptor => return answer::descriptor(self, request),
            Route::Signed(endpoint) => endpoint,
        };
        let claim = headers::read(request)?;
        let tenant = destination::find(self, &claim)?;
        policy::admit(&tenant, &claim).await?;
        let key = key::find(&tenant, &claim, &endpoint).await?;
        created::check(self, &claim)?;
        proof::digest(&claim, request)?;
        proof::signature(&claim, request, &key)?;
        nonce::remember(self, &tenant, &claim, request).await?;
        let _places = size_and_rate::peer(self, &claim, request)?;
        peering::saw(&tenant, &claim.origin).await;
        let peer = &claim.origin;
        match endpoint {
            Endpoint::Send => {
                let items = items::parse(request.body.clone()).await;
                let items = items.inspect_err(|_| vain::body(self, peer, request))?;
                let weights = vain::weights(&items);
                let results = dispatch::all(&tenant, peer, items).await;
                vain::items(self, peer, request, &weights, &results);
                Ok(Response::json(ItemResult::answer(&results).canonical()))
            }
            question => {
                let answered = answer::question(&tenant, peer, question, request).await?;
                held::until_taken(self, peer, answered)
            }
        }
    }
}

impl std::fmt::Debug for Inbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenants: Vec<ServerName> = self.tenants.read().keys().cloned().collect();
        f.debug_struct("Inbound")
            .field("tenants", &tenants)
            .finish_non_exhaustive()
    }
}
