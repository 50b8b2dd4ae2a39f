use std::path::PathBuf;

use super::keys;
use super::problem::Complaint;
use super::reader::Reader;
use super::server::Server;

/// `[db]`: where rooms and people are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Db {
    /// The directory of the SQLite files: `server.db`, and one file for each tenant.
    pub(crate) directory: PathBuf,
}

impl Db {
    pub(super) fn read(reader: &mut Reader, server: &Server) -> Self {
        let directory = reader.parsed(keys::DB_URL, parse_url).flatten();
        Self {
            directory: directory.unwrap_or_else(|| server.data_dir.clone()),
        }
    }
}

/// The directory a URL names; none means the data directory.
fn parse_url(text: &str) -> Result<Option<PathBuf>, Complaint> {
    // The URL itself is not repeated: those of other databases hold passwords.
    if text.starts_with("postgres:") || text.starts_with("postgresql:") {
        return Err(Complaint::new(
            "this version cannot store in PostgreSQL yet",
            "write sqlite: to store in the data directory",
        ));
    }
    let Some(rest) = text.strip_prefix("sqlite:") else {
        return Err(Complaint::new(
            "this is not the URL of a database that ScaiWave knows",
            "write sqlite: to store in the data directory",
        ));
    };
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.ends_with(".db") || path.ends_with(".sqlite") || path.contains('?') {
        return Err(Complaint::new(
            "each tenant has a file of its own, so one file or its options cannot be named",
            "write sqlite: alone, or sqlite: and a directory",
        ));
    }
    Ok((!path.is_empty()).then(|| PathBuf::from(path)))
}
