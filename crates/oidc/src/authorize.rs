use scaiwave_engine::world::Challenge;
use scaiwave_protocol::{Hash, binary};
use url::Url;

use crate::settings::Settings;

/// Where a browser goes to be asked who it is (OpenID Connect Core section 3.1.2.1, RFC 7636).
pub(crate) fn address(mut endpoint: Url, settings: &Settings, challenge: &Challenge) -> String {
    let hashed = binary::encode(&Hash::of(&[challenge.verifier.as_bytes()]).0);
    endpoint
        .query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &settings.client_id)
        .append_pair("redirect_uri", &settings.redirect_uri)
        .append_pair("scope", &scope(&settings.scopes))
        .append_pair("state", &challenge.state)
        .append_pair("nonce", &challenge.nonce)
        .append_pair("code_challenge", &hashed)
        .append_pair("code_challenge_method", "S256");
    endpoint.into()
}

fn scope(scopes: &[String]) -> String {
    let mut all = vec!["openid"];
    let others = scopes.iter().map(String::as_str);
    all.extend(others.filter(|scope| *scope != "openid"));
    all.join(" ")
}
