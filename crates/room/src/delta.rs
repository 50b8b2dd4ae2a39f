use std::collections::BTreeSet;

use scaiwave_protocol::{Fqid, ServerName};

/// Which parts of a state have changed since they were last written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Members to write.
    pub members: BTreeSet<Fqid>,
    /// Servers to write whole.
    pub servers: BTreeSet<ServerName>,
    /// Servers of which only `last_origin_seq` has moved.
    pub origin_seqs: BTreeSet<ServerName>,
    /// Whether the core document has changed (name, settings, powers, pins, …).
    pub core: bool,
}
