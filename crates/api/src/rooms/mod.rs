//! Rooms and who is in them.

mod archive;
mod archived;
mod ban;
mod close;
mod create;
mod dm;
mod integrity;
mod invite;
mod invite_fqid;
mod join;
mod kick;
mod leave;
mod list;
mod members;
mod mute;
mod name;
mod notification_mode;
mod outside;
mod power;
mod rejoin;
mod reopen;
mod settings;
mod show;
mod state;
mod topic;
mod unban;
mod uninvite;

use std::sync::Arc;

use scaiwave_engine::rooms::ListedRoom;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Answer, encoded_list};
use crate::extract::Caller;
use crate::shape::encode_listed;
use crate::state::ApiState;

/// Answers with lines of the caller's list.
fn listed(rooms: &[Arc<ListedRoom>], caller: &Caller) -> Answer {
    let viewer = &caller.viewer.fqid;
    let lines = rooms.iter();
    encoded_list(lines.map(|line| line.encoded(|view| encode_listed(view, viewer))))
}

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_rooms, create::create_room))
        .routes(routes!(archived::list_archived))
        .routes(routes!(dm::open_dm))
        .routes(routes!(show::get_room))
        .routes(routes!(members::list_members))
        .routes(routes!(outside::room_outside))
        .routes(routes!(state::get_room_state))
        .routes(routes!(integrity::get_integrity))
        .routes(routes!(invite::invite))
        .routes(routes!(invite_fqid::invite_fqid))
        .routes(routes!(join::join_room))
        .routes(routes!(rejoin::rejoin_room))
        .routes(routes!(leave::leave_room))
        .routes(routes!(kick::kick))
        .routes(routes!(ban::ban))
        .routes(routes!(unban::unban))
        .routes(routes!(name::rename_room))
        .routes(routes!(topic::set_topic))
        .routes(routes!(power::set_power))
        .routes(routes!(settings::get_settings, settings::put_settings))
        .routes(routes!(notification_mode::set_notification_mode))
        .routes(routes!(mute::mute_room))
        .routes(routes!(uninvite::uninvite))
        .routes(routes!(close::close_room))
        .routes(routes!(archive::archive_room))
        .routes(routes!(reopen::reopen_room))
}

/// Somebody to be removed or let in again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Removal {
    /// Whom.
    #[schema(example = "@bob:globex.example")]
    participant_id: String,
    /// Why, for everybody in the room to read.
    reason: Option<String>,
}

/// Somebody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whom {
    /// Who; people of this tenant also without the server's name.
    #[schema(example = "@bob:globex.example")]
    participant_id: String,
}

/// Somebody, by full name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhomFqid {
    /// Who.
    #[schema(example = "@bob:globex.example")]
    pub(crate) fqid: String,
}
