//! Over the internet: no redirects, no proxy, no compression, nothing without a limit.

use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, DATE};
use reqwest::redirect::Policy;
use scaiwave_engine::RemoteError;

use super::failure;
use super::reach::Reach;
use super::resolver::{Lookup, Resolver, is_localhost};
use super::transport::{Answer, Call};
use crate::limits;

/// One pool of connections for the whole process.
pub(super) struct Sockets {
    pub(super) reach: Arc<Reach>,
    pub(super) resolver: Resolver,
    /// Made at the first call: reading the system's certificates takes longer than all else at start.
    http: OnceLock<Result<reqwest::Client, String>>,
}

impl Sockets {
    pub(super) fn new(reach: Reach, lookup: Arc<dyn Lookup>) -> Self {
        let reach = Arc::new(reach);
        let resolver = Resolver {
            lookup,
            reach: Arc::clone(&reach),
        };
        Sockets {
            reach,
            resolver,
            http: OnceLock::new(),
        }
    }

    pub(super) async fn carry(&self, call: Call) -> Result<Answer, RemoteError> {
        // The second lock on the door: plain http is for this machine, whatever made the URL.
        if call.url.scheme() != "https" && !call.url.host_str().is_some_and(is_localhost) {
            return Err(RemoteError::Nonsense(
                "only servers on this machine are asked over http".to_owned(),
            ));
        }
        let sent = self
            .http()?
            .request(call.method, call.url)
            .headers(call.headers)
            .body(call.body)
            .send()
            .await;
        let response = sent.map_err(|error| failure::of_sending(&error))?;
        let status = response.status();
        if response.headers().contains_key(CONTENT_ENCODING) {
            return Err(RemoteError::Nonsense("the answer is compressed".to_owned()));
        }
        let date = response.headers().get(DATE).cloned();
        let body = read(response, call.answer_bytes_max).await?;
        Ok(Answer { status, body, date })
    }

    fn http(&self) -> Result<&reqwest::Client, RemoteError> {
        let made = self.http.get_or_init(|| self.build(|settings| settings));
        made.as_ref()
            .map_err(|error| RemoteError::Unreachable(error.clone()))
    }

    /// A client that shares no connection with others and tells whose certificate it saw.
    pub(super) fn fresh(&self) -> Result<reqwest::Client, String> {
        let time = self.reach.request_timeout.min(limits::DOCTOR_TIMEOUT);
        self.build(|settings| {
            settings
                .tls_info(true)
                .pool_max_idle_per_host(0)
                .timeout(time)
        })
    }

    fn build(
        &self,
        change: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<reqwest::Client, String> {
        let own = || self.reach.authorities.iter().map(|known| known.0.clone());
        let with_system = change(self.settings()).tls_certs_merge(own()).build();
        with_system.or_else(|error| {
            // A machine without certificates can still speak to servers on itself, and to those for
            // which the configuration brings its own.
            tracing::warn!(
                error = failure::root(&error),
                "the system's certificates cannot be read: no https to servers that they vouch for"
            );
            let without = change(self.settings()).tls_certs_only(own()).build();
            without.map_err(|error| {
                format!("the HTTP client cannot be made: {}", failure::root(&error))
            })
        })
    }

    fn settings(&self) -> reqwest::ClientBuilder {
        reqwest::Client::builder()
            .user_agent(concat!("scaiwave/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            .dns_resolver(self.resolver.clone())
            .connect_timeout(self.reach.connect_timeout)
            .timeout(self.reach.request_timeout)
            .pool_idle_timeout(limits::POOL_IDLE_TIMEOUT)
            .pool_max_idle_per_host(limits::POOL_IDLE_MAX)
            .tcp_nodelay(true)
    }
}

/// Stops at the limit, whatever length was announced.
pub(super) async fn read(
    mut response: reqwest::Response,
    bytes_max: usize,
) -> Result<Bytes, RemoteError> {
    let too_large =
        || RemoteError::Nonsense(format!("the answer is larger than {bytes_max} bytes"));
    if response
        .content_length()
        .is_some_and(|length| length > bytes_max as u64)
    {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| failure::of_reading(&error))?
    {
        if body.len() + chunk.len() > bytes_max {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
