use super::keys;
use super::problem::Complaint;
use super::reader::Reader;
use super::server::Server;

/// `[auth]`: who vouches for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Auth {
    pub(crate) mode: AuthMode,
}

/// How people prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthMode {
    /// Names and passwords kept by this server.
    Local,
    /// Anybody is whoever they say: for development on one's own machine.
    Mock,
}

impl Auth {
    pub(super) fn read(reader: &mut Reader, server: &Server) -> Self {
        let mode = reader
            .parsed(keys::AUTH_MODE, parse_mode)
            .unwrap_or(AuthMode::Local);
        if mode == AuthMode::Mock && server.listens_beyond_loopback() {
            reader.refuse(
                keys::AUTH_MODE,
                Complaint::new(
                    format!(
                        "mock lets anybody in, and {} is reachable from outside",
                        server.listen
                    ),
                    "use local, or listen on 127.0.0.1",
                ),
            );
        }
        Self { mode }
    }
}

fn parse_mode(text: &str) -> Result<AuthMode, Complaint> {
    let fix = "use local, or mock for development";
    match text {
        "local" => Ok(AuthMode::Local),
        "mock" => Ok(AuthMode::Mock),
        "scaikey" | "oidc" | "hybrid" => Err(Complaint::new(
            format!("this version cannot do {text} yet"),
            fix,
        )),
        _ => Err(Complaint::new(
            format!("{text:?} is not a way to log in"),
            fix,
        )),
    }
}
