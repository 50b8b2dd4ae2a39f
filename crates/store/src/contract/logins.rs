use scaiwave_protocol::LocalId;

use super::fixture::{EPOCH, event_id, good, local, participant, put, refused, session};
use crate::record::{
    ApiTokenRow, IdentityRow, ParticipantRow, ResetLinkRow, Role, Scopes, SessionRow, TotpRow,
};
use crate::{Change, Commit, Expectation, TenantStore};

fn put_participant(row: &ParticipantRow) -> Change {
    Change::PutParticipant(Box::new(row.clone()))
}

fn put_session(row: &SessionRow) -> Change {
    Change::PutSession(Box::new(row.clone()))
}

fn expecting(expectation: Expectation) -> Commit {
    Commit::of(vec![put_session(&session(1))]).expecting(expectation)
}

async fn taken(store: &dyn TenantStore, commit: Commit) {
    let receipt = store.commit(commit).await;
    receipt.expect("what is expected holds");
}

async fn sessions(store: &dyn TenantStore, of: &str) -> Vec<SessionRow> {
    good(store.sessions(&local(of)).await)
}

pub(super) async fn a_login_needs_the_account_as_it_was_read(store: &dyn TenantStore) {
    let account = |password_hash: Option<&str>| Expectation::Account {
        local_id: local("ann"),
        password_hash: password_hash.map(str::to_owned),
    };
    refused(store, expecting(account(None))).await;
    let mut ann = participant("ann", "Ann");
    put(store, vec![put_participant(&ann)]).await;
    refused(store, expecting(account(None))).await;
    refused(store, expecting(account(Some("other")))).await;
    ann.deactivated_at = Some(EPOCH);
    put(store, vec![put_participant(&ann)]).await;
    refused(store, expecting(account(Some("phc")))).await;
    assert_eq!(sessions(store, "ann").await, []);
    ann.deactivated_at = None;
    put(store, vec![put_participant(&ann)]).await;
    taken(store, expecting(account(Some("phc")))).await;
    ann.password_hash = None;
    put(store, vec![put_participant(&ann)]).await;
    taken(store, expecting(account(None))).await;
}

pub(super) async fn one_admin_is_left(store: &dyn TenantStore) {
    let admin = |id: &str| ParticipantRow {
        role: Role::Admin,
        ..participant(id, id)
    };
    let another = || expecting(Expectation::AnotherAdmin(local("ann")));
    put(store, vec![put_participant(&admin("ann"))]).await;
    refused(store, another()).await;
    let closed = ParticipantRow {
        deactivated_at: Some(EPOCH),
        ..admin("bob")
    };
    let member = participant("mia", "Mia");
    put(
        store,
        vec![put_participant(&closed), put_participant(&member)],
    )
    .await;
    refused(store, another()).await;
    put(store, vec![put_participant(&admin("bob"))]).await;
    taken(store, another()).await;
}

pub(super) async fn a_session_that_ended_stays_ended(store: &dyn TenantStore) {
    let expected = |number: u8| {
        expecting(Expectation::Session {
            id: session(1).id,
            refresh_hash: [number; 32],
        })
    };
    refused(store, expected(101)).await;
    put(store, vec![put_session(&session(1))]).await;
    refused(store, expected(102)).await;
    taken(store, expected(101)).await;
    let drop = vec![
        Change::DropSession(session(1).id),
        Change::SawSession(session(1).id, EPOCH + 9),
    ];
    put(store, drop).await;
    refused(store, expected(101)).await;
    assert_eq!(sessions(store, "ann").await, []);
}

async fn last_seen(store: &dyn TenantStore, id: &LocalId) -> Option<u64> {
    let row = good(store.participant(id).await);
    row.expect("the account").last_seen_at
}

pub(super) async fn who_uses_a_session_was_seen(store: &dyn TenantStore) {
    let (ann, bob) = (local("ann"), local("bob"));
    let people = ["ann", "bob"].map(|id| put_participant(&participant(id, id)));
    put(store, people.into()).await;
    assert_eq!(last_seen(store, &ann).await, None);
    put(store, vec![put_session(&session(1))]).await;
    assert_eq!(last_seen(store, &ann).await, Some(EPOCH));
    let saw = |at| vec![Change::SawSession(session(1).id, at)];
    put(store, saw(EPOCH + 9)).await;
    // A clock that was set back takes nothing away.
    put(store, saw(EPOCH + 3)).await;
    assert_eq!(sessions(store, "ann").await[0].last_used_at, EPOCH + 9);
    assert_eq!(last_seen(store, &ann).await, Some(EPOCH + 9));
    assert_eq!(last_seen(store, &bob).await, None);
}

pub(super) async fn all_sessions_but_one_are_dropped(store: &dyn TenantStore) {
    let other = SessionRow {
        local_id: local("bob"),
        ..session(4)
    };
    let rows = [session(1), session(2), session(3), other.clone()];
    put(store, rows.iter().map(put_session).collect()).await;
    let drop = Change::DropSessions(local("ann"), Some(session(2).id));
    put(store, vec![drop]).await;
    assert_eq!(sessions(store, "ann").await, [session(2)]);
    assert_eq!(good(store.session_by_access(&[1; 32]).await), None);
    put(store, vec![Change::DropSessions(local("ann"), None)]).await;
    assert_eq!(sessions(store, "ann").await, []);
    assert_eq!(sessions(store, "bob").await, [other]);
}

pub(super) async fn a_reset_link_works_once(store: &dyn TenantStore) {
    let link = |number: u8| ResetLinkRow {
        local_id: local("ann"),
        hash: [number; 32],
        expires_at: EPOCH + u64::from(number),
    };
    let found = async |number: u8| good(store.reset_link(&[number; 32]).await);
    let expected = |number: u8| {
        expecting(Expectation::ResetLink {
            local_id: local("ann"),
            hash: [number; 32],
        })
    };
    assert_eq!(found(1).await, None);
    refused(store, expected(1)).await;
    put(store, vec![Change::PutResetLink(link(1))]).await;
    assert_eq!(found(1).await, Some(link(1)));
    taken(store, expected(1)).await;
    // The next one takes its place.
    put(store, vec![Change::PutResetLink(link(2))]).await;
    assert_eq!(found(1).await, None);
    refused(store, expected(1)).await;
    assert_eq!(found(2).await, Some(link(2)));
    let drop = || Change::DropResetLink(local("ann"));
    put(store, vec![drop(), drop()]).await;
    assert_eq!(found(2).await, None);
    refused(store, expected(2)).await;
}

fn api_token(number: u8, of: &str) -> ApiTokenRow {
    ApiTokenRow {
        id: event_id(0, number.into()),
        local_id: local(of),
        hash: [number; 32],
        name: format!("token {number}"),
        scopes: Scopes {
            read: true,
            ..Scopes::default()
        },
        created_at: EPOCH + u64::from(number),
        expires_at: None,
        last_used_at: None,
    }
}

fn put_token(row: &ApiTokenRow) -> Change {
    Change::PutApiToken(Box::new(row.clone()))
}

pub(super) async fn tokens_for_programs_are_kept_by_id(store: &dyn TenantStore) {
    let tokens = async |of: &str| good(store.api_tokens(&local(of)).await);
    assert_eq!(good(store.api_token(&[1; 32]).await), None);
    let mut second = ApiTokenRow {
        scopes: Scopes {
            read: false,
            write: true,
            admin: true,
        },
        expires_at: Some(EPOCH + 9),
        last_used_at: Some(EPOCH + 3),
        ..api_token(2, "ann")
    };
    let of_bob = api_token(3, "bob");
    let rows = [api_token(1, "ann"), second.clone(), of_bob.clone()];
    put(store, rows.iter().map(put_token).collect()).await;
    assert_eq!(tokens("ann").await, [second.clone(), api_token(1, "ann")]);
    assert_eq!(good(store.api_token(&[2; 32]).await), Some(second.clone()));
    let stolen = ApiTokenRow {
        hash: [1; 32],
        ..api_token(4, "bob")
    };
    refused(store, Commit::of(vec![put_token(&stolen)])).await;
    second.scopes = Scopes::default();
    let drop = Change::DropApiToken(api_token(1, "ann").id);
    put(store, vec![put_token(&second), drop.clone(), drop]).await;
    assert_eq!(tokens("ann").await, [second]);
    assert_eq!(good(store.api_token(&[1; 32]).await), None);
    put(store, vec![Change::DropApiTokens(local("ann"))]).await;
    assert_eq!(tokens("ann").await, []);
    assert_eq!(tokens("bob").await, [of_bob]);
}

pub(super) async fn whose_token_is_used_was_seen(store: &dyn TenantStore) {
    let ann = put_participant(&participant("ann", "Ann"));
    put(store, vec![ann, put_token(&api_token(1, "ann"))]).await;
    let saw = |number: u8, at| vec![Change::SawApiToken(api_token(number, "ann").id, at)];
    put(store, saw(1, EPOCH + 9)).await;
    put(store, saw(1, EPOCH + 3)).await;
    put(store, saw(2, EPOCH + 20)).await;
    let token = good(store.api_token(&[1; 32]).await).expect("the token");
    assert_eq!(token.last_used_at, Some(EPOCH + 9));
    assert_eq!(last_seen(store, &local("ann")).await, Some(EPOCH + 9));
    assert_eq!(good(store.api_token(&[2; 32]).await), None);
}

pub(super) async fn a_second_factor_is_kept_by_account(store: &dyn TenantStore) {
    let ann = local("ann");
    let mut row = TotpRow {
        local_id: ann.clone(),
        secret: [7; 20],
        confirmed: false,
        last_step: 0,
        recovery: Vec::new(),
    };
    let put_totp = |row: &TotpRow| Change::PutTotp(Box::new(row.clone()));
    let stands = |row: &TotpRow| expecting(Expectation::Totp(Box::new(row.clone())));
    let none = || expecting(Expectation::NoTotp(local("ann")));
    assert_eq!(good(store.totp(&ann).await), None);
    taken(store, none()).await;
    refused(store, stands(&row)).await;
    put(store, vec![put_totp(&row)]).await;
    assert_eq!(good(store.totp(&ann).await), Some(row.clone()));
    taken(store, stands(&row)).await;
    // One that is not confirmed asks for no code.
    taken(store, none()).await;
    row.confirmed = true;
    row.last_step = 9;
    row.recovery = vec![[1; 32], [2; 32]];
    refused(store, stands(&row)).await;
    put(store, vec![put_totp(&row)]).await;
    assert_eq!(good(store.totp(&ann).await), Some(row.clone()));
    taken(store, stands(&row)).await;
    refused(store, none()).await;
    for other in [
        TotpRow {
            last_step: 8,
            ..row.clone()
        },
        TotpRow {
            secret: [8; 20],
            ..row.clone()
        },
        TotpRow {
            recovery: vec![[1; 32]],
            ..row.clone()
        },
    ] {
        refused(store, stands(&other)).await;
    }
    put(
        store,
        vec![
            Change::DropTotp(local("bob")),
            Change::DropTotp(ann.clone()),
        ],
    )
    .await;
    assert_eq!(good(store.totp(&ann).await), None);
    refused(store, stands(&row)).await;
}

fn identity(number: u8, of: &str) -> IdentityRow {
    IdentityRow {
        id: event_id(0, number.into()),
        local_id: local(of),
        issuer: "https://login.example".to_owned(),
        subject: format!("subject {number}"),
        email: None,
        created_at: EPOCH + u64::from(number),
        last_used_at: None,
    }
}

fn put_identity(row: &IdentityRow) -> Change {
    Change::PutIdentity(Box::new(row.clone()))
}

pub(super) async fn an_identity_is_one_of_issuer_and_subject(store: &dyn TenantStore) {
    let of = async |of: &str| good(store.identities(&local(of)).await);
    let found = async |row: &IdentityRow| good(store.identity(&row.issuer, &row.subject).await);
    assert_eq!(found(&identity(1, "ann")).await, None);
    let elsewhere = IdentityRow {
        issuer: "https://other.example".to_owned(),
        email: Some("ann@other.example".to_owned()),
        last_used_at: Some(EPOCH + 9),
        id: event_id(0, 2),
        created_at: EPOCH + 2,
        ..identity(1, "ann")
    };
    let of_bob = identity(3, "bob");
    let rows = [identity(1, "ann"), elsewhere.clone(), of_bob.clone()];
    put(store, rows.iter().map(put_identity).collect()).await;
    assert_eq!(of("ann").await, [elsewhere.clone(), identity(1, "ann")]);
    assert_eq!(found(&elsewhere).await, Some(elsewhere.clone()));
    assert_eq!(found(&of_bob).await, Some(of_bob.clone()));
    // Another letter is another subject.
    let shouted = IdentityRow {
        subject: "SUBJECT 1".to_owned(),
        ..identity(1, "ann")
    };
    assert_eq!(found(&shouted).await, None);
    let stolen = IdentityRow {
        id: event_id(0, 4),
        ..identity(1, "bob")
    };
    refused(store, Commit::of(vec![put_identity(&stolen)])).await;
    let seen = IdentityRow {
        last_used_at: Some(EPOCH + 20),
        ..identity(1, "ann")
    };
    let drop = Change::DropIdentity(elsewhere.id);
    put(store, vec![put_identity(&seen), drop.clone(), drop]).await;
    assert_eq!(of("ann").await, [seen]);
    assert_eq!(found(&elsewhere).await, None);
    assert_eq!(of("bob").await, [of_bob]);
}

pub(super) async fn an_identity_that_was_unlinked_lets_nobody_in(store: &dyn TenantStore) {
    let linked = |of: &str| {
        expecting(Expectation::Identity {
            id: identity(1, of).id,
            local_id: local(of),
        })
    };
    refused(store, linked("ann")).await;
    put(store, vec![put_identity(&identity(1, "ann"))]).await;
    refused(store, linked("bob")).await;
    taken(store, linked("ann")).await;
    put(store, vec![Change::DropIdentity(identity(1, "ann").id)]).await;
    refused(store, linked("ann")).await;
}
