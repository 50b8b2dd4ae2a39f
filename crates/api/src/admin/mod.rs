//! Federation and people, for admins of the tenant.

mod accept_key;
mod affected_rooms;
mod allow_peer;
mod audit;
mod backfill;
mod block_peer;
mod check;
mod clean_invitations;
mod confirm_newest;
mod deactivate;
mod dead_letters;
mod drop_dead_letter;
mod drop_peer;
mod evidence;
mod federate;
mod hand_over;
mod identity;
mod invite;
mod leave_room;
mod lift;
mod outside;
mod participants;
mod password_reset;
mod peer;
mod peers;
mod policy;
mod put_policy;
mod reactivate;
mod refresh_profile;
mod rejection;
mod rejections;
mod remove_totp;
mod retry_dead_letter;
mod retry_peer;
mod role;
mod rooms;
mod rotate_key;
mod simulate_policy;
mod stats;
mod take_over;
mod withdraw_take_over;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(backfill::backfill_room))
        .routes(routes!(identity::federation_identity))
        .routes(routes!(rotate_key::rotate_key))
        .routes(routes!(refresh_profile::refresh_profile))
        .routes(routes!(peers::list_peers))
        .routes(routes!(peer::get_peer))
        .routes(routes!(retry_peer::retry_peer))
        .routes(routes!(drop_peer::drop_peer))
        .routes(routes!(block_peer::block_peer))
        .routes(routes!(allow_peer::allow_peer))
        .routes(routes!(accept_key::accept_peer_key))
        .routes(routes!(policy::get_policy, put_policy::put_policy))
        .routes(routes!(simulate_policy::simulate_policy))
        .routes(routes!(leave_room::leave_federated_room))
        .routes(routes!(clean_invitations::clean_invitations))
        .routes(routes!(federate::federate_room))
        .routes(routes!(invite::admin_invite))
        .routes(routes!(rejections::list_rejections))
        .routes(routes!(rejection::get_rejection))
        .routes(routes!(dead_letters::list_dead_letters))
        .routes(routes!(retry_dead_letter::retry_dead_letter))
        .routes(routes!(drop_dead_letter::drop_dead_letter))
        .routes(routes!(rooms::list_federated_rooms))
        .routes(routes!(outside::room_outside_for_admin))
        .routes(routes!(check::check_server))
        .routes(routes!(audit::list_audit))
        .routes(routes!(
            take_over::agree_to_host,
            withdraw_take_over::withdraw_take_over
        ))
        .routes(routes!(hand_over::hand_over))
        .routes(routes!(confirm_newest::confirm_newest))
        .routes(routes!(evidence::list_evidence))
        .routes(routes!(lift::lift_room))
        .routes(routes!(participants::list_accounts))
        .routes(routes!(password_reset::make_reset_link))
        .routes(routes!(deactivate::deactivate_account))
        .routes(routes!(reactivate::reactivate_account))
        .routes(routes!(role::set_role))
        .routes(routes!(remove_totp::remove_totp))
        .routes(routes!(stats::get_stats))
}
