//! A server as a process, and what the kernel says of it.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use crate::place::Site;
use crate::wire::{self, Origin, Wire};

/// For a start; one takes about a tenth of a second.
const START_MAX: Duration = Duration::from_secs(20);
/// For a drain.
const STOP_MAX: Duration = Duration::from_secs(15);
/// Between two tries to connect to a server that starts.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// One server. Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Server {
    program: PathBuf,
    pub(crate) origin: Origin,
    directory: PathBuf,
    child: Option<Child>,
}

/// Memory of a process, in KiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) now: u64,
    pub(crate) peak: u64,
}

impl Server {
    /// A server of this name and port, with its data in a directory of its own below the site's.
    pub(crate) fn new(site: &Site, host: &str, port: u16) -> anyhow::Result<Self> {
        let directory = site.path.join(host);
        fs::create_dir_all(&directory)?;
        let origin = Origin {
            name: format!("{host}:{port}"),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        };
        Ok(Server {
            program: site.program.clone(),
            origin,
            directory,
            child: None,
        })
    }

    /// Starts it; says how long it took until the first answer.
    pub(crate) async fn start(&mut self) -> anyhow::Result<Duration> {
        let log = File::create(self.directory.join("server.log"))?;
        let begun = Instant::now();
        let mut command = self.command(&["serve"]);
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let spawned = command.spawn();
        self.child =
            Some(spawned.with_context(|| format!("{} cannot be started", self.program.display()))?);
        while !self.answers().await {
            let child = self.child.as_mut().context("the server does not run")?;
            if let Some(status) = child.try_wait()? {
                let log = fs::read_to_string(self.directory.join("server.log"))?;
                bail!("{} ended ({status}):\n{log}", self.origin.name);
            }
            if begun.elapsed() > START_MAX {
                bail!("{} is not ready after {START_MAX:?}", self.origin.name);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(begun.elapsed())
    }

    async fn answers(&self) -> bool {
        let Ok(mut wire) = Wire::connect(&self.origin).await else {
            return false;
        };
        let request = wire::request("GET", "/v1/auth/config", &self.origin, None, b"");
        wire.send(&request)
            .await
            .is_ok_and(|answer| answer.status == 200)
    }

    /// SIGTERM, and waits for the end.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        kill_process(self.pid()?, Signal::TERM)?;
        let mut child = self.child.take().context("the server does not run")?;
        let ended = tokio::time::timeout(STOP_MAX, child.wait()).await;
        ended.with_context(|| format!("{} does not stop", self.origin.name))??;
        Ok(())
    }

    /// SIGKILL: the process ends wherever it is.
    pub(crate) async fn kill(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("the server does not run")?;
        child.kill().await?;
        Ok(())
    }

    /// `admin user create`.
    pub(crate) async fn create_user(&self, local_id: &str, password: &str) -> anyhow::Result<()> {
        let mut child = self
            .command(&[
                "admin",
                "user",
                "create",
                "--tenant",
                "default",
                "--password-stdin",
            ])
            .args([
                "--local-id",
                local_id,
                "--display-name",
                local_id,
                "--role",
                "admin",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut input = child.stdin.take().context("the input is not piped")?;
        input.write_all(password.as_bytes()).await?;
        drop(input);
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            bail!(
                "`admin user create` failed: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SCAIWAVE_") {
                command.env_remove(name);
            }
        }
        command
            .args(args)
            .current_dir(&self.directory)
            .env("SCAIWAVE_SERVER_NAME", &self.origin.name)
            .env("SCAIWAVE_LISTEN", self.origin.address.to_string())
            .env("SCAIWAVE_DATA_DIR", self.directory.join("data"))
            .env("SCAIWAVE_FEDERATION_ALLOW_LOOPBACK", "true")
            .env("SCAIWAVE_LOG", "warn")
            .kill_on_drop(true);
        command
    }

    fn pid(&self) -> anyhow::Result<Pid> {
        let id = self.child.as_ref().and_then(Child::id);
        let id = id.and_then(|id| i32::try_from(id).ok());
        id.and_then(Pid::from_raw)
            .context("the server does not run")
    }

    /// Resident memory.
    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        let pid = self.pid()?.as_raw_nonzero();
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().nth(1));
            number.and_then(|number| number.parse().ok())
        };
        let (now, peak) = (field("VmRSS"), field("VmHWM"));
        Ok(Memory {
            now: now.context("no VmRSS")?,
            peak: peak.context("no VmHWM")?,
        })
    }

    /// What it keeps on disk, in KiB.
    pub(crate) fn disk_kib(&self) -> anyhow::Result<u64> {
        let mut bytes = 0;
        let mut folders = vec![self.directory.join("data")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let facts = entry.metadata()?;
                if facts.is_dir() {
                    folders.push(entry.path());
                } else {
                    bytes += facts.len();
                }
            }
        }
        Ok(bytes / 1024)
    }

    /// Processor time of the threads that run now, to the microsecond: for what takes some milliseconds.
    pub(crate) fn run_time(&self) -> anyhow::Result<Duration> {
        let pid = self.pid()?.as_raw_nonzero();
        let mut total = 0;
        for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
            let times = fs::read_to_string(thread?.path().join("schedstat"))?;
            let ran = times.split_whitespace().next();
            total += ran.and_then(|ran| ran.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(Duration::from_nanos(total))
    }

    /// Processor time so far.
    pub(crate) fn processor_time(&self) -> anyhow::Result<Duration> {
        processor_time(&self.pid()?.as_raw_nonzero().to_string())
    }
}

/// Processor time of a process so far, in the kernel's and its own code; `self` is this one.
pub(crate) fn processor_time(pid: &str) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in brackets may hold anything; fields 14 and 15 are counted from the first.
    let (_, rest) = stat.rsplit_once(')').context("no name in stat")?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut ticks = || fields.next().and_then(|field| field.parse::<u64>().ok());
    let total = ticks().zip(ticks()).map(|(own, kernel)| own + kernel);
    let total = total.context("no times in stat")?;
    let per_second = rustix::param::clock_ticks_per_second();
    Ok(Duration::from_millis(total * 1000 / per_second))
}

/// Processor time that anybody on this machine has used so far, over all cores.
pub(crate) fn machine_time() -> anyhow::Result<Duration> {
    let stat = fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().context("no line in stat")?;
    let ticks: Vec<u64> = line
        .split_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    // user, nice, system; then idle and waiting; then interrupts.
    let [user, nice, system, _, _, hard, soft, ..] = ticks[..] else {
        bail!("too few times in stat");
    };
    let total = user + nice + system + hard + soft;
    Ok(Duration::from_millis(
        total * 1000 / rustix::param::clock_ticks_per_second(),
    ))
}
