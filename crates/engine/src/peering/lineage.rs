use std::sync::Arc;

use scaiwave_protocol::descriptor::{Descriptor, KeyRecord};
use scaiwave_protocol::{PublicKey, Refusal, ServerName};
use scaiwave_room::{LineageFault, OwnKeys, RoomState, check_lineage};

use super::{nonsense, to_client};
use crate::{Outcome, Tenant};

/// Makes sure that a snapshot leads from the room's creator to the host that sent it, asking former
/// hosts for their descriptors where nothing else vouches for a key.
pub(crate) async fn prove_host(tenant: &Arc<Tenant>, room: &RoomState) -> Outcome<()> {
    let mut known = OwnKeys::new();
    let mut asked = Vec::new();
    loop {
        match check_lineage(room, &known) {
            Ok(()) => return Ok(()),
            Err(LineageFault::KeyUnproven(server)) if !known.contains_key(&server) => {
                let held = tenant.peers.descriptor(&server);
                known.insert(server, held.as_deref().map(keys_of).unwrap_or_default());
            }
            // What we hold may be older than the key.
            Err(LineageFault::KeyUnproven(server)) if !asked.contains(&server) => {
                let fetched = own_descriptor(tenant, &server).await?;
                known.insert(server.clone(), keys_of(&fetched));
                asked.push(server);
            }
            Err(fault) => return Err(Refusal::from(fault).into()),
        }
    }
}

/// What a server says of itself at this moment.
async fn own_descriptor(tenant: &Arc<Tenant>, server: &ServerName) -> Outcome<Descriptor> {
    let fetched = tenant.remote.descriptor(server).await;
    let descriptor = fetched.map_err(|error| to_client(server, error))?;
    if descriptor.server_name() != server {
        return Err(nonsense(server));
    }
    Ok(descriptor)
}

fn keys_of(descriptor: &Descriptor) -> Vec<PublicKey> {
    let keys = descriptor.keys().iter();
    keys.map(KeyRecord::public_key).copied().collect()
}
