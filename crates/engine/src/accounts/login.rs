use std::net::IpAddr;

use scaiwave_protocol::{EventId, LocalId};
use scaiwave_store::record::{ParticipantRow, SessionRow, TotpRow};
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::ways::Mode;
use super::{Viewer, mock, password, second_factor, tokens, totp};
use crate::{ClientCode, Denial, Outcome, Tenant};

/// Life of an access token.
const ACCESS_MS: u64 = 60 * 60 * 1000;
/// Life of a refresh token; each use gives a new one.
const REFRESH_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// Sessions of one person: more devices than anybody has.
const SESSIONS_MAX: usize = 50;

/// What a login gives. The tokens are shown once; only their hashes are kept.
#[derive(Clone, Debug)]
pub struct TokenPair {
    /// For every request.
    pub access_token: String,
    /// For the next pair.
    pub refresh_token: String,
    /// Seconds until the access token ends.
    pub expires_in_s: u64,
    /// Seconds until the refresh token ends, if nobody uses it.
    pub refresh_expires_in_s: u64,
}

/// What somebody says to be let in.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The local id.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
    /// What the app shows, or a recovery code; only accounts with a second factor need one.
    pub code: Option<&'a str>,
}

impl std::fmt::Debug for Credentials<'_> {
    /// Never prints the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// With what somebody logs in, for the list of their sessions.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// The client's own name for itself.
    pub user_agent: Option<String>,
    /// Where it is, as this server sees it.
    pub address: Option<IpAddr>,
}

pub(super) fn wrong() -> Denial {
    ClientCode::InvalidToken.because("user name or password is wrong")
}

/// Logs in with name and password. The answer does not tell which of the two was wrong, and takes the
/// same time.
pub async fn login(
    tenant: &Tenant,
    credentials: Credentials<'_>,
    device: Device,
) -> Outcome<TokenPair> {
    match tenant.ways.mode {
        Mode::Local | Mode::Hybrid => {}
        Mode::Mock => return mock::login(tenant, credentials.username, device).await,
        Mode::Oidc => {
            let sentence = "here an identity provider says who you are; no password lets you in";
            return Err(ClientCode::PasswordsOff.because(sentence));
        }
    }
    let account = match LocalId::parse(credentials.username) {
        Ok(local_id) => tenant.store.participant(&local_id).await?,
        Err(_) => None,
    };
    let account = account.filter(|account| account.deactivated_at.is_none());
    let hash = account
        .as_ref()
        .and_then(|account| account.password_hash.clone());
    let right = password::verify(hash, credentials.password.to_owned()).await;
    let (true, Some(account)) = (right, account) else {
        return Err(wrong());
    };
    let now = tenant.world.now();
    let second = match second_factor::confirmed(tenant, &account.local_id).await? {
        None => None,
        Some(row) => Some(pass(row, credentials.code, now)?),
    };
    let shown = shown(&account.local_id, second);
    begin(tenant, account, shown, device).await
}

/// How somebody has shown who they are: what must still be so when their session is written.
pub(super) struct Shown {
    pub(super) expectation: Option<Expectation>,
    pub(super) change: Option<Change>,
    /// What they are told when it is so no more.
    pub(super) lost: fn() -> Denial,
}

fn shown(local_id: &LocalId, second: Option<Second>) -> Shown {
    match second {
        None => Shown {
            expectation: Some(Expectation::NoTotp(local_id.clone())),
            change: None,
            // The password was changed or the account closed at that moment.
            lost: wrong,
        },
        Some((before, after)) => Shown {
            expectation: Some(Expectation::Totp(Box::new(before))),
            change: Some(Change::PutTotp(Box::new(after))),
            lost: wrong_code,
        },
    }
}

/// A second factor before and after its code was taken.
type Second = (TotpRow, TotpRow);

fn pass(row: TotpRow, code: Option<&str>, now: u64) -> Outcome<Second> {
    let code = code.ok_or_else(|| {
        let sentence = "this account needs a code as well; send it as `totp_code`";
        ClientCode::TotpRequired.because(sentence).at("totp_code")
    })?;
    match totp::accept(&row, code, now) {
        Some(after) => Ok((row, after)),
        None => Err(wrong_code()),
    }
}

fn wrong_code() -> Denial {
    ClientCode::TotpWrong
        .because("the code is wrong, too old or was used; wait for the next one")
        .at("totp_code")
}

/// A new session, if the account is still what it was when it was read, and so is what was shown.
pub(super) async fn begin(
    tenant: &Tenant,
    account: ParticipantRow,
    shown: Shown,
    device: Device,
) -> Outcome<TokenPair> {
    let now = tenant.world.now();
    let over = over(tenant.store.sessions(&account.local_id).await?, now);
    let (pair, access_hash, refresh_hash) = pair(tenant);
    let session = SessionRow {
        id: tenant.world.event_id(),
        local_id: account.local_id.clone(),
        access_hash,
        access_expires_at: now + ACCESS_MS,
        refresh_hash,
        refresh_expires_at: now + REFRESH_MS,
        previous_refresh_hash: None,
        created_at: now,
        last_used_at: now,
        user_agent: device.user_agent,
        address: device.address,
    };
    let ended = !over.is_empty();
    let mut changes: Vec<_> = over.into_iter().map(Change::DropSession).collect();
    changes.push(Change::PutSession(Box::new(session)));
    changes.extend(shown.change);
    let mut commit = Commit::of(changes).expecting(Expectation::Account {
        local_id: account.local_id.clone(),
        password_hash: account.password_hash,
    });
    commit.expectations.extend(shown.expectation);
    match tenant.store.commit(commit).await {
        Ok(_) => {}
        Err(CommitError::Conflict(_)) => return Err((shown.lost)()),
        Err(error) => return Err(error.into()),
    }
    if ended {
        tenant.tokens.end(&account.local_id);
    }
    Ok(pair)
}

/// Sessions that make room for another one: those whose time is over, and the ones that were not used
/// for the longest time when there are too many.
fn over(mut sessions: Vec<SessionRow>, now: u64) -> Vec<EventId> {
    sessions.sort_by_key(|session| {
        let lives = session.refresh_expires_at > now;
        std::cmp::Reverse((lives, session.last_used_at, session.created_at))
    });
    let kept = sessions.iter().take(SESSIONS_MAX - 1);
    let kept = kept.take_while(|session| session.refresh_expires_at > now);
    let kept = kept.count();
    sessions.drain(kept..).map(|session| session.id).collect()
}

fn pair(tenant: &Tenant) -> (TokenPair, [u8; 32], [u8; 32]) {
    let (access_token, access_hash) = tokens::fresh(&tenant.world, "swt");
    let (refresh_token, refresh_hash) = tokens::fresh(&tenant.world, "swt");
    (
        TokenPair {
            access_token,
            refresh_token,
            expires_in_s: ACCESS_MS / 1000,
            refresh_expires_in_s: REFRESH_MS / 1000,
        },
        access_hash,
        refresh_hash,
    )
}

/// Gives a new pair for a refresh token, once.
///
/// A refresh token that was used before has been stolen, or its thief was faster: the whole session
/// ends (RFC 9700 section 4.14.2).
pub async fn refresh(tenant: &Tenant, refresh_token: &str) -> Outcome<TokenPair> {
    let wrong = || ClientCode::InvalidToken.because("the refresh token is not valid; log in again");
    let hash = tokens::hash(refresh_token);
    let session = tenant
        .store
        .session_by_refresh(&hash)
        .await?
        .ok_or_else(wrong)?;
    let now = tenant.world.now();
    if session.refresh_hash != hash || session.refresh_expires_at <= now {
        end(tenant, &session).await?;
        return Err(wrong());
    }
    let account = tenant.store.participant(&session.local_id).await?;
    if account.is_none_or(|account| account.deactivated_at.is_some()) {
        return Err(wrong());
    }
    let (pair, access_hash, refresh_hash) = pair(tenant);
    let renewed = SessionRow {
        access_hash,
        access_expires_at: now + ACCESS_MS,
        refresh_hash,
        refresh_expires_at: now + REFRESH_MS,
        previous_refresh_hash: Some(hash),
        last_used_at: now,
        ..session.clone()
    };
    let commit =
        Commit::of(vec![Change::PutSession(Box::new(renewed))]).expecting(Expectation::Session {
            id: session.id,
            refresh_hash: hash,
        });
    match tenant.store.commit(commit).await {
        Ok(_) => {
            tenant.tokens.forget(&session.access_hash);
            Ok(pair)
        }
        // It ended at that moment, or the same token came twice at once.
        Err(CommitError::Conflict(_)) => {
            end(tenant, &session).await?;
            Err(wrong())
        }
        Err(error) => Err(error.into()),
    }
}

/// Ends the viewer's session.
pub async fn logout(tenant: &Tenant, viewer: &Viewer) -> Result<(), Denial> {
    let drop = Commit::of(vec![Change::DropSession(viewer.session)]);
    tenant.store.commit(drop).await?;
    tenant.tokens.end(&viewer.local_id);
    Ok(())
}

async fn end(tenant: &Tenant, session: &SessionRow) -> Outcome<()> {
    let drop = Commit::of(vec![Change::DropSession(session.id)]);
    tenant.store.commit(drop).await?;
    tenant.tokens.end(&session.local_id);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_000_000;

    fn session(number: u64, last_used_at: u64, refresh_expires_at: u64) -> SessionRow {
        SessionRow {
            id: EventId::from_bytes(u128::from(number).to_be_bytes()),
            local_id: LocalId::parse("ann").expect("an id"),
            access_hash: [0; 32],
            access_expires_at: NOW,
            refresh_hash: [0; 32],
            refresh_expires_at,
            previous_refresh_hash: None,
            created_at: 0,
            last_used_at,
            user_agent: None,
            address: None,
        }
    }

    // Room is made for one more: what has ended goes, and of too many the one that rested longest.
    #[test]
    fn sessions_make_room() {
        assert!(over(vec![], NOW).is_empty());
        let living =
            |count: u64| -> Vec<_> { (1..=count).map(|n| session(n, 100 + n, NOW + 1)).collect() };
        let most = SESSIONS_MAX as u64;
        assert!(over(living(most - 1), NOW).is_empty());
        let gone = over(living(most), NOW);
        assert_eq!(gone, [session(1, 0, 0).id], "the first was used least");
        let mut some = living(2);
        some.push(session(9, 900, NOW));
        assert_eq!(over(some, NOW), [session(9, 0, 0).id], "its time is over");
    }
}
