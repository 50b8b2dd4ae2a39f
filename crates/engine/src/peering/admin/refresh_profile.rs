use std::sync::Arc;

use scaiwave_protocol::Fqid;
use scaiwave_store::record::ProfileRow;
use scaiwave_store::{Change, Commit};

use crate::audit::{self, Action, Actor, Happening};
use crate::view::ParticipantView;
use crate::{ClientCode, Outcome, Tenant, Viewer, peering, policy, spelling};

/// Of the name of a picture. Ours have fewer; those of other servers may be longer.
const AVATAR_BYTES_MAX: usize = 255;

/// Asks somebody's home what they are called now, and keeps it for the directory. In rooms they are called
/// what the room's log says.
///
/// Only of somebody who is in a room here: no other server learns from us whom we ask about.
pub async fn refresh_profile(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    participant: &Fqid,
) -> Outcome<ParticipantView> {
    viewer.must_be_admin()?;
    let foreign = !tenant.is_local(participant);
    if !foreign || tenant.store.joined_rooms(participant).await?.is_empty() {
        let sentence = "nobody of this name, of another server, is in a room here";
        return Err(ClientCode::NotFound.because(sentence));
    }
    let home = participant.server();
    let ruling = tenant.policy.get().of_server(home);
    if !ruling.allowed {
        return Err(policy::refusal(&ruling.rule).into());
    }
    let profile = tenant.remote.profile(participant).await;
    let profile = profile.map_err(|error| peering::to_client(home, error))?;
    let avatar = profile.avatar.as_deref().unwrap_or_default();
    let fits = avatar.len() <= AVATAR_BYTES_MAX;
    if !fits || spelling::check("display_name", &profile.display_name).is_err() {
        return Err(peering::nonsense(home));
    }
    let happening = Happening {
        actor: Actor::Person(viewer),
        action: Action::ProfileRefreshed,
        peer: Some(home),
        room_id: None,
        message: "The profile of one of its people was asked for and is kept.".to_owned(),
    };
    let row = ProfileRow {
        participant: participant.clone(),
        display_name: profile.display_name.clone(),
        avatar: profile.avatar.clone(),
        bot: profile.bot,
        fetched_at: tenant.world.now(),
    };
    let changes = vec![
        Change::PutProfile(Box::new(row)),
        audit::note(tenant, happening),
    ];
    tenant.store.commit(Commit::of(changes)).await?;
    Ok(ParticipantView {
        fqid: participant.clone(),
        display_name: profile.display_name,
        avatar: profile.avatar,
        bot: profile.bot,
        foreign,
        closed: false,
    })
}
