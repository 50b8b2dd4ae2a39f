use std::fs::{self, OpenOptions};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::Child;

use crate::harness::{Ca, eventually, free_port, python};

/// An ACME server that is not of our making, with everything that it needs.
const PACKAGE: &str = "acme2certifier==0.46";

const SETTINGS: &str = "
[DEFAULT]
debug: False
[CAhandler]
handler_module: acme2certifier.cahandlers.openssl_ca_handler
issuing_ca_key: ca-key.pem
issuing_ca_cert: ca.pem
issuing_ca_crl: ca-crl.pem
cert_save_path: issued
cert_validity_days: 90
[DBhandler]
handler: wsgi
dbfile: authority.db
[Challenge]
challenge_validation_disable: False
";

/// A certificate authority that speaks ACME; dropping it kills the process and forgets everything.
pub(super) struct Authority {
    port: u16,
    port_443: u16,
    directory: TempDir,
    child: Option<Child>,
}

impl Authority {
    /// It will look for proofs at `port_443`. Not started yet.
    pub(super) fn new(ca: &Ca, port_443: u16) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let at = |name: &str| directory.path().join(name);
        fs::write(at("authority.cfg"), SETTINGS).expect("written");
        fs::write(at("ca-key.pem"), ca.key_pem()).expect("written");
        fs::create_dir(at("issued")).expect("made");
        ca.issue("localhost", directory.path());
        Authority {
            port: free_port(),
            port_443,
            directory,
            child: None,
        }
    }

    /// Starts it and waits until it listens.
    pub(super) async fn run(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/acme/authority.py");
        let mut open = OpenOptions::new();
        let log = open.create(true).append(true).open(self.log_path());
        let log = log.expect("a log");
        let mut command = python(PACKAGE, "acme2certifier.acme_srv.helper").await;
        command
            .arg(script)
            .args([self.port, self.port_443].map(|port| port.to_string()))
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .kill_on_drop(true);
        self.child = Some(command.spawn().expect("python3 starts"));
        eventually("the authority is ready", async || {
            let child = self.child.as_mut().expect("it was started");
            if let Some(status) = child.try_wait().expect("a status") {
                panic!("the authority ended: {status}");
            }
            let ready = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await;
            ready.ok().map(drop)
        })
        .await;
    }

    /// Returns when the process is gone; what it has written stays.
    pub(super) async fn stop(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().await.expect("it can be killed");
    }

    /// Where it says what it offers.
    pub(super) fn url(&self) -> String {
        format!("https://localhost:{}/directory", self.port)
    }

    /// How many certificates it has issued.
    pub(super) fn issued(&self) -> usize {
        let issued = fs::read_dir(self.directory.path().join("issued"));
        issued.expect("a directory").count()
    }

    /// What it said and was asked.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.directory.path().join("authority.log")
    }
}

impl Drop for Authority {
    #[expect(clippy::print_stderr, reason = "it is shown with the test's failure")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- what the authority logged:\n{}", self.log());
        }
    }
}
