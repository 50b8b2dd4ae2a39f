use scaiwave_protocol::LocalId;

use super::fixture::{EPOCH, good, local, participant, put, refused, room, session};
use crate::record::{AccountPatch, ParticipantRow, PresenceChoice, Role, SessionRow};
use crate::{Change, Commit, TenantStore};

fn put_participant(row: &ParticipantRow) -> Change {
    Change::PutParticipant(Box::new(row.clone()))
}

fn put_session(row: &SessionRow) -> Change {
    Change::PutSession(Box::new(row.clone()))
}

async fn account(store: &dyn TenantStore, id: &LocalId) -> ParticipantRow {
    good(store.participant(id).await).expect("the account")
}

pub(super) async fn participants_are_kept_by_id(store: &dyn TenantStore) {
    assert_eq!(good(store.participant(&local("ann")).await), None);
    let closed = ParticipantRow {
        role: Role::Admin,
        bot: true,
        avatar: None,
        password_hash: None,
        deactivated_at: Some(EPOCH + 1),
        last_seen_at: Some(EPOCH + 2),
        ..participant("ann", "Ann B.")
    };
    let changes = vec![
        put_participant(&participant("ann", "Ann")),
        put_participant(&participant("bob", "Bob")),
        put_participant(&closed),
    ];
    put(store, changes).await;
    assert_eq!(account(store, &local("ann")).await, closed);
    assert_eq!(good(store.closed_accounts().await), [local("ann")]);
    assert_eq!(
        account(store, &local("bob")).await,
        participant("bob", "Bob")
    );
}

/// Accounts and rooms are counted once, whatever is written of them again; the data has a size.
pub(super) async fn what_is_used_is_counted(store: &dyn TenantStore) {
    let usage = async || {
        let used = good(store.usage().await);
        (used.participants, used.closed_participants, used.rooms)
    };
    assert_eq!(usage().await, (0, 0, 0));
    let closed = ParticipantRow {
        deactivated_at: Some(EPOCH),
        ..participant("dan", "Dan")
    };
    let changes = vec![
        put_participant(&participant("ann", "Ann")),
        put_participant(&participant("bob", "Bob")),
        put_participant(&participant("bob", "Bobby")),
        put_participant(&closed),
        Change::PutRoom(Box::new(room(1, 1))),
        Change::PutRoom(Box::new(room(2, 1))),
        Change::PutRoom(Box::new(room(2, 2))),
    ];
    put(store, changes).await;
    assert_eq!(usage().await, (2, 1, 2));
    let patch = |deactivated_at| {
        let patch = AccountPatch {
            deactivated_at: Some(deactivated_at),
            ..AccountPatch::default()
        };
        vec![Change::PatchParticipant(local("ann"), patch)]
    };
    for (deactivated_at, expected) in [
        (Some(EPOCH + 1), (1, 2, 2)),
        (Some(EPOCH + 2), (1, 2, 2)),
        (None, (2, 1, 2)),
        (None, (2, 1, 2)),
    ] {
        put(store, patch(deactivated_at)).await;
        assert_eq!(usage().await, expected);
    }
    put(store, vec![put_participant(&participant("dan", "Dan"))]).await;
    assert_eq!(usage().await, (3, 0, 2));
    let before = good(store.usage().await).storage_bytes;
    let document = vec![b'x'; 1 << 20];
    put(store, vec![Change::PutSetting("policy", document)]).await;
    let grown = good(store.usage().await).storage_bytes - before;
    assert!((1 << 20..2 << 20).contains(&grown), "{grown}");
}

pub(super) async fn a_patch_changes_what_it_names(store: &dyn TenantStore) {
    let mut expected = participant("ann", "Ann");
    put(store, vec![put_participant(&expected)]).await;
    let patch = |patch| Change::PatchParticipant(local("ann"), patch);
    put(store, vec![patch(AccountPatch::default())]).await;
    assert_eq!(account(store, &local("ann")).await, expected);
    let name = AccountPatch {
        display_name: Some("Änne".to_owned()),
        ..AccountPatch::default()
    };
    let bare = AccountPatch {
        avatar: Some(None),
        password_hash: Some("other".to_owned()),
        ..AccountPatch::default()
    };
    put(store, vec![patch(name), patch(bare)]).await;
    expected.display_name = "Änne".to_owned();
    expected.avatar = None;
    expected.password_hash = Some("other".to_owned());
    assert_eq!(account(store, &local("ann")).await, expected);
    let picture = AccountPatch {
        avatar: Some(Some("new".to_owned())),
        ..AccountPatch::default()
    };
    let hidden = AccountPatch {
        presence: Some(Some(PresenceChoice::AppearOffline)),
        ..AccountPatch::default()
    };
    put(store, vec![patch(hidden), patch(AccountPatch::default())]).await;
    expected.presence = Some(PresenceChoice::AppearOffline);
    assert_eq!(account(store, &local("ann")).await, expected);
    let automatic = AccountPatch {
        presence: Some(None),
        ..AccountPatch::default()
    };
    put(store, vec![patch(automatic)]).await;
    expected.presence = None;
    assert_eq!(account(store, &local("ann")).await, expected);
    let closed = AccountPatch {
        role: Some(Role::Admin),
        deactivated_at: Some(Some(EPOCH + 7)),
        ..AccountPatch::default()
    };
    put(store, vec![patch(closed), patch(AccountPatch::default())]).await;
    expected.role = Role::Admin;
    expected.deactivated_at = Some(EPOCH + 7);
    assert_eq!(account(store, &local("ann")).await, expected);
    let opened = AccountPatch {
        deactivated_at: Some(None),
        ..AccountPatch::default()
    };
    put(store, vec![patch(opened)]).await;
    expected.deactivated_at = None;
    let nobody = Change::PatchParticipant(local("nobody"), picture.clone());
    put(store, vec![patch(picture), nobody]).await;
    expected.avatar = Some("new".to_owned());
    assert_eq!(account(store, &local("ann")).await, expected);
    assert_eq!(good(store.participant(&local("nobody")).await), None);
    // The new name is found, the old one is not.
    let found = good(store.participants("änNE", false, None, 9, 0).await);
    assert_eq!(found, [expected]);
}

pub(super) async fn participants_are_searched_without_case(store: &dyn TenantStore) {
    let rows = [
        participant("zoe", "Ångström"),
        participant("ann", "50% _off_"),
        participant("bob.ann", "Bob"),
    ];
    put(store, rows.iter().map(put_participant).collect()).await;
    for (query, expected) in [
        ("", vec!["ann", "bob.ann", "zoe"]),
        ("ANN", vec!["ann", "bob.ann"]),
        ("ÅNGST", vec!["zoe"]),
        ("%", vec!["ann"]),
        ("_", vec!["ann"]),
        ("nobody", vec![]),
    ] {
        let found = good(store.participants(query, false, None, 9, 0).await);
        let ids: Vec<_> = found.iter().map(|row| row.local_id.as_str()).collect();
        assert_eq!(ids, expected, "{query:?}");
    }
    let second = good(store.participants("", false, None, 1, 1).await);
    assert_eq!(second, rows[2..]);
    // A closed account takes no place in a page of open ones.
    let closed = ParticipantRow {
        deactivated_at: Some(EPOCH),
        ..rows[1].clone()
    };
    put(store, vec![put_participant(&closed)]).await;
    let open = good(store.participants("", false, None, 2, 0).await);
    assert_eq!(open, [rows[2].clone(), rows[0].clone()]);
    let all = good(store.participants("", true, None, 2, 0).await);
    assert_eq!(all, [closed, rows[2].clone()]);
    // Only people, only programs.
    let mut bot = participant("tick", "Clock");
    bot.bot = true;
    put(store, vec![put_participant(&bot)]).await;
    for (bots, count) in [(None, 3), (Some(false), 2), (Some(true), 1)] {
        let found = good(store.participants("", false, bots, 9, 0).await);
        assert_eq!(found.len(), count, "{bots:?}");
    }
    let bots = good(store.participants("", false, Some(true), 9, 0).await);
    assert_eq!(bots, [bot]);
}

pub(super) async fn sessions_are_found_by_their_tokens(store: &dyn TenantStore) {
    put(
        store,
        vec![put_session(&session(1)), put_session(&session(2))],
    )
    .await;
    let found = good(store.session_by_access(&[1; 32]).await);
    assert_eq!(found, Some(session(1)));
    let found = good(store.session_by_refresh(&[102; 32]).await);
    assert_eq!(found, Some(session(2)));
    let refreshed = SessionRow {
        access_hash: [3; 32],
        refresh_hash: [103; 32],
        previous_refresh_hash: Some([101; 32]),
        last_used_at: EPOCH + 9,
        user_agent: None,
        ..session(1)
    };
    put(store, vec![put_session(&refreshed)]).await;
    assert_eq!(good(store.session_by_access(&[1; 32]).await), None);
    // The present token and the one before both lead to the session.
    for refresh in [[103; 32], [101; 32]] {
        let found = good(store.session_by_refresh(&refresh).await);
        assert_eq!(found, Some(refreshed.clone()));
    }
    let stolen = SessionRow {
        access_hash: [3; 32],
        ..session(4)
    };
    refused(store, Commit::of(vec![put_session(&stolen)])).await;
}

pub(super) async fn sessions_are_listed_and_dropped(store: &dyn TenantStore) {
    let other = SessionRow {
        local_id: local("bob"),
        ..session(3)
    };
    let rows = [session(1), session(2), other.clone()];
    put(store, rows.iter().map(put_session).collect()).await;
    let newest_first = [session(2), session(1)];
    assert_eq!(good(store.sessions(&local("ann")).await), newest_first);
    let drop = vec![
        Change::DropSession(session(2).id),
        Change::DropSession(session(2).id),
    ];
    put(store, drop).await;
    assert_eq!(good(store.sessions(&local("ann")).await), [session(1)]);
    assert_eq!(good(store.session_by_access(&[2; 32]).await), None);
    assert_eq!(good(store.sessions(&local("bob")).await), [other]);
}
