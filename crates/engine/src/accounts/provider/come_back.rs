use scaiwave_protocol::EventId;

use super::attempts::{Attempt, ENTRIES_MAX, ENTRY_MS, Entry};
use super::enter::enter;
use super::link::link;
use super::{denied, provider};
use crate::accounts::tokens;
use crate::{ClientCode, Denial, Outcome, Tenant};

/// What a browser brings back from the provider. None of it is believed before the attempt is found.
#[derive(Clone, Copy)]
pub struct Returned<'a> {
    /// Which attempt.
    pub state: &'a str,
    /// What the provider wants redeemed.
    pub code: Option<&'a str>,
    /// Who it says it is (RFC 9207).
    pub issuer: Option<&'a str>,
    /// Its code for why there is no code.
    pub error: Option<&'a str>,
}

impl std::fmt::Debug for Returned<'_> {
    /// Never prints state and code.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Returned")
    }
}

/// Where the browser goes on, and with what.
#[derive(Clone, Debug)]
pub struct Came {
    /// A path of this host.
    pub page: String,
    /// What came of it.
    pub ended: Outcome<Ended>,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With this code the same browser finishes the login, within a minute, once.
    LoggedIn(String),
    /// The account is linked.
    Linked(EventId),
}

/// The attempt is used, whatever comes of it. An error says that there is none that this browser has begun.
pub async fn come_back(tenant: &Tenant, browser: &str, returned: Returned<'_>) -> Outcome<Came> {
    let hash = tokens::hash(browser);
    let now = tenant.world.now();
    let begun = &tenant.attempts.begun;
    let own = |attempt: &Attempt| attempt.browser == hash;
    let attempt = begun.take(returned.state, now, own).ok_or_else(|| {
        let sentence =
            "this login was begun in another browser, has been used or took too long; begin again";
        ClientCode::OidcFailed.because(sentence)
    })?;
    let page = attempt.page.clone();
    let ended = end(tenant, attempt, returned).await;
    Ok(Came { page, ended })
}

async fn end(tenant: &Tenant, attempt: Attempt, returned: Returned<'_>) -> Outcome<Ended> {
    let way = provider(tenant)?;
    if returned
        .issuer
        .is_some_and(|who| who != way.provider.issuer())
    {
        tracing::warn!(
            tenant = tenant.slug(),
            "another provider has answered a login"
        );
        return Err(failed(
            "this is not the answer of the provider that was asked",
        ));
    }
    if returned.error == Some("access_denied") {
        return Err(failed("you, or the identity provider, have said no"));
    }
    let code = returned.code.filter(|_| returned.error.is_none());
    let code = code.ok_or_else(|| failed("the identity provider has reported an error"))?;
    let vouched = way.provider.redeem(code, &attempt.challenge).await;
    let vouched = vouched.map_err(|error| denied(tenant, &error))?;
    if let Some(viewer) = attempt.links {
        return link(tenant, way, &viewer, vouched).await.map(Ended::Linked);
    }
    let (account, identity) = enter(tenant, way, vouched).await?;
    let (code, hash) = tokens::fresh(&tenant.world, "swl");
    let now = tenant.world.now();
    let entry = Entry {
        browser: attempt.browser,
        local_id: account.local_id,
        identity,
    };
    let time = (now, now + ENTRY_MS);
    let entries = &tenant.attempts.entries;
    entries.keep(super::finish::key(&hash), entry, time, ENTRIES_MAX);
    Ok(Ended::LoggedIn(code))
}

fn failed(sentence: &'static str) -> Denial {
    ClientCode::OidcFailed.because(sentence)
}
