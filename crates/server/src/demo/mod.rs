//! `scaiwave demo`: two servers on this machine, and a story that people on both sides live through.
//!
//! Everything is real: two processes of this very program, HTTP, WebSockets, signatures, fsync.
//! [`story`] tells what happens; [`watch`] prints what each server's stream says as it arrives;
//! [`history`] compares both servers at the end of each chapter.

mod history;
mod person;
mod process;
mod rest;
mod screen;
mod story;
mod stream;
mod watch;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use process::ServerProcess;
use screen::Screen;

/// Where each server listens; its name among servers is the same.
const ACME: (&str, u16) = ("acme.localhost", 8101);
const GLOBEX: (&str, u16) = ("globex.localhost", 8102);

/// Both servers. Dropping it kills them.
struct Servers {
    acme: ServerProcess,
    globex: ServerProcess,
}

/// What the command line asks for.
pub(crate) struct Options {
    /// End when the story is told.
    pub(crate) exit: bool,
    /// Keep the servers' data here; else in a temporary directory that goes at the end.
    pub(crate) data_dir: Option<PathBuf>,
}

/// Tells the story. Whatever happens, no server is left running.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let screen = Screen::of_this_terminal();
    for (_, port) in [ACME, GLOBEX] {
        process::check_port(port)?;
    }
    let place = Place::prepare(options.data_dir)?;
    let mut servers = Servers {
        acme: ServerProcess::new(ACME, &place.directory)?,
        globex: ServerProcess::new(GLOBEX, &place.directory)?,
    };
    let told = tokio::select! {
        told = story::tell(&mut servers, &screen) => told,
        caught = interrupted() => caught.and_then(|()| bail!("it was interrupted before its end")),
    };
    if told.is_ok() && !options.exit {
        story::show_logins(&servers, &screen);
        interrupted().await?;
    }
    servers.acme.stop().await;
    servers.globex.stop().await;
    if told.is_ok() {
        place.remove();
    }
    told.with_context(|| {
        format!(
            "the demo failed; the servers' logs are in {}",
            place.directory.display()
        )
    })
}

/// Ctrl-C, or SIGTERM from whoever supervises us.
async fn interrupted() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be awaited")?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.context("Ctrl-C cannot be awaited"),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c()
        .await
        .context("Ctrl-C cannot be awaited")
}

/// Where the servers keep their data.
struct Place {
    directory: PathBuf,
    temporary: bool,
}

impl Place {
    fn prepare(chosen: Option<PathBuf>) -> anyhow::Result<Self> {
        let temporary = chosen.is_none();
        let directory = chosen.unwrap_or_else(|| {
            std::env::temp_dir().join(format!("scaiwave-demo-{}", std::process::id()))
        });
        if !is_free(&directory)? {
            bail!(
                "{} is not empty: the demo begins with new servers; name another directory with \
                 --data-dir",
                directory.display()
            );
        }
        std::fs::create_dir_all(&directory)
            .with_context(|| format!("{} cannot be made", directory.display()))?;
        let directory = directory
            .canonicalize()
            .with_context(|| format!("{} cannot be found", directory.display()))?;
        Ok(Place {
            directory,
            temporary,
        })
    }

    /// Only what the demo has made for itself.
    fn remove(&self) {
        if self.temporary
            && let Err(error) = std::fs::remove_dir_all(&self.directory)
        {
            tracing::warn!(%error, directory = %self.directory.display(), "the demo's data stays");
        }
    }
}

fn is_free(directory: &Path) -> anyhow::Result<bool> {
    match std::fs::read_dir(directory) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", directory.display())),
    }
}
