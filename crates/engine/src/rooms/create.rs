use std::sync::Arc;

use scaiwave_protocol::event::content::{History, RoomType};
use scaiwave_protocol::json::Object;
use scaiwave_protocol::{Json, RoomId, binary};
use scaiwave_store::{Change, Commit, Expectation};

use crate::lane::{adopt, found_room};
use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::view::RoomView;
use crate::{ClientCode, Denial, Outcome, Tenant, Viewer, quota, spelling};

/// Characters of a room's name and topic that we let our people give.
pub(super) const NAME_CHARS_MAX: usize = 128;
pub(super) const TOPIC_CHARS_MAX: usize = 1024;

/// A room to be made.
#[derive(Clone, Debug)]
pub struct NewRoom {
    /// Group, public or incognito; a dm is made by [`super::dm`].
    pub room_type: RoomType,
    /// What it is called.
    pub name: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// Whether other servers may take part.
    pub federate: bool,
    /// What newcomers' servers may have of the past.
    pub history: History,
}

/// Makes a room. The viewer is its owner, and this server its host.
pub async fn create(tenant: &Arc<Tenant>, viewer: &Viewer, new: NewRoom) -> Outcome<RoomView> {
    check_length("name", new.name.as_deref(), NAME_CHARS_MAX)?;
    spelling::check("name", new.name.as_deref().unwrap_or_default())?;
    check_length("topic", new.topic.as_deref(), TOPIC_CHARS_MAX)?;
    if new.federate && !new.room_type.may_federate() {
        return Err(never_federates().at("federate"));
    }
    let room_id = found(tenant, viewer, new, Vec::new()).await?;
    super::get(tenant, viewer, &room_id).await
}

/// What everybody is told who would bring an incognito room to another server.
pub(crate) fn never_federates() -> Denial {
    ClientCode::RoomTypeInvariant.because("an incognito room never federates")
}

pub(super) fn check_length(field: &'static str, text: Option<&str>, max: usize) -> Outcome<()> {
    match text {
        Some(text) if text.trim().is_empty() || text.chars().count() > max => {
            Err(ClientCode::BadRequest
                .because(format!("{field} must have 1–{max} characters"))
                .at(field))
        }
        _ => Ok(()),
    }
}

/// Makes the log and stores it, with what else belongs to the same moment.
pub(super) async fn found(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    new: NewRoom,
    more: Vec<Change>,
) -> Outcome<RoomId> {
    let mut content = Object::from([
        ("room_type".to_owned(), new.room_type.as_str().into()),
        ("federate".to_owned(), new.federate.into()),
        ("history".to_owned(), new.history.as_str().into()),
        (
            "nonce".to_owned(),
            binary::encode(&tenant.world.random::<16>()).into(),
        ),
    ]);
    for (name, text) in [("name", new.name), ("topic", new.topic)] {
        if let Some(text) = text {
            content.insert(name.to_owned(), text.into());
        }
    }
    let profile = crate::accounts::me(tenant, viewer).await?;
    let _place = quota::place_for_room(tenant).await?;
    let (mut room, entries) = found_room(
        tenant,
        &viewer.fqid,
        Some(profile.display_name),
        Json::Obj(content),
    )?;
    let room_id = room.room_id().clone();
    let mut changes = adopt(&mut room, &entries, None);
    changes.extend(more.into_iter().map(|change| match change {
        // The caller could not know the id of the room to be.
        Change::PutDm {
            participant, other, ..
        } => Change::PutDm {
            participant,
            other,
            room_id: room_id.clone(),
        },
        other => other,
    }));
    let commit = Commit::of(changes).expecting(Expectation::NoRoom(room_id.clone()));
    let joined = FrameBody::Member {
        participant: viewer.fqid.clone(),
        membership: scaiwave_protocol::event::content::Membership::Join,
        changed_by: viewer.fqid.clone(),
        display_name: None,
    };
    commit_and_publish(tenant, commit, vec![Outgoing::room(&room_id, joined)]).await?;
    Ok(room_id)
}
