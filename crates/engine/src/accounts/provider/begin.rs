use scaiwave_protocol::binary;

use super::attempts::{ATTEMPT_MS, ATTEMPTS_MAX, Attempt};
use super::identities::must_have_room;
use super::{denied, page, provider};
use crate::accounts::proof::must_know;
use crate::accounts::{Viewer, tokens};
use crate::world::Challenge;
use crate::{Outcome, Tenant};

/// What a browser gets to go to the provider with.
#[derive(Clone)]
pub struct Begun {
    /// Where it goes.
    pub address: String,
    /// What it must show when it is back; for a cookie that no script reads.
    pub browser: String,
    /// Seconds until all of it is over.
    pub expires_in_s: u64,
}

impl std::fmt::Debug for Begun {
    /// Never prints the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Begun")
    }
}

/// Begins a login; afterwards the browser goes on at `page`, a path of this host.
pub async fn begin_login(tenant: &Tenant, page: Option<&str>) -> Outcome<Begun> {
    begin(tenant, page, None).await
}

/// Begins to link the viewer's account to the one that they have at the provider. Whoever does so shows once
/// more that the account is theirs.
pub async fn begin_link(
    tenant: &Tenant,
    viewer: &Viewer,
    password: String,
    page: Option<&str>,
) -> Outcome<Begun> {
    must_know(tenant, viewer, password).await?;
    must_have_room(tenant, &viewer.local_id).await?;
    begin(tenant, page, Some(viewer.clone())).await
}

async fn begin(tenant: &Tenant, page: Option<&str>, links: Option<Viewer>) -> Outcome<Begun> {
    let way = provider(tenant)?;
    let page = page::checked(page)?;
    let secret = || binary::encode(&tenant.world.random::<32>());
    let challenge = Challenge {
        state: secret(),
        nonce: secret(),
        verifier: secret(),
    };
    let address = way.provider.address(&challenge).await;
    let address = address.map_err(|error| denied(tenant, &error))?;
    let (browser, hash) = tokens::fresh(&tenant.world, "swb");
    let now = tenant.world.now();
    let state = challenge.state.clone();
    let attempt = Attempt {
        browser: hash,
        challenge,
        page,
        links,
    };
    let time = (now, now + ATTEMPT_MS);
    let begun = &tenant.attempts.begun;
    begun.keep(state, attempt, time, ATTEMPTS_MAX);
    Ok(Begun {
        address,
        browser,
        expires_in_s: ATTEMPT_MS / 1000,
    })
}
