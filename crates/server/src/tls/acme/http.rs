//! Requests to the authority, by the HTTP client that the rest of the program uses: with limits on time and
//! size, no redirects, and authorities of a closed network.

use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use ::http::header::CONTENT_TYPE;
use ::http::{Method, Request, Response};
use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use reqwest::redirect::Policy;

/// What an answer may have; a chain of certificates has some 10 KiB.
const ANSWER_BYTES: usize = 1 << 20;
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// For one request and its answer. Authorities that ask others may take their time.
const REQUEST_TIME: Duration = Duration::from_secs(60);

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Http(reqwest::Client);

impl Http {
    /// With a file, its authorities (PEM) are believed beside those of the system.
    pub(super) fn new(ca_file: Option<&Path>) -> anyhow::Result<Self> {
        let authorities = match ca_file {
            Some(path) => std::fs::read(path)
                .map_err(anyhow::Error::from)
                .and_then(|pem| Ok(reqwest::Certificate::from_pem_bundle(&pem)?))
                .with_context(|| format!("tls.acme_ca_file: {}", path.display()))?,
            None => Vec::new(),
        };
        let with_system = settings().tls_certs_merge(authorities.clone()).build();
        let client = match with_system {
            // A machine without certificates, in a closed network that brings its own.
            Err(_) if !authorities.is_empty() => settings().tls_certs_only(authorities).build(),
            made => made,
        };
        let client = client.context("the client for the certificate authority cannot be made")?;
        Ok(Self(client))
    }
}

fn settings() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("scaiwave/", env!("CARGO_PKG_VERSION")))
        .https_only(true)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .connect_timeout(CONNECT_TIME)
        .timeout(REQUEST_TIME)
}

impl HttpClient for Http {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let client = self.0.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let Ok(body) = body.collect().await;
            let body = body.to_bytes();
            let asked = parts.uri.to_string();
            let method = parts.method.clone();
            let request = reqwest::Request::try_from(Request::from_parts(parts, body));
            let answer = client
                .execute(request.map_err(other)?)
                .await
                .map_err(other)?;
            let answer: Response<reqwest::Body> = answer.into();
            if !is_readable(&method, &answer) {
                let status = answer.status();
                return Err(Error::Other(format!("{asked} answered {status}").into()));
            }
            let answer = answer.map(|body| Limited::new(body, ANSWER_BYTES));
            Ok(BytesResponse::from(answer))
        })
    }
}

/// A failure is told in JSON (RFC 8555, section 6.7), and only requests that change something are answered
/// by one.
fn is_readable<B>(method: &Method, answer: &Response<B>) -> bool {
    let form = answer.headers().get(CONTENT_TYPE);
    let json = form
        .and_then(|form| form.to_str().ok())
        .is_some_and(|form| form.contains("json"));
    answer.status().is_success() || (method == Method::POST && json)
}

fn other(error: reqwest::Error) -> Error {
    Error::Other(Box::new(error))
}
