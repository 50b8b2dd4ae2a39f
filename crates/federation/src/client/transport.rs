//! The seam under the client: everything above it, signatures included, is the same whether a server
//! is reached over a socket or is a tenant next door.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::Url;
use scaiwave_engine::doctor::Examination;
use scaiwave_engine::{RemoteError, World};
use scaiwave_protocol::ServerName;

use super::reach::Reach;
use super::resolver::Lookup;
use super::sockets::Sockets;
use super::{doctor, local};
use crate::inbound::Inbound;

/// A request on its way out, signed if it has to be.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who is asked.
    pub destination: ServerName,
    /// `GET` or `POST`.
    pub method: Method,
    /// Where.
    pub url: Url,
    /// All but those that HTTP itself needs.
    pub headers: HeaderMap,
    /// Empty for a question.
    pub body: Bytes,
    /// Bytes of an answer that we are willing to read.
    pub answer_bytes_max: usize,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Read whole.
    pub body: Bytes,
    /// The `Date` of the answer: the other clock.
    pub date: Option<HeaderValue>,
}

/// A way to other servers.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Carries a call and brings its answer, whatever its status.
    async fn carry(&self, call: Call) -> Result<Answer, RemoteError>;

    /// Walks the way to a server, for the doctor; `outside` leaves the process even for a tenant of it.
    /// A transport without a network of its own asks for the descriptor, and that is all.
    async fn examine(&self, server: &ServerName, world: &World, _outside: bool) -> Examination {
        doctor::next_door(self, server, world).await
    }
}

/// The ways of a whole process: next door, or over a socket. All tenants share its connections.
pub struct Network {
    /// Weak: the door's tenants hold their clients, and those hold this.
    inbound: Weak<Inbound>,
    sockets: Sockets,
}

impl Network {
    /// For the process behind this door.
    pub fn new(inbound: &Arc<Inbound>, reach: Reach) -> Arc<Self> {
        Self::with_lookup(inbound, reach, Arc::new(super::SystemLookup))
    }

    /// The same with another resolver.
    pub fn with_lookup(inbound: &Arc<Inbound>, reach: Reach, lookup: Arc<dyn Lookup>) -> Arc<Self> {
        Arc::new(Network {
            inbound: Arc::downgrade(inbound),
            sockets: Sockets::new(reach, lookup),
        })
    }
}

#[async_trait]
impl Transport for Network {
    async fn carry(&self, call: Call) -> Result<Answer, RemoteError> {
        let next_door = self
            .inbound
            .upgrade()
            .filter(|inbound| inbound.hosts(&call.destination));
        match next_door {
            Some(inbound) => local::carry(&inbound, call).await,
            None => self.sockets.carry(call).await,
        }
    }

    async fn examine(&self, server: &ServerName, world: &World, outside: bool) -> Examination {
        let next_door = self.inbound.upgrade();
        let next_door = next_door.is_some_and(|inbound| inbound.hosts(server));
        if next_door && !outside {
            doctor::next_door(self, server, world).await
        } else {
            doctor::walk(&self.sockets, server, world).await
        }
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network")
    }
}
