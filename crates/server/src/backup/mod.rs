//! Backups: a directory with copies of all databases, and a manifest that says what they must be.
//!
//! *Making one* (`make.rs`): the list of tenants first, then each tenant's file, each as it was at one moment;
//! then the manifest, so that what was broken off has none and is no backup.
//!
//! *Restoring one* (`restore.rs`): 1. the manifest against its own checksum, 2. each file against the
//! manifest, while it is copied to where nothing looks for it yet, 3. each database against itself, 4. each
//! room's log. Only then it is put in place. Nothing says of restored data that an earlier process ended in
//! order with it: so whoever else is in a room is asked first what they hold (decision 0014).

mod make;
mod manifest;
mod place;
mod restore;

pub(crate) use make::make;
pub(crate) use restore::{Restored, restore, verify};

/// Says how far it is, to a person.
pub(crate) type Progress<'a> = &'a mut dyn FnMut(&str);
