//! What the provider says beside the ID token (OpenID Connect Core section 5.3).

use scaiwave_engine::world::ProviderError;
use serde_json::Value;
use url::Url;

use crate::http::Http;
use crate::id_token::Claims;
use crate::limits::TOKENS_BYTES_MAX;
use crate::settings::Setup;

/// What it says of this subject.
pub(crate) async fn ask(
    setup: &Setup,
    http: &Http,
    url: Url,
    access_token: &str,
    subject: &str,
) -> Result<Claims, ProviderError> {
    let answer = http.get(setup, url, Some(access_token), TOKENS_BYTES_MAX);
    let answer = answer.await?;
    if !answer.status.is_success() {
        let sentence = format!("the userinfo endpoint answers {}", answer.status);
        return Err(ProviderError::Unreachable(sentence));
    }
    let wrong = |sentence: &str| ProviderError::NotBelieved(sentence.to_owned());
    let claims: Claims = serde_json::from_slice(&answer.body)
        .map_err(|_| wrong("its userinfo has another form; signed ones are not read"))?;
    // Section 5.3.2: or one person's token would bring another's name.
    if claims.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(wrong("its userinfo is about somebody else"));
    }
    Ok(claims)
}
