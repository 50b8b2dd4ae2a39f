//! A server as a process of its own, with its data directory and its log.

use std::fs::OpenOptions;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use http::{Method, StatusCode};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use super::rest::{self, Origin};

/// A start takes about a tenth of a second; a machine under load may need more.
const START_MAX: Duration = Duration::from_secs(20);
/// Between two looks whether a server answers yet.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// A drain ends by itself after 10 s.
const STOP_MAX: Duration = Duration::from_secs(12);
/// Lines of a log that an error message carries.
const LOG_LINES: usize = 12;

/// One server. Dropping it kills the process.
#[derive(Debug)]
pub(super) struct ServerProcess {
    origin: Origin,
    directory: PathBuf,
    child: Option<Child>,
}

impl ServerProcess {
    /// A server that listens there, with its data in a directory of its own below `parent`.
    pub(super) fn new((host, port): (&str, u16), parent: &Path) -> anyhow::Result<Self> {
        let directory = parent.join(host);
        std::fs::create_dir_all(&directory)
            .with_context(|| format!("{} cannot be made", directory.display()))?;
        let origin = Origin {
            name: format!("{host}:{port}"),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        };
        Ok(ServerProcess {
            origin,
            directory,
            child: None,
        })
    }

    /// Its name among servers.
    pub(super) fn name(&self) -> &str {
        &self.origin.name
    }

    /// Where people reach it.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Starts it and waits until it answers. Says how long that took.
    pub(super) async fn start(&mut self) -> anyhow::Result<Duration> {
        check_port(self.origin.address.port())?;
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log())
            .context("the server's log cannot be opened")?;
        let started = Instant::now();
        let child = self
            .command(&["serve"])?
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("the server cannot be started")?;
        self.child = Some(child);
        while !self.answers().await {
            if let Some(status) = self.ended()? {
                bail!("{} ended ({status}):\n{}", self.name(), self.last_lines());
            }
            if started.elapsed() > START_MAX {
                bail!(
                    "{} is not ready after {} s:\n{}",
                    self.name(),
                    START_MAX.as_secs(),
                    self.last_lines()
                );
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(started.elapsed())
    }

    /// SIGKILL: no drain, no good-bye.
    pub(super) async fn kill(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("the server does not run")?;
        child.kill().await.context("the server cannot be killed")
    }

    /// Lets it end what it is doing; kills it when that takes too long.
    pub(super) async fn stop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        terminate(&child);
        if tokio::time::timeout(STOP_MAX, child.wait()).await.is_err() {
            tracing::warn!(server = self.name(), "did not stop in time and is killed");
        }
    }

    /// `admin user create`, as an operator would call it.
    pub(super) async fn create_user(
        &self,
        local_id: &str,
        display_name: &str,
        role: &str,
        password: &str,
    ) -> anyhow::Result<()> {
        let mut child = self
            .command(&["admin", "user", "create", "--tenant", "default"])?
            .args(["--local-id", local_id, "--display-name", display_name])
            .args(["--role", role, "--password-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("`admin user create` cannot be started")?;
        let mut input = child.stdin.take().context("the input is not piped")?;
        input.write_all(password.as_bytes()).await?;
        drop(input);
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            bail!(
                "`admin user create` of {local_id} on {} failed ({}): {}",
                self.name(),
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(())
    }

    /// This program, configured as this server and by nothing else.
    fn command(&self, args: &[&str]) -> anyhow::Result<Command> {
        let program = std::env::current_exe().context("this program's own file cannot be found")?;
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SCAIWAVE_") {
                command.env_remove(name);
            }
        }
        command
            .args(args)
            // No `scaiwave.toml` of the working directory is for this server.
            .current_dir(&self.directory)
            .env("SCAIWAVE_SERVER_NAME", self.name())
            .env("SCAIWAVE_LISTEN", self.origin.address.to_string())
            .env("SCAIWAVE_DATA_DIR", self.directory.join("data"))
            .env("SCAIWAVE_FEDERATION_ALLOW_LOOPBACK", "true")
            .kill_on_drop(true);
        // Ctrl-C in a terminal is for the demo, which then ends its servers in order.
        #[cfg(unix)]
        command.process_group(0);
        Ok(command)
    }

    async fn answers(&self) -> bool {
        let answer = rest::request(&self.origin, Method::GET, "/v1/auth/config", None, None).await;
        answer.is_ok_and(|(status, _)| status == StatusCode::OK)
    }

    fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        let child = self.child.as_mut().context("the server does not run")?;
        Ok(child.try_wait()?)
    }

    fn log(&self) -> PathBuf {
        self.directory.join("server.log")
    }

    fn last_lines(&self) -> String {
        let text = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }
}

/// Whether a server can listen there. The names of the demo's servers contain their ports, so there are
/// no others to choose from.
pub(super) fn check_port(port: u16) -> anyhow::Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "port {port} is taken, and the demo needs it. End the program that listens there (on \
             Linux, `ss -ltnp sport = :{port}` names it; perhaps it is another demo), then try again"
        ),
        Err(error) => Err(error).with_context(|| format!("port {port} cannot be used")),
    }
}

/// SIGTERM, which drains.
#[cfg(unix)]
fn terminate(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(pid) = id.and_then(Pid::from_raw)
        && let Err(error) = kill_process(pid, Signal::TERM)
    {
        tracing::debug!(%error, "a server could not be told to stop");
    }
}

/// There is nothing gentle here; dropping the child kills it.
#[cfg(not(unix))]
fn terminate(_child: &Child) {}
