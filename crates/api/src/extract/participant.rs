use scaiwave_engine::Tenant;
use scaiwave_protocol::{Fqid, LocalId};

use crate::failure::Failure;

/// Reads a participant wherever one is named: the full `@alice:acme.example`, or for people of this
/// tenant `@alice` or `alice`.
pub(crate) fn participant(
    tenant: &Tenant,
    field: &'static str,
    text: &str,
) -> Result<Fqid, Failure> {
    let parsed = if text.contains(':') {
        Fqid::parse_participant(text)
    } else {
        let local = text.strip_prefix('@').unwrap_or(text);
        LocalId::parse(local).and_then(|local| Fqid::new(&local, tenant.server_name()))
    };
    parsed.map_err(|malformed| Failure::at(field, malformed.0))
}
