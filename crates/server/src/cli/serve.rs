use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::middleware::from_fn_with_state;
use rustls::ServerConfig;
use scaiwave_api::{ApiState, Operator};
use scaiwave_engine::{Tenant, World, upkeep};
use scaiwave_federation::Supervisor;
use scaiwave_store_sqlite::{Options, WatchWrites};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accept;
use crate::assembly::Assembly;
use crate::cli::output;
use crate::config::{Config, Tls};
use crate::first_run;
use crate::health;
use crate::metrics::{self, Metrics, Sources};
use crate::only_server;
use crate::tenancy::OfThisProcess;
use crate::tls;

/// How often the server looks for tenants that a command has made meanwhile.
const TENANTS_EVERY: Duration = Duration::from_secs(2);
/// How often a tenant looks whether something is due by the calendar.
const UPKEEP_EVERY: Duration = Duration::from_secs(60);

/// A write to the disk failed, and no later one would be believed.
#[derive(Debug, thiserror::Error)]
#[error(
    "the disk failed, and what is on it is unknown until the next start: look at the disk (`dmesg`), then start again"
)]
pub(crate) struct DiskFailed;

/// Nothing here: what a server does stands in its configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Serves all tenants until the process is told to end.
pub(crate) async fn run(config: &Config, _args: &Args) -> anyhow::Result<()> {
    let listen = config.server.listen;
    let watcher = Watcher::bind(config).await?;
    let watch = watcher
        .as_ref()
        .map(|watcher| -> Arc<dyn WatchWrites> { watcher.metrics.writes() });
    let disk_failed = Arc::new(Notify::new());
    let options = Options {
        watch,
        disk_failed: Some(disk_failed.clone()),
        ..Options::default()
    };
    let assembly = Arc::new(Assembly::with(config, options)?);
    let _alone = only_server::hold(&config.db.directory)?;
    if let Some(name) = &config.server.name {
        assembly.ensure_default(name).await?;
    }
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("{listen} cannot be listened on; is another server running there?")
    })?;
    let shutdown = CancellationToken::new();
    let tasks = TaskTracker::new();
    let tenants = assembly.open_tenants().await?;
    let names: Vec<String> = tenants
        .iter()
        .map(|tenant| tenant.server_name().to_string())
        .collect();
    tenants
        .into_iter()
        .for_each(|tenant| look_after(&tasks, tenant, &shutdown));
    tasks.spawn(find_tenants(
        assembly.clone(),
        tasks.clone(),
        shutdown.clone(),
    ));

    let mut state = ApiState::new(
        assembly.directory(),
        assembly.world.clone(),
        shutdown.clone(),
    );
    let tenancy = OfThisProcess {
        assembly: assembly.clone(),
        look_after: Arc::new({
            let (tasks, shutdown) = (tasks.clone(), shutdown.clone());
            move |tenant| look_after(&tasks, tenant, &shutdown)
        }),
    };
    if let Some(token) = &config.operator.token {
        state = state.with_operator(Operator::new(token, tenancy.clone()));
    }
    let mut setup_code = None;
    if let Some((setup, code)) = first_run::begin(tenancy).await? {
        state = state.with_setup(setup);
        setup_code = Some(code);
    }
    let federation =
        scaiwave_federation::http::router(assembly.inbound.clone(), Default::default());
    let health = health::router(assembly.directory(), shutdown.clone());
    let mut router = scaiwave_api::router(state.clone())
        .merge(federation)
        .merge(health.clone())
        .merge(scaiwave_web::router());
    // Watched until all else has ended, so that a drain can be watched too.
    let watched = CancellationToken::new();
    if let Some(watcher) = watcher {
        router = router.layer(from_fn_with_state(watcher.metrics.clone(), metrics::count));
        let sources = Sources {
            directory: assembly.directory(),
            api: state.clone(),
            data: config.db.directory.clone(),
        };
        tasks.spawn(watcher.serve(sources, health, watched.clone()));
    }
    tasks.spawn(end_on_signal(shutdown.clone())?);
    let tls = start_tls(config, &assembly.world, &tasks, &shutdown)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let local = listener.local_addr()?;
    say_ready(&format!("{scheme}://{local}"), &names);
    if let Some(code) = setup_code {
        let name = names.first().map(String::as_str);
        say_how_to_set_up(&first_run::page(scheme, local, name, &code));
    }

    let drained = tokio::select! {
        drained = accept::serve(listener, router, tls, limits(config), shutdown.clone()) => drained,
        // What is on the disk is unknown: the next start finds out, and nothing is marked as left in order.
        () = disk_failed.notified() => return Err(DiskFailed.into()),
    };
    if drained.cut_off > 0 {
        tracing::warn!(
            connections = drained.cut_off,
            "connections were cut off at the end of the drain"
        );
    }
    state.drained().await;
    watched.cancel();
    tasks.close();
    tasks.wait().await;
    assembly.close().await;
    Ok(())
}

fn limits(config: &Config) -> accept::Limits {
    let proxies = &config.server.proxies;
    accept::Limits {
        proxies: accept::Proxies::new(&proxies.ranges, proxies.header),
        ..accept::Limits::default()
    }
}

/// The listener for those who watch over this process.
struct Watcher {
    listener: TcpListener,
    metrics: Arc<Metrics>,
}

impl Watcher {
    /// None when nobody is to watch.
    async fn bind(config: &Config) -> anyhow::Result<Option<Self>> {
        let Some(listen) = config.server.metrics else {
            return Ok(None);
        };
        let listener = TcpListener::bind(listen).await;
        let listener = listener.with_context(|| {
            format!(
                "server.metrics_listen: {listen} cannot be listened on; is something else there?"
            )
        })?;
        let address = listener.local_addr()?;
        if config.server.shows_metrics_beyond_loopback() {
            tracing::warn!(
                %address,
                "metrics can be read by whoever reaches this address: let only your monitoring do so"
            );
        }
        tracing::info!(%address, "metrics are served");
        Ok(Some(Watcher {
            listener,
            metrics: Metrics::new(),
        }))
    }

    async fn serve(self, sources: Sources, health: Router, ended: CancellationToken) {
        let router = metrics::router(self.metrics, sources).merge(health);
        // Whoever watches is not waited for.
        let limits = accept::Limits {
            drain: Duration::ZERO,
            ..metrics::limits()
        };
        accept::serve(self.listener, router, None, limits, ended).await;
    }
}

/// Scripts and people wait for this line.
fn say_ready(url: &str, names: &[String]) {
    say(&match names {
        [] => format!(
            "ScaiWave is ready at {url}, without tenants yet: set it up, or make one with `scaiwave admin create-tenant`"
        ),
        names => format!("ScaiWave is ready at {url} for {}", names.join(", ")),
    });
}

/// A code for whoever started the server, and for no log of requests.
fn say_how_to_set_up(page: &str) {
    say(&format!(
        "Nobody has an account yet. Set this server up in a browser: {page}"
    ));
}

/// A server goes on, whether anybody listens or not.
fn say(line: &str) {
    if let Err(error) = output::line(line) {
        tracing::warn!(%error, "standard output cannot be written");
    }
}

/// Reads the certificate and keeps looking whether there is a newer one.
fn start_tls(
    config: &Config,
    #[cfg_attr(
        not(feature = "acme"),
        expect(unused_variables, reason = "only ACME asks what time it is")
    )]
    world: &World,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
) -> anyhow::Result<Option<Arc<ServerConfig>>> {
    match &config.tls {
        Tls::Off => {
            if config.server.listens_beyond_loopback() {
                tracing::warn!(
                    listen = %config.server.listen,
                    "this listener speaks plain http: put a reverse proxy with a certificate before it, or set tls.cert_file and tls.key_file, or tls.acme_domains"
                );
            }
            Ok(None)
        }
        Tls::Files { certificate, key } => {
            let files = tls::Files::load(certificate, key)?;
            let hang_up = signal(SignalKind::hangup()).context("SIGHUP cannot be listened for")?;
            let renewing = files.clone().keep(hang_up);
            let shutdown = shutdown.clone();
            tasks.spawn(async move { shutdown.run_until_cancelled(renewing).await });
            tls::server_config(files).map(Some)
        }
        #[cfg(feature = "acme")]
        Tls::Acme(settings) => {
            let acme = tls::Acme::open(settings.clone(), world.clone())?;
            let certificate = acme.shown();
            let hang_up = signal(SignalKind::hangup()).context("SIGHUP cannot be listened for")?;
            let shutdown = shutdown.clone();
            tasks.spawn(async move { shutdown.run_until_cancelled(acme.keep(hang_up)).await });
            tls::server_config_with_proofs(certificate).map(Some)
        }
    }
}

/// Runs what a tenant needs beside requests: delivery to peers, and its keys' calendar.
fn look_after(tasks: &TaskTracker, tenant: Arc<Tenant>, shutdown: &CancellationToken) {
    tasks.spawn(Supervisor::run(tenant.clone(), shutdown.clone()));
    let shutdown = shutdown.clone();
    tasks.spawn(async move { shutdown.run_until_cancelled(keep_up(tenant)).await });
}

/// The first time at once: much may have come due while the server was down.
async fn keep_up(tenant: Arc<Tenant>) {
    loop {
        upkeep::run(&tenant).await;
        tokio::time::sleep(UPKEEP_EVERY).await;
    }
}

async fn find_tenants(assembly: Arc<Assembly>, tasks: TaskTracker, shutdown: CancellationToken) {
    while shutdown
        .run_until_cancelled(tokio::time::sleep(TENANTS_EVERY))
        .await
        .is_some()
    {
        match assembly.open_tenants().await {
            Ok(tenants) => tenants
                .into_iter()
                .for_each(|tenant| look_after(&tasks, tenant, &shutdown)),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "new tenants cannot be opened");
            }
        }
        if let Err(error) = assembly.refresh_standings().await {
            tracing::error!(
                error = format!("{error:#}"),
                "how tenants stand is not known"
            );
        }
    }
}

/// SIGTERM and Ctrl-C drain; the second one would end the process by the system's default.
fn end_on_signal(shutdown: CancellationToken) -> anyhow::Result<impl Future<Output = ()> + Send> {
    let mut terminate =
        signal(SignalKind::terminate()).context("SIGTERM cannot be listened for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be listened for")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = shutdown.cancelled() => {}
        }
        tracing::info!("draining");
        shutdown.cancel();
    })
}
