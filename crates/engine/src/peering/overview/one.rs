use scaiwave_protocol::{PublicKey, RoomId, ServerName};
use scaiwave_store::StoreError;
use scaiwave_store::record::RoomRow;

use super::list;
use crate::keyring::fingerprint_words;
use crate::view::PeerView;
use crate::{ClientCode, Outcome, Tenant, Viewer, rooms};

/// Rooms that the page of one peer lists.
const ROOMS_MAX: usize = 500;

/// A key of a peer that is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// Its id.
    pub key_id: String,
    /// The public half.
    pub public_key: String,
    /// To be compared with what the other admin reads aloud.
    pub fingerprint_words: String,
}

/// A room that we have in common with a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedRoom {
    /// Which.
    pub room_id: RoomId,
    /// What it is called.
    pub name: Option<String>,
    /// Who sequences.
    pub host: ServerName,
    /// Our head.
    pub head_seq: u64,
    /// What the peer has acknowledged, in rooms of ours.
    pub acked_seq: Option<u64>,
    /// Why nothing more is sent in this room.
    pub stopped: Option<String>,
    /// Why the room is read-only here.
    pub frozen: Option<String>,
}

/// All that an admin can know of a peer.
#[derive(Clone, Debug)]
pub struct PeerDetail {
    /// As in the list.
    pub peer: PeerView,
    /// When its descriptor was fetched last.
    pub descriptor_at: Option<u64>,
    /// The keys that are pinned.
    pub pinned_keys: Vec<KnownKey>,
    /// A key that it shows now and that no known key vouches for, and since when: an admin may accept it.
    pub candidate: Option<(KnownKey, u64)>,
    /// Rooms in common, at most 500.
    pub rooms: Vec<SharedRoom>,
}

/// One peer, for admins.
pub async fn peer(tenant: &Tenant, viewer: &Viewer, server: &ServerName) -> Outcome<PeerDetail> {
    viewer.must_be_admin()?;
    let known = tenant.peers.get(server).ok_or_else(no_such_peer)?;
    let descriptor_at = known.row.descriptor_at;
    let pinned = known.row.pinned_keys.iter();
    let pinned_keys = pinned
        .filter_map(|text| PublicKey::parse(text).ok())
        .map(|key| known_key(&key));
    let pinned_keys = pinned_keys.collect();
    let candidate = known.candidate.as_ref();
    let candidate = candidate.map(|(shown, since)| (known_key(shown.public_key()), *since));
    let mut shared = Vec::new();
    let rooms = tenant.store.rooms_with_server(server).await?;
    for row in rooms.into_iter().take(ROOMS_MAX) {
        shared.push(shared_room(tenant, server, row).await?);
    }
    Ok(PeerDetail {
        peer: list::view(tenant, known).await?,
        descriptor_at,
        pinned_keys,
        candidate,
        rooms: shared,
    })
}

fn known_key(key: &PublicKey) -> KnownKey {
    KnownKey {
        key_id: key.id().to_string(),
        public_key: key.to_string(),
        fingerprint_words: fingerprint_words(key),
    }
}

pub(in crate::peering) fn no_such_peer() -> crate::Denial {
    ClientCode::NotFound.because("this tenant has had nothing to do with a server of that name")
}

async fn shared_room(
    tenant: &Tenant,
    server: &ServerName,
    row: RoomRow,
) -> Result<SharedRoom, StoreError> {
    let followers = tenant.store.followers(&row.room_id).await?;
    let follower = followers.into_iter().find(|one| &one.server == server);
    let written = follower.as_ref().map(|follower| follower.acked_seq);
    Ok(SharedRoom {
        name: rooms::name_in(&row)?,
        acked_seq: written.map(|written| tenant.cursors.acked(&row.room_id, server, written)),
        stopped: follower.and_then(|follower| follower.stopped),
        head_seq: row.head.seq,
        host: row.host,
        frozen: row.frozen,
        room_id: row.room_id,
    })
}
