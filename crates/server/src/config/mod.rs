//! The configuration: `scaiwave.toml`, overridden by `SCAIWAVE_…` variables.
//!
//! One file for each section. Loading never stops at the first mistake: all of them are collected
//! and reported together, each with its key, its source and the cure.

#[cfg(feature = "acme")]
mod acme;
mod auth;
mod db;
mod federation;
mod keys;
mod later;
mod layers;
mod log;
#[cfg(test)]
mod login_tests;
mod oidc;
mod operator;
mod problem;
mod proxies;
mod reader;
mod server;
mod server_name;
#[cfg(test)]
mod tests;
mod tls;

use std::path::Path;

#[cfg(feature = "acme")]
pub(crate) use acme::Acme;
pub(crate) use auth::Auth;
pub(crate) use db::Db;
pub(crate) use federation::Federation;
pub(crate) use layers::{Variables, variables_of_this_process};
pub(crate) use log::{Log, LogFormat};
pub(crate) use operator::Operator;
pub(crate) use problem::Problems;
pub(crate) use server::Server;
pub(crate) use tls::Tls;

use layers::File;
use reader::Reader;

/// A configuration in which every value has its form and no two contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    pub(crate) server: Server,
    pub(crate) auth: Auth,
    pub(crate) db: Db,
    pub(crate) federation: Federation,
    pub(crate) tls: Tls,
    pub(crate) log: Log,
    pub(crate) operator: Operator,
    /// Settings that this version knows by name only; to be warned about at the start.
    pub(crate) without_effect: Vec<&'static str>,
}

impl Config {
    /// Reads the file (the one named, or `scaiwave.toml` if it exists) and lays the variables
    /// over it.
    pub(crate) fn load(named: Option<&Path>, variables: &Variables) -> Result<Self, Problems> {
        match File::read(named) {
            Ok(file) => Self::from_sources(file, variables),
            Err(unreadable) => {
                // The variables may be wrong as well: say everything at once.
                let mut problems = vec![unreadable];
                if let Err(Problems(others)) = Self::from_sources(None, variables) {
                    problems.extend(others);
                }
                Err(Problems(problems))
            }
        }
    }

    fn from_sources(file: Option<File>, variables: &Variables) -> Result<Self, Problems> {
        let (figment, problems) = layers::lay(file, variables);
        let mut reader = Reader::new(figment, problems);
        let server = Server::read(&mut reader);
        let config = Self {
            auth: Auth::read(&mut reader, &server),
            db: Db::read(&mut reader, &server),
            federation: Federation::read(&mut reader, &server),
            tls: Tls::read(&mut reader, &server),
            log: Log::read(&mut reader),
            operator: Operator::read(&mut reader),
            without_effect: later::without_effect(&reader),
            server,
        };
        let problems = reader.into_problems();
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(Problems(problems))
        }
    }
}
