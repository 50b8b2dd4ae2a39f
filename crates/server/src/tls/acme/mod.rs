//! A certificate that this process gets by itself and renews, from an authority that speaks ACME
//! (RFC 8555).
//!
//! Once a minute, and on SIGHUP:
//!
//! 1. *Due?* Nothing to do while the certificate has a good part of its life before it (`calendar.rs`).
//! 2. *Account.* The one that was kept, or a new one (`account.rs`).
//! 3. *Proof.* For each name a certificate that only this authority asks for, shown on the port that
//!    serves all else: tls-alpn-01 (RFC 8737; `order.rs`, `shown.rs`).
//! 4. *Show.* The new certificate is shown to whoever connects from now on, and kept for the next start
//!    (`cache.rs`).
//!
//! When one of them fails, the certificate from before stays in use, the log says why, and the next try
//! waits longer than the last one did: authorities count failures.

mod account;
mod cache;
mod calendar;
mod http;
mod order;
mod pair;
mod shown;

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use scaiwave_engine::World;
use tokio::signal::unix::Signal;

use crate::config;
use cache::{Cache, Kept};
use http::Http;
use pair::Pair;
use shown::Shown;

/// How often the certificate's age is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What is needed to have a certificate at all times.
pub(crate) struct Acme {
    settings: config::Acme,
    world: World,
    http: Http,
    cache: Cache,
    shown: Arc<Shown>,
}

impl Acme {
    /// Reads what was kept. Fails on what waiting does not mend: a directory that cannot be written,
    /// authorities that cannot be read.
    pub(crate) fn open(settings: config::Acme, world: World) -> anyhow::Result<Self> {
        let cache = Cache::open(&settings.cache)?;
        let shown = Arc::<Shown>::default();
        if let Some(kept) = cache.certificate(&settings.directory, &settings.domains)? {
            let pair = Pair::read(&kept.chain, &kept.key).context(cache.unusable())?;
            shown.show(pair);
        }
        Ok(Self {
            http: Http::new(settings.ca_file.as_deref())?,
            settings,
            world,
            cache,
            shown,
        })
    }

    /// What is shown to those who connect. Until there is a certificate their handshakes fail.
    pub(crate) fn shown(&self) -> Arc<Shown> {
        self.shown.clone()
    }

    /// Renews the certificate for as long as this is polled.
    pub(crate) async fn keep(self, mut hang_up: Signal) {
        let mut failures = 0;
        loop {
            if self.is_due() {
                failures = match self.renew().await {
                    Ok(()) => 0,
                    Err(error) => {
                        let failures = failures + 1;
                        self.complain(&error, failures);
                        failures
                    }
                };
            }
            let pause = match failures {
                0 => LOOK_EVERY,
                failures => calendar::pause_after(failures),
            };
            tokio::select! {
                _ = hang_up.recv() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    fn is_due(&self) -> bool {
        let life = self.shown.life();
        life.is_none_or(|life| life.is_due(self.world.now()))
    }

    async fn renew(&self) -> anyhow::Result<()> {
        let account = account::open(&self.settings, &self.http, &self.cache).await?;
        let obtained = order::obtain(&account, &self.settings.domains, &self.shown).await;
        self.shown.clear_proofs();
        let (chain, key) = match obtained {
            Ok(obtained) => obtained,
            Err(error) => {
                if account::is_forgotten(&error) {
                    self.cache.forget_account()?;
                }
                return Err(error);
            }
        };
        let pair = Pair::read(&chain, &key).context("the authority's certificate is unusable")?;
        let life = pair.life;
        let until = UNIX_EPOCH + Duration::from_millis(life.until);
        self.shown.show(pair);
        tracing::info!(
            domains = self.settings.domains.join(", "),
            until = %httpdate::fmt_http_date(until),
            "there is a new certificate"
        );
        self.keep_for_next_start(chain, key);
        if life.is_due(self.world.now()) {
            // Ordering one after the other would not make them younger.
            bail!("the new certificate is due already: is this machine's clock right?");
        }
        Ok(())
    }

    /// A certificate that cannot be kept is as good as any until the process ends.
    fn keep_for_next_start(&self, chain: String, key: String) {
        let kept = self.cache.keep(&Kept {
            directory: self.settings.directory.clone(),
            domains: self.settings.domains.clone(),
            chain,
            key,
        });
        if let Err(error) = kept {
            tracing::error!(
                error = format!("{error:#}"),
                "the new certificate cannot be kept: the next start will order another one"
            );
        }
    }

    fn complain(&self, error: &anyhow::Error, failures: u32) {
        tracing::error!(
            error = format!("{error:#}"),
            directory = self.settings.directory,
            shown = self.shown.life().is_some(),
            seconds = calendar::pause_after(failures).as_secs(),
            "the certificate could not be renewed: the next try follows after these seconds, or on SIGHUP"
        );
    }
}
