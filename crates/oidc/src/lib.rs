//! The way to an identity provider: OpenID Connect 1.0 with the authorization code flow, as one client of it.
//!
//! 1. `discovery.rs`: where the provider's endpoints are. The issuer comes from the configuration and from
//!    nowhere else.
//! 2. `authorize.rs`: the address that a browser is sent to, with state, nonce and PKCE.
//! 3. `exchange.rs`: the code for an ID token.
//! 4. `keys.rs`, `id_token.rs`: whether the provider has signed it. `claims.rs`: whether it is meant for us, now,
//!    and for this attempt.
//! 5. `userinfo.rs`: what the token leaves out. `person.rs`: who that is.
//!
//! Every answer has limits of time and size (`limits.rs`); no redirect is followed (`http.rs`).

mod authorize;
mod claims;
mod discovery;
mod exchange;
mod http;
mod id_token;
mod keys;
pub mod limits;
mod person;
mod provider;
mod settings;
mod userinfo;

pub use limits::Limits;
pub use provider::Provider;
pub use settings::{ClaimNames, NotUsable, RoleClaim, Settings, check_url};
