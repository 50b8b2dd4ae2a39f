//! The contract on both kinds of SQLite store, and what only this backend promises.

mod contract;
mod files;
mod groups;
