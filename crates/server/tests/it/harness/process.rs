use std::fs::OpenOptions;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};

use http::Method;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use super::rest::{self, Origin};
use super::{Client, PATIENCE, Stream, eventually};

/// Lines of a server's log that go with a failure.
const LOG_LINES: usize = 40;

/// A port that nobody has. Below the ports that the system gives to outgoing connections: a server that
/// comes back must find its own free again.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test processes that run at once begin at different places.
    let begin = u16::try_from(std::process::id() % 11_000).expect("a small number");
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (begin + step) % 11_000;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// What a command came to.
pub(crate) struct Said {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A server; dropping it kills the process and removes its data.
pub(crate) struct Process {
    name: String,
    address: SocketAddr,
    /// Whether the tenant `default` bears the name.
    default_tenant: bool,
    /// Settings beside those of every test.
    settings: Vec<(&'static str, String)>,
    /// What a shell sets before it becomes the program, such as `ulimit`.
    limits: Option<&'static str>,
    directory: TempDir,
    child: Option<Child>,
}

impl Process {
    /// A server with the tenant `default`, up and ready.
    pub(crate) async fn start(host: &str) -> Self {
        let mut process = Process::new(host, free_port(), true);
        process.run().await;
        process
    }

    /// A server that makes no tenant by itself; not started yet.
    pub(crate) fn without_tenants(port: u16) -> Self {
        Process::new("nobody.localhost", port, false)
    }

    fn new(host: &str, port: u16, default_tenant: bool) -> Self {
        Process {
            name: format!("{host}:{port}"),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            default_tenant,
            settings: Vec::new(),
            limits: None,
            directory: tempfile::tempdir().expect("a directory"),
            child: None,
        }
    }

    /// A server that is set up otherwise, and so perhaps not to be spoken to as others are; not started
    /// yet.
    pub(crate) fn set_up(host: &str, port: u16, settings: Vec<(&'static str, String)>) -> Self {
        let mut process = Process::new(host, port, true);
        process.settings = settings;
        process
    }

    /// Where its files can be put.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts it and waits until it answers.
    pub(crate) async fn run(&mut self) {
        self.spawn();
        let origin = self.origin(&self.name);
        self.ready(async || {
            // Whatever it answers, it is there.
            rest::request(&origin, Method::GET, "/v1/auth/config", None, None)
                .await
                .ok()
                .map(drop)
        })
        .await;
    }

    /// Starts it and waits until it says so, also after an earlier run.
    pub(crate) async fn run_until_it_says_so(&mut self) {
        let log = self.directory.path().join("server.log");
        let said = || std::fs::read_to_string(&log).unwrap_or_default();
        let before = said().len();
        self.spawn();
        self.ready(async || {
            let ready = said()[before..].contains("ScaiWave is ready at");
            ready.then_some(())
        })
        .await;
    }

    /// Makes it look at its certificate again.
    pub(crate) fn hang_up(&self) {
        let child = self.child.as_ref().and_then(Child::id).expect("it runs");
        let child = i32::try_from(child).ok().and_then(Pid::from_raw);
        kill_process(child.expect("a process"), Signal::HUP).expect("it can be told");
    }

    fn spawn(&mut self) {
        let mut open = OpenOptions::new();
        let log = open
            .create(true)
            .append(true)
            .open(self.directory.path().join("server.log"));
        let log = log.expect("a log");
        let mut command = self.command(&["serve"]);
        command.stdin(Stdio::null());
        command.stdout(log.try_clone().expect("a log")).stderr(log);
        self.child = Some(command.spawn().expect("the program starts"));
    }

    async fn ready(&mut self, mut look: impl AsyncFnMut() -> Option<()>) {
        eventually("the server is ready", async || {
            let child = self.child.as_mut().expect("it was started");
            if let Some(status) = child.try_wait().expect("a status") {
                panic!("{} ended: {status}", self.name);
            }
            look().await
        })
        .await;
    }

    /// SIGKILL. Returns when the process is gone.
    pub(crate) async fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().await.expect("it can be killed");
    }

    /// Where people and servers find a tenant of this server.
    pub(super) fn origin(&self, name: &str) -> Origin {
        Origin {
            name: name.to_owned(),
            address: self.address,
        }
    }

    /// Somebody who has not logged in.
    pub(crate) fn nobody(&self) -> Client {
        Client::nobody(self.origin(&self.name))
    }

    /// A stream that is let in by what stands in its address.
    pub(crate) async fn stream_at(&self, path: &str) -> Stream {
        Stream::open_at(&self.origin(&self.name), path).await
    }

    /// Sets it up otherwise from its next start on.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.settings.push((name, value.to_owned()));
    }

    /// What the system grants it from its next start on, in the words of a shell; none takes that back.
    pub(crate) fn limit(&mut self, limits: Option<&'static str>) {
        self.limits = limits;
    }

    /// Waits until it has ended by itself; gives its exit code.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        let child = self.child.as_mut().expect("it runs");
        let ended = tokio::time::timeout(PATIENCE, child.wait()).await;
        self.child = None;
        ended.expect("it ends").expect("a status").code()
    }

    /// Whoever has this token of a tenant.
    pub(crate) fn bearing(&self, tenant: &str, token: &str) -> Client {
        Client::bearing(self.origin(tenant), token)
    }

    /// Makes an account in a tenant and logs in.
    pub(crate) async fn person(&self, tenant: &str, local_id: &str, role: &str) -> Client {
        self.person_at(&self.name, tenant, local_id, role).await
    }

    /// Logs somebody in once more who was made by [`Self::person`].
    pub(crate) async fn again(&self, local_id: &str) -> Client {
        let password = format!("password of {local_id}");
        Client::log_in(self.origin(&self.name), local_id, &password).await
    }

    /// The same in a tenant of another name than the server's own.
    pub(crate) async fn again_at(&self, name: &str, local_id: &str) -> Client {
        let password = format!("password of {local_id}");
        Client::log_in(self.origin(name), local_id, &password).await
    }

    /// The same as [`Self::person`] in a tenant of another name than the server's own.
    pub(crate) async fn person_at(
        &self,
        name: &str,
        tenant: &str,
        local_id: &str,
        role: &str,
    ) -> Client {
        let password = format!("password of {local_id}");
        self.account(tenant, local_id, role, &password).await;
        Client::log_in(self.origin(name), local_id, &password).await
    }

    /// Makes an account in a tenant.
    pub(crate) async fn account(&self, tenant: &str, local_id: &str, role: &str, password: &str) {
        let args = [
            "admin",
            "user",
            "create",
            "--tenant",
            tenant,
            "--password-stdin",
        ];
        let more = [
            "--local-id",
            local_id,
            "--display-name",
            local_id,
            "--role",
            role,
            "--json",
        ];
        self.admin(&[&args[..], &more].concat(), password).await;
    }

    /// Runs a command of the operator's; gives the JSON that it prints.
    pub(crate) async fn admin(&self, args: &[&str], input: &str) -> Value {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(input.as_bytes()).await.expect("it reads");
        drop(stdin);
        let output = child.wait_with_output().await.expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{args:?}: {} {said}",
            output.status
        );
        serde_json::from_slice(&output.stdout).expect("JSON, as asked for")
    }

    /// Runs a command, whatever becomes of it.
    pub(crate) async fn ask(&self, args: &[&str], input: &str) -> Said {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        // One that needs no input may be gone already.
        stdin.write_all(input.as_bytes()).await.unwrap_or_default();
        drop(stdin);
        let output = child.wait_with_output().await.expect("it ends");
        Said {
            status: output.status.code(),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Runs a command and kills it as soon as the files of the tenant `default` have changed so often; whether it had
    /// ended before.
    pub(crate) async fn kill_after(&self, args: &[&str], changes: usize) -> bool {
        let tenants = self.directory.path().join("data/tenants");
        let look = || {
            ["default.db", "default.db-wal"].map(|name| {
                let found = std::fs::metadata(tenants.join(name)).ok()?;
                Some((found.len(), found.modified().ok()?))
            })
        };
        let mut child = self.command(args).stdout(Stdio::null()).spawn();
        let child = child.as_mut().expect("the program starts");
        let (mut seen, mut left) = (look(), changes);
        loop {
            let found = look();
            if found != seen {
                left = left.saturating_sub(1);
                seen = found;
            }
            if left == 0 {
                child.kill().await.expect("it can be killed");
                return false;
            }
            if child.try_wait().expect("a status").is_some() {
                return true;
            }
            tokio::task::yield_now().await;
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_scaiwave");
        let mut command = match &self.limits {
            None => Command::new(program),
            Some(limits) => {
                let mut shell = Command::new("/bin/sh");
                let line = format!("{limits}; exec \"$0\" \"$@\"");
                shell.args(["-c", &line, program]);
                shell
            }
        };
        command
            .args(args)
            .env_clear()
            .current_dir(&self.directory)
            .env("SCAIWAVE_LISTEN", self.address.to_string())
            .env("SCAIWAVE_DATA_DIR", self.directory.path().join("data"))
            .env("SCAIWAVE_FEDERATION_ALLOW_LOOPBACK", "true")
            .kill_on_drop(true);
        if self.default_tenant {
            command.env("SCAIWAVE_SERVER_NAME", &self.name);
        }
        command.envs(self.settings.iter().cloned());
        command
    }
}

impl Drop for Process {
    #[expect(clippy::print_stderr, reason = "it is shown with the test's failure")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.directory.path().join("server.log"));
            let log = log.unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let last = lines[lines.len().saturating_sub(LOG_LINES)..].join("\n");
            eprintln!("--- the end of what {} logged:\n{last}", self.name);
        }
    }
}
