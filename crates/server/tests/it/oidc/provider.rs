use std::fs::File;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::harness::{eventually, free_port, modules};

/// What both sides know.
pub(super) const SECRET: &str = "the secret: of scaiwave+";

/// A provider that is not of our making; dropping it kills the process and forgets everything.
pub(super) struct Provider {
    port: u16,
    /// Where it may send people back to.
    callbacks: Vec<String>,
    log: TempDir,
    child: Option<Child>,
}

impl Provider {
    /// For people of these server names. Not started yet.
    pub(super) fn new(names: &[&str]) -> Self {
        let callback = |name: &&str| format!("http://{name}/v1/auth/oidc/callback");
        Provider {
            port: free_port(),
            callbacks: names.iter().map(callback).collect(),
            log: tempfile::tempdir().expect("a directory"),
            child: None,
        }
    }

    pub(super) async fn started(names: &[&str]) -> Self {
        let mut provider = Provider::new(names);
        provider.run().await;
        provider
    }

    pub(super) fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Starts it, with new keys, and waits until it listens.
    pub(super) async fn run(&mut self) {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/oidc");
        let modules = modules(&directory, "oidc").await;
        let log = File::create(self.log.path().join("log")).expect("a log");
        let mut command = Command::new("node");
        command
            .arg(directory.join("provider.mjs"))
            .arg(self.port.to_string())
            .args(&self.callbacks)
            .env("MODULES", modules)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .kill_on_drop(true);
        let missing = "node is missing: install Node.js 20 or newer, with npm";
        self.child = Some(command.spawn().expect(missing));
        eventually("the provider is ready", async || {
            let child = self.child.as_mut().expect("it was started");
            if let Some(status) = child.try_wait().expect("a status") {
                let log = std::fs::read_to_string(self.log.path().join("log"));
                panic!("the provider ended: {status}: {}", log.unwrap_or_default());
            }
            let ready = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await;
            ready.ok().map(drop)
        })
        .await;
    }

    /// Returns when the process is gone.
    pub(super) async fn stop(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().await.expect("it can be killed");
    }
}
