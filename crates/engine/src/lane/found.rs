use std::sync::Arc;

use scaiwave_protocol::event::Draft;
use scaiwave_protocol::event::content as kinds;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Authentic, EventType, Fqid, Json, Malformed, Refusal};
use scaiwave_room::{KnownEvents, Rejection, RoomState, Sequenced, sequence};

use super::host::server_record;
use crate::{Denial, Outcome, Tenant};

/// Begins a room: genesis, our record, the creator's join. Returns what is to be stored.
pub(crate) fn found_room(
    tenant: &Arc<Tenant>,
    creator: &Fqid,
    display_name: Option<String>,
    create: Json,
) -> Outcome<(RoomState, Vec<scaiwave_room::Accepted>)> {
    let now = tenant.world.now();
    let signer = tenant.keyring.signer();
    let draft = |kind: &str,
                 sender: &Fqid,
                 room: Option<&RoomState>,
                 content: Json|
     -> Result<Authentic, Malformed> {
        let head = room.map(RoomState::head);
        Draft {
            event_id: tenant.world.event_id(),
            room_id: room.map(|room| room.room_id().clone()),
            kind: EventType::parse(kind)?,
            sender: sender.clone(),
            origin_ts: i64::try_from(now).unwrap_or(i64::MAX),
            origin_seq: head.map_or(1, |head| head.seq + 1),
            seen: head,
            content,
            salt: tenant.world.random(),
        }
        .sign(&*signer)
    };
    let refuse = |rejection: Rejection| Denial::from(Refusal::from(rejection));
    let (mut room, genesis) =
        RoomState::begin(draft(kinds::CREATE, creator, None, create)?, now).map_err(refuse)?;
    let us = Fqid::of_server(tenant.server_name());
    let record = server_record(tenant.server_name(), &tenant.keyring.descriptor(), true);
    let mut join = scaiwave_protocol::Object::from([
        ("participant".to_owned(), creator.into()),
        ("membership".to_owned(), Membership::Join.as_str().into()),
    ]);
    if let Some(name) = display_name {
        join.insert("display_name".to_owned(), name.into());
    }
    let mut accepted = vec![genesis];
    for (kind, sender, content) in [
        (kinds::SERVER, &us, record),
        (kinds::MEMBER, creator, Json::Obj(join)),
    ] {
        let event = draft(kind, sender, Some(&room), content)?;
        if let Sequenced::New(entry) =
            sequence(&mut room, event, &KnownEvents::default(), now).map_err(refuse)?
        {
            accepted.push(*entry);
        }
    }
    Ok((room, accepted))
}
