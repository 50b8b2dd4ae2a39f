//! Every action that the audit log can name is written by some test, which says so by asking for it.

use scaiwave_engine::audit::{self, Action, Actor};
use scaiwave_engine::store::AuditFilter;
use scaiwave_engine::{peering, policy, rooms, upkeep};

use crate::outage::pair;
use crate::town::{House, until};

/// (text of a test file, the test in it)
type Case = (&'static str, &'static str);

macro_rules! case {
    ($file:literal, $test:literal) => {
        (include_str!($file), $test)
    };
}

/// Where an action is shown to be written. A new action does not compile without a case.
fn case(action: Action) -> Case {
    match action {
        Action::AccountClosed | Action::AccountOpened => case!(
            "../../../api/tests/it/accounts/people.rs",
            "an_account_is_closed_and_opened"
        ),
        Action::AccountLinked | Action::AccountUnlinked => case!(
            "../../../api/tests/it/accounts/oidc/linking.rs",
            "linked_and_unlinked"
        ),
        Action::AccountMade => case!(
            "../../../api/tests/it/accounts/register.rs",
            "an_account_is_made_once"
        ),
        Action::AccountPasswordReset | Action::AccountResetLink => case!(
            "../../../api/tests/it/accounts/passwords.rs",
            "a_lost_password_is_set_anew"
        ),
        Action::AccountRole => case!(
            "../../../api/tests/it/accounts/people.rs",
            "a_role_is_given_and_taken"
        ),
        Action::AccountTotpRemoved => case!(
            "../../../api/tests/it/accounts/totp.rs",
            "an_admin_takes_it_away"
        ),
        Action::ClockDiffers => case!("clocks.rs", "a_clock_that_jumps"),
        Action::DeadLetterDropped => case!(
            "../../../api/tests/it/admin/dead_letters.rs",
            "a_letter_is_dropped"
        ),
        Action::DeadLetterRetried => {
            case!(
                "../../../api/tests/it/admin/dead_letters.rs",
                "an_event_is_sent_once_more"
            )
        }
        Action::EventDamaged => case!("damaged.rs", "what_is_damaged_is_left_out"),
        Action::HistorySuspected | Action::HostTwoHistories => {
            case!("hosting.rs", "two_histories_freeze_the_room")
        }
        Action::HostForgedKey => case!("hostile/follower.rs", "a_key_that_is_not_ours"),
        Action::HostVoidEntry => case!("hostile/follower.rs", "entries_that_are_void"),
        Action::InvitationsCleaned => case!("moderation.rs", "all_of_one_spammer_at_once"),
        Action::KeyMade | Action::KeyRecoveryMade | Action::KeyRotated => {
            case!("audited.rs", "a_tenants_own_keys")
        }
        Action::KeyRevoked | Action::PeerKeyRevoked => {
            case!("emergency.rs", "a_stolen_key_is_revoked")
        }
        Action::PeerAllowed | Action::PeerBlocked => {
            case!("../../../api/tests/it/admin/peers.rs", "block_and_allow")
        }
        Action::PeerDropped => case!(
            "../../../api/tests/it/admin/peers.rs",
            "a_peer_that_is_given_up_and_speaks_again"
        ),
        Action::PeerFirstSeen | Action::PeerKeyLearnt | Action::PeerRetried => {
            case!("audited.rs", "what_is_learnt_of_a_peer")
        }
        Action::PeerKeyAccepted | Action::PeerKeyUntrusted => {
            case!(
                "emergency.rs",
                "a_key_that_nobody_vouches_for_waits_for_an_admin"
            )
        }
        Action::PeerOverBudget => case!("moderation.rs", "a_peer_has_a_budget_of_invitations"),
        Action::PolicyChanged => case!(
            "../../../api/tests/it/admin/records.rs",
            "changes_are_written_down"
        ),
        Action::ProfileRefreshed => case!(
            "../../../api/tests/it/admin/foreign.rs",
            "the_home_is_asked_again"
        ),
        Action::RoomConfirmedNewest | Action::RoomInDoubt => {
            case!("hosting.rs", "an_admin_answers_for_a_room_in_doubt")
        }
        Action::RoomFederation | Action::RoomLeft => {
            case!("audited.rs", "rooms_are_closed_and_left")
        }
        Action::RoomForeignTail => case!("hosting.rs", "a_tail_that_is_not_ours"),
        Action::RoomFrozen => case!("history/lies.rs", "a_false_snapshot_is_found_out"),
        Action::RoomHandedOver
        | Action::RoomTakeOverAgreed
        | Action::RoomTakeOverWithdrawn
        | Action::RoomTakenOver => case!("hosting.rs", "a_room_is_handed_over"),
        Action::RoomLifted => case!("hosting/lifted.rs", "both_admins_lift_it"),
        Action::RoomRecovered => case!("hosting.rs", "a_restored_host_fetches_back_what_it_lost"),
        Action::WordsNotOurs => case!("hostile/follower.rs", "words_that_we_never_said"),
    }
}

#[test]
fn every_action_has_a_test() {
    for action in Action::ALL {
        let (text, test) = case(*action);
        let begin = text.find(&format!("async fn {test}("));
        let begin = begin.unwrap_or_else(|| panic!("{action}: there is no test {test}"));
        let body = &text[begin..];
        let body = &body[..body.find("\n}\n").unwrap()];
        let asks = ["\"{}\"", "action={}\"", "action={}&"];
        let asks = asks.map(|form| form.replace("{}", action.as_str()));
        assert!(
            asks.iter().any(|form| body.contains(form)),
            "{test} does not ask for {action}"
        );
    }
    let mut words: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Action::ALL.len(), "each has a word of its own");
}

/// (actor, peer, sentence) of the lines of a kind, newest first.
pub(crate) async fn lines(house: &House, action: &str) -> Vec<(String, Option<String>, String)> {
    let filter = AuditFilter {
        action: Some(action.to_owned()),
        limit: 100,
        ..AuditFilter::default()
    };
    let rows = audit::list(&house.tenant, &house.admin(), filter).await;
    let line = |row: scaiwave_engine::store::record::AuditRow| (row.actor, row.peer, row.message);
    rows.unwrap().into_iter().map(line).collect()
}

// Made by itself, replaced by the operator, and vouched for by one that is kept offline.
#[tokio::test(start_paused = true)]
async fn a_tenants_own_keys() {
    let pair = pair().await;
    let keyring = pair.acme.tenant.keyring();
    assert_eq!(lines(&pair.acme, "key.made").await[0].0, "server");
    keyring.rotate(Actor::Operator, true, None).await.unwrap();
    assert_eq!(lines(&pair.acme, "key.rotated").await[0].0, "operator");
    keyring.make_recovery(Actor::Operator, false).await.unwrap();
    assert_eq!(lines(&pair.acme, "key.recovery_made").await.len(), 1);
}

// First met, with the words that its admin can compare; met again with a successor; tried at once.
#[tokio::test(start_paused = true)]
async fn what_is_learnt_of_a_peer() {
    let pair = pair().await;
    let globex = pair.globex.tenant.server_name();
    let met = lines(&pair.acme, "peer.first_seen").await;
    assert_eq!(met.len(), 1);
    let (actor, peer, sentence) = &met[0];
    assert_eq!(
        (actor.as_str(), peer.as_deref()),
        ("server", Some("globex.example"))
    );
    let detail = peering::peer(&pair.acme.tenant, &pair.acme.admin(), globex)
        .await
        .unwrap();
    let words = detail.peer.fingerprint_words.unwrap();
    assert!(sentence.contains(&words), "{sentence}");

    pair.globex
        .tenant
        .keyring()
        .rotate(Actor::Operator, true, None)
        .await
        .unwrap();
    pair.town.clock.pass(2 * 24 * 3600);
    upkeep::run(&pair.acme.tenant).await;
    until("the new key", || async {
        lines(&pair.acme, "peer.key_learnt").await.len() == 1
    })
    .await;
    assert_eq!(
        lines(&pair.acme, "peer.first_seen").await.len(),
        1,
        "met once"
    );
    peering::retry(&pair.acme.tenant, &pair.acme.admin(), globex)
        .await
        .unwrap();
    assert_eq!(lines(&pair.acme, "peer.retried").await.len(), 1);
}

// An owner closes a room to other servers by its settings, and opens it again; a follower's admin leaves one.
#[tokio::test(start_paused = true)]
async fn rooms_are_closed_and_left() {
    let pair = pair().await;
    let federate = async |enabled| {
        let change = rooms::RoomSettings {
            federate: Some(enabled),
            ..rooms::RoomSettings::default()
        };
        rooms::set_settings(&pair.acme.tenant, &pair.alice, &pair.room_id, change)
            .await
            .unwrap();
    };
    federate(true).await;
    assert!(
        lines(&pair.acme, "room.federation").await.is_empty(),
        "nothing is changed"
    );
    policy::leave(&pair.globex.tenant, &pair.globex.admin(), &pair.room_id)
        .await
        .unwrap();
    assert_eq!(lines(&pair.globex, "room.left").await.len(), 1);
    federate(false).await;
    let closed = lines(&pair.acme, "room.federation").await;
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0].0, "@alice:acme.example");
    assert!(closed[0].2.contains("keep other servers out"), "{closed:?}");
    federate(true).await;
    assert_eq!(lines(&pair.acme, "room.federation").await.len(), 2);
}
