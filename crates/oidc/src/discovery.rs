//! Where the provider's endpoints are (OpenID Connect Discovery 1.0).

use scaiwave_engine::World;
use scaiwave_engine::world::ProviderError;
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

use crate::http::Http;
use crate::limits::{AFTER_FAILURE_MS, BELIEVED_MS, DOCUMENT_BYTES_MAX};
use crate::settings::Setup;

/// What of the document is used.
#[derive(Clone, Debug)]
pub(crate) struct Endpoints {
    pub(crate) authorization: Url,
    pub(crate) token: Url,
    pub(crate) keys: Url,
    pub(crate) userinfo: Option<Url>,
    /// Whether the secret goes into the body: the provider takes no other way.
    pub(crate) secret_in_body: bool,
}

/// As the provider writes it.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// The document as last read. Held while it is read, so that it is read once for all who wait.
#[derive(Debug, Default)]
pub(crate) struct Discovery(Mutex<Option<Known>>);

/// What came of reading it.
#[derive(Debug)]
struct Known {
    outcome: Result<Arc<Endpoints>, ProviderError>,
    /// When (ms).
    at: u64,
}

impl Discovery {
    /// The endpoints, read again when they are old.
    pub(crate) async fn endpoints(
        &self,
        setup: &Setup,
        http: &Http,
        world: &World,
    ) -> Result<Arc<Endpoints>, ProviderError> {
        let mut known = self.0.lock().await;
        if let Some(known) = &*known
            && world.now().abs_diff(known.at) < known.holds_ms()
        {
            return known.outcome.clone();
        }
        let outcome = read(setup, http).await.map(Arc::new);
        *known = Some(Known {
            outcome: outcome.clone(),
            at: world.now(),
        });
        outcome
    }
}

impl Known {
    fn holds_ms(&self) -> u64 {
        match self.outcome {
            Ok(_) => BELIEVED_MS,
            Err(_) => AFTER_FAILURE_MS,
        }
    }
}

async fn read(setup: &Setup, http: &Http) -> Result<Endpoints, ProviderError> {
    let issuer = &setup.settings.issuer;
    let address = format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    );
    let wrong = |sentence: &str| ProviderError::NotBelieved(sentence.to_owned());
    let url = address.parse();
    let url = url.map_err(|_| wrong("its issuer is not an address"))?;
    let answer = http.get(setup, url, None, DOCUMENT_BYTES_MAX).await?;
    if !answer.status.is_success() {
        let sentence = format!("its discovery document answers {}", answer.status);
        return Err(ProviderError::Unreachable(sentence));
    }
    let document: Document = serde_json::from_slice(&answer.body)
        .map_err(|_| wrong("its discovery document has another form"))?;
    // Section 4.3: or whoever can write at one address could speak for another.
    if document.issuer != *issuer {
        return Err(wrong("its discovery document is of another issuer"));
    }
    let endpoint = |text: &str| {
        let url = setup.settings.endpoint(text);
        url.ok_or_else(|| wrong("one of its endpoints is neither https nor on this machine"))
    };
    let methods = document.token_endpoint_auth_methods_supported;
    // Left out, it means `client_secret_basic` (section 3).
    let takes = |method: &str| {
        let methods = methods.as_ref();
        methods.is_some_and(|methods| methods.iter().any(|known| known == method))
    };
    Ok(Endpoints {
        authorization: endpoint(&document.authorization_endpoint)?,
        token: endpoint(&document.token_endpoint)?,
        keys: endpoint(&document.jwks_uri)?,
        userinfo: document
            .userinfo_endpoint
            .as_deref()
            .map(endpoint)
            .transpose()?,
        secret_in_body: takes("client_secret_post") && !takes("client_secret_basic"),
    })
}
