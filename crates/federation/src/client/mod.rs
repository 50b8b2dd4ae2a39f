//! The one client for everything that we ask of other servers (protocol section 6, "Outbound").
//!
//! It finds the endpoint, signs, sends, and reads the answer within limits. What carries the request is
//! a [`Transport`]: a socket, or the inbound function of this process for a tenant next door.

mod addresses;
mod doctor;
mod endpoints;
mod failure;
mod local;
mod place;
mod reach;
mod resolver;
mod sockets;
mod transport;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use reqwest::Url;
use scaiwave_engine::doctor::Examination;
use scaiwave_engine::keyring::Keyring;
use scaiwave_engine::world::BackfillFrom;
use scaiwave_engine::{Remote, RemoteError, World};
use scaiwave_protocol::descriptor::{Descriptor, WELL_KNOWN_PATH};
use scaiwave_protocol::json::parse_body;
use scaiwave_protocol::limits::{ANSWER_BYTES_MAX, DESCRIPTOR_BYTES_MAX};
use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::request::{Target, sign};
use scaiwave_protocol::wire::{Backfill, ItemResult, Profile, path};
use scaiwave_protocol::{Code, Fqid, Malformed, RoomId, ServerName};

pub use reach::{Authority, NoAuthority, NotPrivate, PrivateRange, Reach};
pub use resolver::{Lookup, SystemLookup};
pub use transport::{Answer, Call, Network, Transport};

use crate::limits::PARSE_INLINE_BYTES_MAX;
use endpoints::Known;

/// A tenant's way to other servers.
pub struct Client {
    /// Signs, and says whose client this is: the origin of every request.
    keyring: Arc<Keyring>,
    /// For `created` and nonces.
    world: World,
    transport: Arc<dyn Transport>,
    endpoints: Known,
}

/// A signed question or message, before it is signed.
struct Asked<'a> {
    server: &'a ServerName,
    /// By its name in descriptors.
    endpoint: &'static str,
    /// What stands in its address, by name.
    about: Option<(&'static str, &'a str)>,
    query: Option<String>,
    method: Method,
    body: Bytes,
}

impl Client {
    /// A client that signs with this keyring; the transport is usually the process's [`Network`].
    pub fn new(keyring: Arc<Keyring>, world: World, transport: Arc<dyn Transport>) -> Arc<Self> {
        Arc::new(Client {
            keyring,
            world,
            transport,
            endpoints: Known::new(),
        })
    }

    /// Asks, and signs anew once if the peer says that our signature is of another time: it began to
    /// listen after we signed, or this machine slept in between.
    async fn ask(&self, asked: Asked<'_>) -> Result<Bytes, RemoteError> {
        let url = self.url(&asked).await.map_err(at(asked.endpoint))?;
        let first = self.ask_once(&asked, &url).await;
        let outcome = match first {
            Err(RemoteError::Refused(refusal))
                if matches!(refusal.code, Code::Replay | Code::ClockSkew) =>
            {
                self.ask_once(&asked, &url).await
            }
            outcome => outcome,
        };
        outcome.map_err(at(asked.endpoint))
    }

    async fn ask_once(&self, asked: &Asked<'_>, url: &Url) -> Result<Bytes, RemoteError> {
        let answer = self.transport.carry(self.signed(asked, url)).await?;
        match answer.status {
            StatusCode::OK => return Ok(answer.body),
            // The endpoint may have moved: the next try reads the descriptor anew.
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::GONE => {
                self.endpoints.forget(asked.server);
            }
            _ => {}
        }
        Err(failure::of_answer(&answer, self.world.now()))
    }

    /// Every try has its own time and nonce.
    fn signed(&self, asked: &Asked<'_>, url: &Url) -> Call {
        let target = Target {
            method: asked.method.as_str(),
            path: url.path(),
            query: url.query().unwrap_or_default(),
        };
        let created = self.world.now() / 1000;
        let nonce = self.world.random();
        let origin = self.keyring.server_name();
        let signer = self.keyring.signer();
        let signed = sign(
            target,
            &asked.body,
            origin,
            asked.server,
            created,
            nonce,
            &*signer,
        );
        let mut headers = HeaderMap::with_capacity(6);
        for (name, value) in signed.0 {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        if asked.method == Method::POST {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Call {
            destination: asked.server.clone(),
            method: asked.method.clone(),
            url: url.clone(),
            headers,
            body: asked.body.clone(),
            answer_bytes_max: ANSWER_BYTES_MAX,
        }
    }

    async fn url(&self, asked: &Asked<'_>) -> Result<Url, RemoteError> {
        let endpoints = match self.endpoints.get(asked.server) {
            Some(endpoints) => endpoints,
            None => self
                .endpoints
                .remember(&self.fetch_descriptor(asked.server).await?),
        };
        let template = endpoints.get(asked.endpoint).ok_or_else(|| {
            RemoteError::Nonsense(
                "the server's descriptor does not announce this endpoint".to_owned(),
            )
        })?;
        let filled = match asked.about {
            Some((name, value)) => path::fill(template, name, value),
            None => template.clone(),
        };
        let mut url = place::endpoint(&place::base(asked.server)?, &filled)?;
        url.set_query(asked.query.as_deref());
        Ok(url)
    }

    async fn fetch_descriptor(&self, server: &ServerName) -> Result<Descriptor, RemoteError> {
        let call = Call {
            destination: server.clone(),
            method: Method::GET,
            url: place::endpoint(&place::base(server)?, WELL_KNOWN_PATH)?,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            answer_bytes_max: DESCRIPTOR_BYTES_MAX,
        };
        let answer = self.transport.carry(call).await?;
        if answer.status != StatusCode::OK {
            return Err(failure::of_answer(&answer, self.world.now()));
        }
        let descriptor = parse_body(&answer.body)
            .and_then(Descriptor::parse)
            .map_err(nonsense)?;
        if descriptor.server_name() != server {
            return Err(RemoteError::Nonsense(
                "the descriptor is another server's".to_owned(),
            ));
        }
        Ok(descriptor)
    }
}

#[async_trait]
impl Remote for Client {
    async fn descriptor(&self, server: &ServerName) -> Result<Descriptor, RemoteError> {
        let descriptor = self
            .fetch_descriptor(server)
            .await
            .map_err(at("descriptor"))?;
        self.endpoints.remember(&descriptor);
        Ok(descriptor)
    }

    async fn examine(&self, server: &ServerName) -> Examination {
        let outside = server == self.keyring.server_name();
        self.transport.examine(server, &self.world, outside).await
    }

    async fn snapshot(&self, host: &ServerName, room_id: &RoomId) -> Result<Snapshot, RemoteError> {
        let asked = Asked::question(host, "snapshot", room_id, None);
        read(self.ask(asked).await?, |body| {
            Snapshot::parse(parse_body(body)?)
        })
        .await
    }

    async fn backfill(
        &self,
        server: &ServerName,
        room_id: &RoomId,
        from: BackfillFrom,
        limit: u64,
    ) -> Result<Backfill, RemoteError> {
        let query = match from {
            BackfillFrom::After(seq) => format!("after={seq}&limit={limit}"),
            BackfillFrom::Before(seq) => format!("before={seq}&limit={limit}"),
        };
        let asked = Asked::question(server, "backfill", room_id, Some(query));
        read(self.ask(asked).await?, |body| {
            Backfill::parse(parse_body(body)?)
        })
        .await
    }

    async fn profile(&self, participant: &Fqid) -> Result<Profile, RemoteError> {
        let asked = Asked {
            about: Some(("local_id", participant.local())),
            ..Asked::of(participant.server(), "profile", None)
        };
        let profile = read(self.ask(asked).await?, |body| {
            Profile::parse(parse_body(body)?)
        })
        .await?;
        if profile.fqid != *participant {
            let sentence = "profile: the answer is about somebody else";
            return Err(RemoteError::Nonsense(sentence.to_owned()));
        }
        Ok(profile)
    }

    async fn send(
        &self,
        server: &ServerName,
        body: Vec<u8>,
        items: usize,
    ) -> Result<Vec<ItemResult>, RemoteError> {
        let asked = Asked {
            server,
            endpoint: "send",
            about: None,
            query: None,
            method: Method::POST,
            body: body.into(),
        };
        read(self.ask(asked).await?, move |body| {
            ItemResult::parse_answer(body, items)
        })
        .await
    }
}

impl<'a> Asked<'a> {
    fn question(
        server: &'a ServerName,
        endpoint: &'static str,
        room_id: &'a RoomId,
        query: Option<String>,
    ) -> Self {
        Asked {
            about: Some(("room_id", room_id.as_str())),
            ..Asked::of(server, endpoint, query)
        }
    }

    fn of(server: &'a ServerName, endpoint: &'static str, query: Option<String>) -> Self {
        Asked {
            server,
            endpoint,
            about: None,
            query,
            method: Method::GET,
            body: Bytes::new(),
        }
    }
}

/// Reads an answer; a large one off the async threads.
async fn read<T: Send + 'static>(
    body: Bytes,
    parse: impl FnOnce(&[u8]) -> Result<T, Malformed> + Send + 'static,
) -> Result<T, RemoteError> {
    let parsed = if body.len() <= PARSE_INLINE_BYTES_MAX {
        parse(&body)
    } else {
        tokio::task::spawn_blocking(move || parse(&body))
            .await
            .unwrap_or_else(|_| Err(Malformed::new("the answer could not be read")))
    };
    parsed.map_err(nonsense)
}

fn nonsense(Malformed(sentence): Malformed) -> RemoteError {
    RemoteError::Nonsense(format!("the answer is not of this protocol: {sentence}"))
}

/// Says what was asked for when it failed; a refusal speaks for itself.
fn at(what: &'static str) -> impl FnOnce(RemoteError) -> RemoteError {
    move |error| match error {
        RemoteError::Unreachable(sentence) => {
            RemoteError::Unreachable(format!("{what}: {sentence}"))
        }
        RemoteError::Nonsense(sentence) => RemoteError::Nonsense(format!("{what}: {sentence}")),
        refused @ RemoteError::Refused(_) => refused,
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("server_name", self.keyring.server_name())
            .finish_non_exhaustive()
    }
}
