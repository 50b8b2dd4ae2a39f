//! Is everything here that a chore needs? Said before the work, with the command that helps.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::cargo;

/// A program outside this repository.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tool {
    Rustfmt,
    Clippy,
    CCompiler,
    /// For the example server in `docs/examples`, and for a certificate authority.
    Python,
    /// For the web client, and for an identity provider that tests use.
    Node,
}

/// Also that npm is there: some systems package it by itself.
const NODE_IS_NEW_ENOUGH: &str = "const [major, minor] = process.versions.node.split('.').map(Number); \
     require('child_process').execSync('npm --version', { stdio: 'ignore' }); \
     process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)";

impl Tool {
    fn answers(self) -> bool {
        let mut command = match self {
            Self::Rustfmt => cargo::command(&["fmt", "--version"]),
            Self::Clippy => cargo::command(&["clippy", "--version"]),
            Self::CCompiler => {
                // `CC` may carry arguments, as in "ccache gcc".
                let named = std::env::var("CC").unwrap_or_default();
                let mut words = named.split_whitespace();
                let mut command = Command::new(words.next().unwrap_or("cc"));
                command.args(words).arg("--version");
                command
            }
            Self::Python => {
                let mut command = Command::new("python3");
                // The packages are installed by the tests that need them, through pip.
                command.args(["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]);
                command
            }
            Self::Node => {
                let mut command = Command::new("node");
                command.args(["-e", NODE_IS_NEW_ENOUGH]);
                command
            }
        };
        let quiet = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    }

    fn missing(self) -> &'static str {
        match self {
            Self::Rustfmt => "rustfmt is missing: run `rustup component add rustfmt`",
            Self::Clippy => "clippy is missing: run `rustup component add clippy`",
            Self::CCompiler => {
                "a C compiler is missing (SQLite is compiled from source): install gcc or clang, \
                 for example with `apt install build-essential`, or name one in CC"
            }
            Self::Python => {
                "Python 3.9 or newer is missing (it runs docs/examples/handshake.py and a certificate authority): install it with \
                 pip, for example with `apt install python3 python3-pip`"
            }
            Self::Node => {
                "Node.js 20.19 or newer with npm is missing (it builds the web client in `web`): install it \
                 from https://nodejs.org or with your system's packages"
            }
        }
    }
}

/// Fails with one line for each tool that is missing.
pub(crate) fn require(tools: &[Tool]) -> Result<()> {
    let missing: Vec<&str> = tools
        .iter()
        .filter(|tool| !tool.answers())
        .map(|tool| tool.missing())
        .collect();
    if !missing.is_empty() {
        bail!("{}", missing.join("\n       "));
    }
    Ok(())
}
