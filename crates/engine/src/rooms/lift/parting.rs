//! Where our log and the host's part.

use std::sync::Arc;

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::{Hash, ServerName};
use scaiwave_store::record::RoomRow;

use crate::world::BackfillFrom;
use crate::{Outcome, Tenant, peering};

/// The highest seq, up to the end of the shorter log, at which both chains are equal: below it all is one.
/// 0 when they share nothing that we hold. Asks the host once for each halving of what is unknown.
pub(super) async fn find(tenant: &Arc<Tenant>, room: &RoomRow, theirs: &LogPoint) -> Outcome<u64> {
    let search = Search {
        tenant,
        room,
        theirs,
    };
    let mut high = room.head.seq.min(theirs.seq);
    if search.is_same(high).await? {
        return Ok(high);
    }
    let mut low = room.first_seq - 1;
    if low >= high || !search.is_same(low).await? {
        return Ok(0);
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match search.is_same(middle).await? {
            true => low = middle,
            false => high = middle,
        }
    }
    Ok(low)
}

struct Search<'a> {
    tenant: &'a Arc<Tenant>,
    room: &'a RoomRow,
    /// The host's head.
    theirs: &'a LogPoint,
}

impl Search<'_> {
    async fn is_same(&self, seq: u64) -> Outcome<bool> {
        if seq == 0 {
            return Ok(true);
        }
        let Some(ours) = self.ours(seq).await? else {
            return Ok(false);
        };
        Ok(ours == self.theirs(seq).await?)
    }

    async fn ours(&self, seq: u64) -> Outcome<Option<Hash>> {
        if seq == self.room.first_seq - 1 {
            return Ok(Some(self.room.chain_before));
        }
        if seq == self.room.head.seq {
            return Ok(Some(self.room.head.chain));
        }
        let stored = self.tenant.store.chain_at(&self.room.room_id, seq).await?;
        Ok(stored.map(|(_, _, chain)| chain))
    }

    /// A page begins with the chain right below it.
    async fn theirs(&self, seq: u64) -> Outcome<Hash> {
        if seq == self.theirs.seq {
            return Ok(self.theirs.chain);
        }
        let host: &ServerName = &self.room.host;
        let from = BackfillFrom::After(seq);
        let page = self
            .tenant
            .remote
            .backfill(host, &self.room.room_id, from, 1);
        let page = page
            .await
            .map_err(|error| peering::to_client(host, error))?;
        Ok(page.chain_before)
    }
}
