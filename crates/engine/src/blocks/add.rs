use scaiwave_store::record::{BlockRow, Blocked};
use scaiwave_store::{Change, Commit};

use crate::{ClientCode, Outcome, Tenant, Viewer};

/// Lines in one participant's list. Whoever needs more wants a server blocked.
pub const BLOCKS_MAX: usize = 1000;

/// Blocks somebody for the viewer. Their past and future messages are marked as hidden, they notify the
/// viewer of nothing, and their invitations are not listed. Blocking twice is blocking once.
pub async fn block(tenant: &Tenant, viewer: &Viewer, whom: Blocked) -> Outcome<()> {
    let unfit = |sentence: &'static str| Err(ClientCode::BadRequest.because(sentence));
    match &whom {
        Blocked::Person(person) if person == &viewer.fqid => {
            return unfit("you cannot block yourself");
        }
        Blocked::Person(person) if person.is_server() => {
            return unfit("a server itself cannot be blocked like a person; block the server");
        }
        Blocked::Server(server) if server == tenant.server_name() => {
            return unfit("you cannot block your own server");
        }
        Blocked::Person(_) | Blocked::Server(_) => {}
    }
    if tenant.blocks.count(&viewer.fqid) >= BLOCKS_MAX {
        return Err(ClientCode::RateLimited
            .because("you have blocked 1000 people and servers; take some off the list first"));
    }
    let row = BlockRow {
        participant: viewer.fqid.clone(),
        whom,
        at: tenant.world.now(),
    };
    let change = Change::PutBlock(row.clone());
    tenant.store.commit(Commit::of(vec![change])).await?;
    tenant.blocks.add(row);
    Ok(())
}
