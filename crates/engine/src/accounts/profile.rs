use std::sync::Arc;

use scaiwave_protocol::limits::DISPLAY_NAME_CHARS_MAX;
use scaiwave_store::record::AccountPatch;
use scaiwave_store::{Change, Commit};

use super::{Viewer, me};
use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::view::ParticipantView;
use crate::{ClientCode, Outcome, Tenant, rooms, spelling};

/// Gives the viewer another name: in the directory, and in every room that they are in.
///
/// A room that takes nothing now (archived, or read-only here) goes on with the old name; saying the same name
/// again reaches those that take it by then.
pub async fn set_display_name(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    display_name: &str,
) -> Outcome<ParticipantView> {
    let display_name = checked_name(display_name)?;
    let patch = AccountPatch {
        display_name: Some(display_name.clone()),
        ..AccountPatch::default()
    };
    let change = Change::PatchParticipant(viewer.local_id.clone(), patch);
    let frame = Outgoing {
        room_id: None,
        only: Some(viewer.fqid.clone()),
        body: FrameBody::Me,
    };
    commit_and_publish(tenant, Commit::of(vec![change]), vec![frame]).await?;
    for room_id in tenant.store.joined_rooms(&viewer.fqid).await? {
        let member = tenant.store.member(&room_id, &viewer.fqid).await?;
        let is_said = |name: Option<String>| name.as_deref() == Some(&display_name);
        if member.is_some_and(|member| is_said(member.display_name)) {
            continue;
        }
        // A join on top of a join says what its participant is called from now on.
        if let Err(denial) = rooms::enter(tenant, viewer, &room_id).await {
            tracing::info!(%denial, %room_id, "a room did not take a new name");
        }
    }
    me(tenant, viewer).await
}

/// A name without the spaces around it.
pub(super) fn checked_name(display_name: &str) -> Outcome<String> {
    let display_name = display_name.trim();
    spelling::check("display_name", display_name)?;
    if (1..=DISPLAY_NAME_CHARS_MAX).contains(&display_name.chars().count()) {
        return Ok(display_name.to_owned());
    }
    let sentence = "a display name must have 1–100 characters";
    Err(ClientCode::BadRequest.because(sentence).at("display_name"))
}
