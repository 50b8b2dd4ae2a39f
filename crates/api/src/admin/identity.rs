use scaiwave_engine::keyring::KeyView;
use scaiwave_engine::peering;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::Admin;
use crate::failure::Administering;
use crate::shape::Time;

/// Who this server is to others.
#[derive(Serialize, ToSchema)]
#[schema(as = FederationIdentity)]
struct IdentityJson<'a> {
    /// The name.
    server_name: &'a str,
    /// The newest key, by which others know this server. It signs from a day after it was made; `keys` says
    /// which one signs now.
    public_key: &'a str,
    /// Its id.
    key_id: &'a str,
    /// Its fingerprint, to be read aloud to the other admin.
    fingerprint_words: &'a str,
    /// All keys, oldest first.
    keys: Vec<KeyJson<'a>>,
}

/// One key.
#[derive(Serialize, ToSchema)]
#[schema(as = FederationKey)]
pub(super) struct KeyJson<'a> {
    /// Its id.
    key_id: &'a str,
    /// The public half.
    public_key: &'a str,
    /// Its fingerprint, to be read aloud to the other admin.
    fingerprint_words: &'a str,
    /// Whether it is the one that signs now.
    signing: bool,
    /// From when on others accept it.
    #[schema(value_type = String, format = DateTime)]
    valid_from: Time,
    /// Until when others accept it.
    #[schema(value_type = String, format = DateTime)]
    valid_until: Time,
    /// Since when others must not accept it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Time>,
}

impl<'a> KeyJson<'a> {
    pub(super) fn of(view: &'a KeyView) -> Self {
        KeyJson {
            key_id: &view.key_id,
            public_key: &view.public_key,
            fingerprint_words: &view.fingerprint_words,
            signing: view.signing,
            valid_from: view.valid_from.into(),
            valid_until: view.valid_until.into(),
            revoked_at: view.revoked_at.map(Time::from),
        }
    }
}

/// The name and keys by which other servers know this one.
#[utoipa::path(
    get,
    path = "/v1/admin/federation/identity",
    tag = "admin",
    responses((status = 200, body = inline(Success<IdentityJson<'static>>)), Administering)
)]
pub(crate) async fn federation_identity(Admin(caller): Admin) -> Answer {
    let identity = peering::identity(&caller.tenant, &caller.viewer)?;
    data(IdentityJson {
        server_name: identity.server_name.as_str(),
        public_key: &identity.public_key,
        key_id: &identity.key_id,
        fingerprint_words: &identity.fingerprint_words,
        keys: identity.keys.iter().map(KeyJson::of).collect(),
    })
}
