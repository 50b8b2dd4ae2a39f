use scaiwave_protocol::LocalId;
use scaiwave_protocol::limits::DISPLAY_NAME_CHARS_MAX;
use scaiwave_store::record::{AccountPatch, IdentityRow, ParticipantRow, Role};
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::ProviderWay;
use crate::accounts::ways::Mode;
use crate::audit::{self, Action, Actor, Happening};
use crate::world::Vouched;
use crate::{ClientCode, Denial, Outcome, Tenant, quota};

/// Whose account it is. Where there is none it is made, if the tenant wants that; what they may do follows the
/// provider, if that is its to say.
pub(super) async fn enter(
    tenant: &Tenant,
    way: &ProviderWay,
    vouched: Vouched,
) -> Outcome<(ParticipantRow, IdentityRow)> {
    must_be_of(way, &vouched)?;
    if let Some(found) = find(tenant, &vouched).await? {
        return follow(tenant, found, vouched).await;
    }
    if !way.makes_accounts {
        let sentence = "nobody here has linked this login; log in with your password and link it";
        return Err(ClientCode::NotLinked.because(sentence));
    }
    match make(tenant, &vouched).await? {
        Some(made) => Ok(made),
        // The same person came twice at that moment.
        None => match find(tenant, &vouched).await? {
            Some(found) => follow(tenant, found, vouched).await,
            None => Err(taken(tenant)),
        },
    }
}

/// A provider may serve several tenants; its claim then says whose somebody is.
pub(super) fn must_be_of(way: &ProviderWay, vouched: &Vouched) -> Outcome<()> {
    match &way.tenant {
        Some(ours) if vouched.tenant.as_ref() != Some(ours) => {
            tracing::warn!(
                tenant = ours,
                "somebody came whose claim of the tenant is missing or names another one"
            );
            let sentence = "the identity provider says that you are not of this tenant";
            Err(ClientCode::TenantMismatch.because(sentence))
        }
        _ => Ok(()),
    }
}

async fn find(tenant: &Tenant, vouched: &Vouched) -> Outcome<Option<IdentityRow>> {
    let found = tenant.store.identity(&vouched.issuer, &vouched.subject);
    Ok(found.await?)
}

/// A new identity of this account.
pub(super) fn identity_of(tenant: &Tenant, local_id: LocalId, vouched: &Vouched) -> IdentityRow {
    IdentityRow {
        id: tenant.world.event_id(),
        local_id,
        issuer: vouched.issuer.clone(),
        subject: vouched.subject.clone(),
        email: vouched.email.clone(),
        created_at: tenant.world.now(),
        last_used_at: None,
    }
}

async fn follow(
    tenant: &Tenant,
    found: IdentityRow,
    vouched: Vouched,
) -> Outcome<(ParticipantRow, IdentityRow)> {
    let account = tenant.store.participant(&found.local_id).await?;
    let account = account.filter(|account| account.deactivated_at.is_none());
    let mut account = account.ok_or_else(|| {
        ClientCode::AccountClosed.because("your account here is closed; ask an admin")
    })?;
    if let Some(role) = vouched.role.filter(|role| *role != account.role) {
        set_role(tenant, &mut account, role).await?;
    }
    let identity = IdentityRow {
        email: vouched.email,
        ..found
    };
    Ok((account, identity))
}

/// The tenant's last admin stays one, whatever the provider says.
async fn set_role(tenant: &Tenant, account: &mut ParticipantRow, role: Role) -> Outcome<()> {
    let local_id = &account.local_id;
    let patch = AccountPatch {
        role: Some(role),
        ..AccountPatch::default()
    };
    let message = match role {
        Role::Admin => format!("the identity provider says that {local_id} is an admin"),
        Role::Member => format!("the identity provider says that {local_id} is no admin any more"),
    };
    let mut commit = Commit::of(vec![
        Change::PatchParticipant(local_id.clone(), patch),
        line(tenant, Action::AccountRole, message),
    ]);
    if role == Role::Member {
        commit = commit.expecting(Expectation::AnotherAdmin(local_id.clone()));
    }
    match tenant.store.commit(commit).await {
        Ok(_) => {}
        Err(CommitError::Conflict(_)) => {
            tracing::warn!(tenant = tenant.slug(), %local_id, "the only admin stays one");
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    }
    tenant.tokens.end(local_id);
    account.role = role;
    Ok(())
}

fn line(tenant: &Tenant, action: Action, message: String) -> Change {
    let happening = Happening {
        actor: Actor::Server,
        action,
        peer: None,
        room_id: None,
        message,
    };
    audit::note(tenant, happening)
}

fn taken(tenant: &Tenant) -> Denial {
    let sentence = match tenant.ways.mode {
        Mode::Hybrid => {
            "an account of your name exists already; if it is yours, log in to it with its password and link this login"
        }
        Mode::Local | Mode::Oidc | Mode::Mock => {
            "an account of your name exists already, and it is not linked to this login; ask an admin"
        }
    };
    ClientCode::Taken.because(sentence)
}

/// Makes the account and links it; none when the identity was linked at that moment.
async fn make(
    tenant: &Tenant,
    vouched: &Vouched,
) -> Outcome<Option<(ParticipantRow, IdentityRow)>> {
    let local_id = local_id(vouched.local_id.as_deref())?;
    if tenant.store.participant(&local_id).await?.is_some() {
        return Err(taken(tenant));
    }
    let row = ParticipantRow {
        display_name: display_name(vouched.name.as_deref(), &local_id),
        local_id: local_id.clone(),
        avatar: None,
        role: vouched.role.unwrap_or(Role::Member),
        bot: false,
        password_hash: None,
        created_at: tenant.world.now(),
        deactivated_at: None,
        last_seen_at: None,
        presence: None,
    };
    let identity = identity_of(tenant, local_id.clone(), vouched);
    let message = format!("the account of {local_id} was made: the identity provider vouches");
    let commit = Commit::of(vec![
        Change::PutParticipant(Box::new(row.clone())),
        Change::PutIdentity(Box::new(identity.clone())),
        line(tenant, Action::AccountMade, message),
    ])
    .expecting(Expectation::NoParticipant(local_id));
    let _place = quota::place_for_account(tenant).await?;
    match tenant.store.commit(commit).await {
        Ok(_) => Ok(Some((row, identity))),
        Err(CommitError::Conflict(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What somebody is called here: what stands before the `@` of an address, in small letters.
fn local_id(said: Option<&str>) -> Outcome<LocalId> {
    let none =
        "the identity provider does not say what to call you here; an admin may name another claim";
    let said = said.ok_or_else(|| ClientCode::OidcFailed.because(none))?;
    let name = said.split('@').next().unwrap_or_default();
    LocalId::parse(&name.to_ascii_lowercase()).map_err(|_| {
        let sentence = "what the identity provider calls you cannot be a name here; ask an admin for an account";
        ClientCode::OidcFailed.because(sentence)
    })
}

/// Their name for people, cut where it is too long; without one, their name here.
fn display_name(said: Option<&str>, local_id: &LocalId) -> String {
    let said = said.unwrap_or_default();
    let plain = said.chars().filter(|c| !c.is_control());
    let name: String = plain.take(DISPLAY_NAME_CHARS_MAX).collect();
    match name.trim() {
        "" => local_id.to_string(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_from_what_the_provider_says() {
        for (said, expected) in [
            ("alice", Some("alice")),
            ("Alice.Smith@corp.example", Some("alice.smith")),
            ("alice@", Some("alice")),
            ("@alice", None),
            ("", None),
            ("élise", None),
            ("_server", None),
            ("two words", None),
        ] {
            let name = local_id(Some(said)).ok();
            assert_eq!(name.as_ref().map(LocalId::as_str), expected, "{said}");
        }
        assert!(local_id(None).is_err());
        assert!(local_id(Some(&"a".repeat(64))).is_ok());
        assert!(local_id(Some(&"a".repeat(65))).is_err());
        let ann = LocalId::parse("ann").expect("an id");
        let long = "ä".repeat(DISPLAY_NAME_CHARS_MAX + 1);
        for (said, expected) in [
            (Some(" Ann\u{7}\n "), "Ann"),
            (Some("  "), "ann"),
            (None, "ann"),
            (Some(&*long), &*"ä".repeat(DISPLAY_NAME_CHARS_MAX)),
        ] {
            assert_eq!(display_name(said, &ann), expected);
        }
    }
}
