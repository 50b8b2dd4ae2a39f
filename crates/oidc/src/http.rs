//! Requests to the provider, by the HTTP client that the rest of the program uses: with limits on time and size,
//! no redirects, no proxy.

use std::sync::OnceLock;

use http::{HeaderValue, StatusCode, header};
use reqwest::redirect::Policy;
use reqwest::{Certificate, RequestBuilder};
use scaiwave_engine::world::ProviderError;
use url::Url;

use crate::limits::Limits;
use crate::settings::Setup;

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

#[derive(Debug, Default)]
pub(crate) struct Http {
    /// Made at the first call: reading the system's certificates takes longer than all else at start.
    made: OnceLock<Result<reqwest::Client, String>>,
}

/// An answer that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
}

impl Http {
    pub(crate) async fn get(
        &self,
        setup: &Setup,
        url: Url,
        token: Option<&str>,
        bytes_max: usize,
    ) -> Result<Answer, ProviderError> {
        let mut request = self.client(setup)?.get(url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        carry(request, bytes_max).await
    }

    /// `authorization` as it stands in the header, marked as a secret.
    pub(crate) async fn post(
        &self,
        setup: &Setup,
        url: Url,
        form: String,
        authorization: Option<HeaderValue>,
        bytes_max: usize,
    ) -> Result<Answer, ProviderError> {
        let mut request = self.client(setup)?.post(url).body(form);
        request = request.header(header::CONTENT_TYPE, FORM);
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        carry(request, bytes_max).await
    }

    fn client(&self, setup: &Setup) -> Result<&reqwest::Client, ProviderError> {
        let made = self.made.get_or_init(|| make(setup));
        made.as_ref()
            .map_err(|error| ProviderError::Unreachable(error.clone()))
    }
}

fn make(setup: &Setup) -> Result<reqwest::Client, String> {
    let pem = setup.settings.authorities.as_deref().unwrap_or_default();
    let authorities = Certificate::from_pem_bundle(pem).map_err(|error| error.to_string())?;
    let with_system = begin(setup.limits).tls_certs_merge(authorities.clone());
    let client = match with_system.build() {
        // A machine without certificates, in a closed network that brings its own.
        Err(_) if !authorities.is_empty() => {
            begin(setup.limits).tls_certs_only(authorities).build()
        }
        made => made,
    };
    client.map_err(|error| error.to_string())
}

fn begin(limits: Limits) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("scaiwave/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .connect_timeout(limits.connect)
        .timeout(limits.request)
}

async fn carry(request: RequestBuilder, bytes_max: usize) -> Result<Answer, ProviderError> {
    let sent = request.header(header::ACCEPT, JSON).send().await;
    let mut response = sent.map_err(|error| unreachable(&error))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| unreachable(&error))?
    {
        if body.len() + chunk.len() > bytes_max {
            let sentence = format!("its answer has more than {bytes_max} bytes");
            return Err(ProviderError::Unreachable(sentence));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body })
}

/// With all causes, and without the address: what is asked may have secrets in it.
fn unreachable(error: &reqwest::Error) -> ProviderError {
    let kind = if error.is_timeout() {
        "it did not answer in time"
    } else if error.is_connect() {
        "it cannot be reached"
    } else {
        "its answer cannot be read"
    };
    let mut sentence = kind.to_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        sentence.push_str(": ");
        sentence.push_str(&error.to_string());
        cause = error.source();
    }
    ProviderError::Unreachable(sentence)
}
