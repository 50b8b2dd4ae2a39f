//! Over the internet: no redirects, no proxy, no compression, nothing without a limit.

use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_ENCODING;
use reqwest::redirect::Policy;
use scaiwave_engine::RemoteError;

use super::failure;
use super::resolver::{Lookup, Resolver, is_localhost};
use super::transport::{Answer, Call, Reach};
use crate::limits;

/// One pool of connections for the whole process.
pub(super) struct Sockets {
    resolver: Resolver,
    /// Made at the first call: reading the system's certificates takes longer than all else at start.
    http: OnceLock<Result<reqwest::Client, String>>,
}

impl Sockets {
    pub(super) fn new(reach: Reach, lookup: Arc<dyn Lookup>) -> Self {
        let resolver = Resolver {
            lookup,
            allow_loopback: reach.allow_loopback,
        };
        Sockets {
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
        let body = read(response, call.answer_bytes_max).await?;
        Ok(Answer { status, body })
    }

    fn http(&self) -> Result<&reqwest::Client, RemoteError> {
        let made = self.http.get_or_init(|| build(&self.resolver));
        made.as_ref()
            .map_err(|error| RemoteError::Unreachable(error.clone()))
    }
}

/// Stops at the limit, whatever length was announced.
async fn read(mut response: reqwest::Response, bytes_max: usize) -> Result<Bytes, RemoteError> {
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

fn build(resolver: &Resolver) -> Result<reqwest::Client, String> {
    settings(resolver).build().or_else(|error| {
        // A machine without certificates can still speak to servers on itself.
        tracing::warn!(
            error = failure::root(&error),
            "no https to other servers: the system's certificates cannot be read"
        );
        let without = settings(resolver).tls_certs_only([]).build();
        without
            .map_err(|error| format!("the HTTP client cannot be made: {}", failure::root(&error)))
    })
}

fn settings(resolver: &Resolver) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("scaiwave/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .dns_resolver(resolver.clone())
        .connect_timeout(limits::CONNECT_TIMEOUT)
        .timeout(limits::REQUEST_TIMEOUT)
        .pool_idle_timeout(limits::POOL_IDLE_TIMEOUT)
        .pool_max_idle_per_host(limits::POOL_IDLE_MAX)
        .tcp_nodelay(true)
}
