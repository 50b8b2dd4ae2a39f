use std::sync::Arc;

use async_trait::async_trait;
use scaiwave_engine::World;
use scaiwave_engine::world::{Challenge, IdentityProvider, ProviderError, Vouched};
use tokio::sync::Semaphore;

use crate::claims::{self, Expected};
use crate::discovery::Discovery;
use crate::exchange;
use crate::http::Http;
use crate::id_token::{self, Claims};
use crate::keys::Keys;
use crate::limits::{Limits, REDEEMED_AT_A_TIME};
use crate::person;
use crate::settings::{Settings, Setup};
use crate::{authorize, userinfo};

/// An identity provider, as one client of it sees it.
#[derive(Debug)]
pub struct Provider {
    setup: Setup,
    world: World,
    http: Http,
    discovery: Discovery,
    keys: Keys,
    /// A place for each code that is redeemed.
    places: Semaphore,
}

impl Provider {
    /// Nothing is asked of the provider before somebody logs in: one that is down keeps no server from
    /// starting.
    pub fn new(settings: Settings, limits: Limits, world: World) -> Arc<Self> {
        Arc::new(Provider {
            setup: Setup { settings, limits },
            world,
            http: Http::default(),
            discovery: Discovery::default(),
            keys: Keys::default(),
            places: Semaphore::new(REDEEMED_AT_A_TIME),
        })
    }

    async fn in_time<T>(
        &self,
        asked: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        let outcome = tokio::time::timeout(self.setup.limits.login, asked).await;
        outcome.unwrap_or_else(|_| {
            let sentence = "it did not answer in time";
            Err(ProviderError::Unreachable(sentence.to_owned()))
        })
    }

    async fn vouch(&self, code: &str, challenge: &Challenge) -> Result<Vouched, ProviderError> {
        let (setup, http, world) = (&self.setup, &self.http, &self.world);
        let settings = &setup.settings;
        let endpoints = self.discovery.endpoints(setup, http, world).await?;
        let tokens = exchange::redeem(setup, http, &endpoints, code, challenge).await?;
        let keys = (&self.keys, &endpoints.keys);
        let token = id_token::verify((setup, http, world), keys, &tokens.id_token).await?;
        let expected = Expected {
            issuer: &settings.issuer,
            client_id: &settings.client_id,
            nonce: &challenge.nonce,
            now: world.now() as f64 / 1000.0,
        };
        let subject = claims::check(&token, expected)?;
        let names = &settings.claims;
        let more = match (&endpoints.userinfo, &tokens.access_token) {
            (Some(url), Some(access)) if person::lacks_any(&token, names) => {
                userinfo::ask(setup, http, url.clone(), access, &subject).await?
            }
            _ => Claims::new(),
        };
        let said = (&token, &more);
        Ok(person::person(&settings.issuer, subject, names, said))
    }
}

#[async_trait]
impl IdentityProvider for Provider {
    fn issuer(&self) -> &str {
        &self.setup.settings.issuer
    }

    fn redirect_uri(&self) -> &str {
        &self.setup.settings.redirect_uri
    }

    async fn address(&self, challenge: &Challenge) -> Result<String, ProviderError> {
        let endpoints = self
            .discovery
            .endpoints(&self.setup, &self.http, &self.world);
        let endpoint = self.in_time(endpoints).await?.authorization.clone();
        Ok(authorize::address(
            endpoint,
            &self.setup.settings,
            challenge,
        ))
    }

    async fn redeem(&self, code: &str, challenge: &Challenge) -> Result<Vouched, ProviderError> {
        let place = self.places.try_acquire();
        let _place = place.map_err(|_| ProviderError::Busy)?;
        self.in_time(self.vouch(code, challenge)).await
    }
}
