use scaiwave_protocol::{Fqid, RoomId};
use scaiwave_store::{Change, Commit, CommitError};

use super::{Frame, FrameBody};
use crate::Tenant;

/// A frame on its way: first into the store, then to those who listen.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) room_id: Option<RoomId>,
    pub(crate) only: Option<Fqid>,
    pub(crate) body: FrameBody,
}

impl Outgoing {
    /// For the members of a room.
    pub(crate) fn room(room_id: &RoomId, body: FrameBody) -> Self {
        Outgoing {
            room_id: Some(room_id.clone()),
            only: None,
            body,
        }
    }

    /// For one participant, about a room.
    pub(crate) fn only(participant: &Fqid, room_id: &RoomId, body: FrameBody) -> Self {
        Outgoing {
            room_id: Some(room_id.clone()),
            only: Some(participant.clone()),
            body,
        }
    }
}

/// Commits changes together with the stream rows of the frames, and shows the frames when all is on
/// disk.
pub(crate) async fn commit_and_publish(
    tenant: &Tenant,
    mut commit: Commit,
    frames: Vec<Outgoing>,
) -> Result<(), CommitError> {
    let rows = frames.iter().map(|frame| {
        let row = frame
            .body
            .to_row(frame.room_id.as_ref(), frame.only.as_ref());
        Change::Stream(row)
    });
    commit.changes.extend(rows);
    let receipt = tenant.store.commit(commit).await?;
    let now = tenant.world.now();
    let shown = receipt
        .positions
        .into_iter()
        .zip(frames)
        .map(|(position, frame)| {
            let Outgoing {
                room_id,
                only,
                body,
            } = frame;
            (
                position,
                Some(Frame::new(Some(position), now, room_id, only, body)),
            )
        });
    tenant.hub.publish(shown);
    Ok(())
}
