//! The contract that every backend passes, as a list of named cases.
//!
//! A backend's tests open an empty store for each case and await it; a case panics when the promise in
//! its name is not kept.

mod accounts;
mod annotations;
mod audit;
mod commits;
mod erasure;
pub mod fixture;
mod host;
mod inbound;
mod keyed;
mod live;
mod log;
mod logins;
mod moderation;
mod notify;
mod outbound;
mod pending;
mod room_list;
mod rooms;
mod search;
mod server;
mod stamps;
mod timeline;

use std::pin::Pin;

use crate::{ServerStore, TenantStore};

/// One promise, checked on an empty store.
pub type Case = for<'a> fn(&'a dyn TenantStore) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// One promise of the store of tenants, checked on an empty one.
pub type ServerCase =
    for<'a> fn(&'a dyn ServerStore) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

macro_rules! cases {
    ($($module:ident::$name:ident),* $(,)?) => {
        &[$((
            concat!(stringify!($module), "::", stringify!($name)),
            |store| Box::pin($module::$name(store)),
        ),)*]
    };
}

/// What every tenant's store promises.
pub const CASES: &[(&str, Case)] = cases![
    commits::a_conflict_leaves_nothing,
    commits::a_late_change_that_fails_takes_the_early_ones_back,
    commits::each_expectation_holds_or_conflicts,
    commits::one_conflict_does_not_touch_its_neighbours,
    commits::changes_see_those_before_them,
    commits::racing_heads_have_one_winner,
    rooms::an_unknown_room_has_nothing,
    rooms::a_room_is_replaced_by_its_id,
    rooms::members_are_kept_by_name,
    rooms::members_have_come_in_at_a_time,
    rooms::people_of_other_servers_are_companions,
    rooms::servers_are_kept_by_name,
    rooms::the_last_origin_seq_moves_alone,
    rooms::rooms_are_found_by_server_and_member,
    rooms::a_server_shares_a_room_by_record_or_invitation,
    rooms::a_dm_is_kept_by_pair,
    room_list::one_room_is_its_line,
    room_list::only_joined_and_invited_rooms_newest_first,
    room_list::unread_counts_messages_of_others_above_the_marker,
    room_list::unread_stops_at_a_thousand,
    room_list::mentions_are_counted_above_the_marker,
    room_list::the_last_line_is_one_that_is_shown,
    log::entries_come_back_as_they_were,
    log::entries_follow_the_head,
    log::an_event_stands_once_in_a_room,
    log::a_repeated_event_is_void,
    log::history_is_filled_downwards,
    log::a_log_goes_on_above_a_newer_snapshot,
    log::pages_go_both_ways_and_stop,
    log::a_page_stops_at_its_bytes,
    log::heads_of_known_events_only,
    log::referrers_are_listed_whatever_the_verdict,
    log::bases_are_kept_by_seq,
    log::entries_are_judged_again,
    log::what_is_set_aside_is_gone,
    log::servers_come_and_go_in_order,
    log::checkpoints_on_both_sides,
    timeline::pages_both_ways_ascending,
    timeline::only_lines_that_are_shown,
    timeline::a_page_has_so_many_bytes,
    timeline::rooms_do_not_mix,
    timeline::a_thread_is_its_root_and_what_answers,
    timeline::replies_are_counted_once,
    timeline::one_row_equals_its_line_in_the_page,
    stamps::what_changes_a_line_changes_its_stamp,
    stamps::who_comes_or_goes_has_other_rooms,
    stamps::a_commit_is_counted_before_it_is_answered,
    search::any_part_of_a_word_is_found,
    search::all_terms_must_stand_in_one_message,
    search::only_the_rooms_that_are_named,
    search::the_rooms_that_somebody_is_in,
    search::only_what_is_shown_as_it_is_now,
    search::what_is_set_aside_is_not_found,
    search::history_below_is_found,
    search::a_room_that_is_not_searched,
    search::filters_of_sender_marks_and_time,
    search::the_newest_come_first_and_have_bounds,
    search::short_words_are_found_where_words_begin,
    search::what_has_no_piece_is_looked_for_among_the_newest,
    search::a_conflict_leaves_the_index_alone,
    search::the_index_follows_the_tables,
    annotations::the_latest_edit_stands,
    annotations::edits_are_dropped,
    annotations::reactions_are_in_order_and_kept_once,
    annotations::reactions_are_dropped_one_and_all,
    erasure::an_erased_event_keeps_its_header_only,
    erasure::erasing_is_told_in_timeline_and_heads,
    erasure::an_erased_event_refers_to_nothing,
    erasure::a_message_that_came_erased_is_shown_as_redacted,
    erasure::snippets_go_with_their_event,
    erasure::an_unknown_event_is_no_matter,
    pending::kept_in_order_until_dropped,
    pending::a_refused_one_is_shown_but_not_submitted,
    pending::submitted_to_their_host_only,
    pending::submitted_above_a_number,
    pending::a_frozen_room_submits_nothing,
    pending::another_signature_replaces_the_first,
    live::positions_rise_strictly,
    live::the_stream_is_read_from_a_cursor,
    live::the_inbox_is_newest_first,
    live::a_marker_never_moves_down,
    outbound::followers_lag_until_they_acknowledge,
    outbound::a_stopped_follower_does_not_lag,
    outbound::dead_letters_are_kept_until_dropped,
    outbound::the_outbox_is_sent_in_order,
    outbound::peers_wait_for_lag_outbox_and_pending,
    host::a_frozen_room_says_why,
    host::an_admin_settles_which_history_counts,
    host::evidence_is_kept_in_order,
    host::keys_wait_to_be_confirmed,
    host::an_admin_agrees_to_take_over,
    inbound::peers_are_kept_by_name,
    inbound::keys_of_peers_are_kept_by_name,
    inbound::rejections_are_filtered_newest_first,
    inbound::rejections_of_one_moment_have_an_order,
    inbound::invitations_are_kept_until_answered,
    inbound::own_keys_oldest_first,
    inbound::settings_are_kept_by_name,
    audit::lines_are_filtered_newest_first,
    audit::lines_of_one_moment_have_an_order,
    audit::the_same_line_stands_once,
    moderation::an_invite_stays_known_when_its_invitation_is_gone,
    moderation::invites_are_counted_by_host_and_time,
    moderation::declines_are_kept_by_room_and_person,
    moderation::blocks_are_kept_by_participant_and_whom,
    moderation::reports_are_open_until_resolved,
    moderation::an_event_is_taken_out_of_every_inbox,
    notify::preferences_are_kept_by_participant,
    notify::choices_are_kept_by_participant_and_room,
    accounts::what_is_used_is_counted,
    accounts::participants_are_kept_by_id,
    accounts::a_patch_changes_what_it_names,
    accounts::participants_are_searched_without_case,
    accounts::sessions_are_found_by_their_tokens,
    accounts::sessions_are_listed_and_dropped,
    logins::a_login_needs_the_account_as_it_was_read,
    logins::one_admin_is_left,
    logins::a_session_that_ended_stays_ended,
    logins::who_uses_a_session_was_seen,
    logins::all_sessions_but_one_are_dropped,
    logins::a_reset_link_works_once,
    logins::tokens_for_programs_are_kept_by_id,
    logins::whose_token_is_used_was_seen,
    logins::a_second_factor_is_kept_by_account,
    logins::an_identity_is_one_of_issuer_and_subject,
    logins::an_identity_that_was_unlinked_lets_nobody_in,
    keyed::a_request_is_kept_by_person_and_key,
    keyed::a_key_is_taken_once_in_a_while,
    keyed::the_oldest_of_a_person_go,
    keyed::what_is_old_is_dropped_together,
    keyed::an_answer_goes_with_what_it_shows,
];

/// What the store of tenants promises.
pub const SERVER_CASES: &[(&str, ServerCase)] = cases![
    server::tenants_are_listed_by_slug,
    server::slugs_and_names_are_unique,
    server::a_tenant_gets_another_name,
    server::standings_are_kept_by_slug,
    server::an_open_tenant_is_the_same_one,
    server::an_unknown_tenant_cannot_be_opened,
    server::tenants_do_not_see_each_other,
];
