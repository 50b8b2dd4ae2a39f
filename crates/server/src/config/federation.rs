use super::keys;
use super::problem::Complaint;
use super::reader::Reader;
use super::server::Server;

/// `[federation]`: how this process reaches other servers. Whom a tenant talks to is the tenant's
/// own policy and lives in its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Federation {
    /// Permits plain HTTP and loopback addresses, for names under `.localhost` only.
    pub(crate) allow_loopback: bool,
}

impl Federation {
    pub(super) fn read(reader: &mut Reader, server: &Server) -> Self {
        let allow_loopback = reader
            .flag(keys::FEDERATION_ALLOW_LOOPBACK)
            .unwrap_or(false);
        if allow_loopback && server.listens_beyond_loopback() {
            reader.refuse(
                keys::FEDERATION_ALLOW_LOOPBACK,
                Complaint::new(
                    format!(
                        "peers could make this server call its own machine, and {} is reachable from outside",
                        server.listen
                    ),
                    "remove it, or listen on 127.0.0.1",
                ),
            );
        }
        Self { allow_loopback }
    }
}
