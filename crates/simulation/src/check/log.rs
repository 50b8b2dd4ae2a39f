//! Reading rooms as they lie on a disk.

use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::{RoomId, json};
use scaiwave_room::{Member, RoomState, ServerInRoom};
use scaiwave_store::TenantStore;
use scaiwave_store::record::{EntryRow, RoomRow};

/// The fold of a room, from its rows.
pub(super) async fn state(store: &dyn TenantStore, row: &RoomRow) -> anyhow::Result<RoomState> {
    let members = store.members(&row.room_id).await?.into_iter().map(|row| {
        let (membership, seq, by) = (row.membership, row.seq, row.by);
        let (display_name, avatar) = (row.display_name, row.avatar);
        (
            row.participant,
            Member {
                membership,
                seq,
                by,
                display_name,
                avatar,
            },
        )
    });
    let members = members.collect();
    let mut servers = std::collections::BTreeMap::new();
    for row in store.room_servers(&row.room_id).await? {
        let descriptor = Descriptor::parse(json::parse(&row.descriptor)?)?;
        let (present, last_origin_seq) = (row.present, row.last_origin_seq);
        servers.insert(
            row.server,
            ServerInRoom {
                descriptor,
                present,
                last_origin_seq,
                first_join: row.first_join,
            },
        );
    }
    let (id, head, ts) = (row.room_id.clone(), row.head, row.head_ts);
    Ok(RoomState::from_stored(
        id,
        head,
        ts,
        row.base_seq,
        &row.core,
        servers,
        members,
    )?)
}

/// Every entry above a seq.
pub(super) async fn entries(
    store: &dyn TenantStore,
    room: &RoomId,
    after: u64,
) -> anyhow::Result<Vec<EntryRow>> {
    Ok(store
        .entries_after(room, after, u32::MAX >> 1, usize::MAX >> 1)
        .await?)
}
