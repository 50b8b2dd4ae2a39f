use scaiwave_protocol::LocalId;
use scaiwave_store::record::TotpRow;
use scaiwave_store::{Change, Commit, CommitError, Expectation};

use super::proof::must_know;
use super::{Viewer, totp};
use crate::audit::{self, Action, Actor, Happening};
use crate::{ClientCode, Denial, Outcome, Tenant};

/// What an app needs to show codes. Given once.
#[derive(Clone)]
pub struct Enrolment {
    /// For whoever types it, in base32.
    pub secret: String,
    /// For whoever scans it.
    pub uri: String,
}

impl std::fmt::Debug for Enrolment {
    /// Never prints the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment")
    }
}

/// Whether the viewer's logins need a code, and how many recovery codes are left.
pub async fn second_factor(tenant: &Tenant, viewer: &Viewer) -> Outcome<Option<usize>> {
    let row = confirmed(tenant, &viewer.local_id).await?;
    Ok(row.map(|row| row.recovery.len()))
}

/// The second factor of an account whose logins need one.
pub(super) async fn confirmed(tenant: &Tenant, local_id: &LocalId) -> Outcome<Option<TotpRow>> {
    let row = tenant.store.totp(local_id).await?;
    Ok(row.filter(|row| row.confirmed))
}

fn is_on() -> Denial {
    ClientCode::TotpOn.because("your logins need a code already; switch that off first")
}

/// Begins: gives what the app needs. Logins need no code before [`confirm_second_factor`]. Beginning
/// again gives another secret.
pub async fn begin_second_factor(
    tenant: &Tenant,
    viewer: &Viewer,
    password: String,
) -> Outcome<Enrolment> {
    must_know(tenant, viewer, password).await?;
    let secret = tenant.world.random::<20>();
    let row = TotpRow {
        local_id: viewer.local_id.clone(),
        secret,
        confirmed: false,
        last_step: 0,
        recovery: Vec::new(),
    };
    let commit = Commit::of(vec![Change::PutTotp(Box::new(row))])
        .expecting(Expectation::NoTotp(viewer.local_id.clone()));
    match tenant.store.commit(commit).await {
        Ok(_) => {}
        Err(CommitError::Conflict(_)) => return Err(is_on()),
        Err(error) => return Err(error.into()),
    }
    let secret = totp::base32(&secret);
    // A server name may have a port; everything else in both names may stand in an address as it is.
    let issuer = tenant.server_name().as_str().replace(':', "%3A");
    let who = viewer.local_id.as_str();
    let uri = format!(
        "otpauth://totp/{issuer}:{who}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
    );
    Ok(Enrolment { secret, uri })
}

/// A first code shows that the app has the secret: from now on every login needs one. Gives the recovery
/// codes, once.
pub async fn confirm_second_factor(
    tenant: &Tenant,
    viewer: &Viewer,
    code: &str,
) -> Outcome<Vec<String>> {
    let wrong = || {
        let sentence = "this is not the code that the app shows at this moment";
        ClientCode::BadRequest.because(sentence).at("code")
    };
    let row = tenant.store.totp(&viewer.local_id).await?;
    let begun = row.ok_or_else(|| {
        let sentence = "there is nothing to confirm; begin first";
        ClientCode::NotFound.because(sentence)
    })?;
    if begun.confirmed {
        return Err(is_on());
    }
    let accepted = totp::accept(&begun, code, tenant.world.now()).ok_or_else(wrong)?;
    let (codes, recovery) = totp::recovery_codes(&tenant.world);
    let row = TotpRow {
        confirmed: true,
        recovery,
        ..accepted
    };
    let commit = Commit::of(vec![Change::PutTotp(Box::new(row))])
        .expecting(Expectation::Totp(Box::new(begun)));
    match tenant.store.commit(commit).await {
        Ok(_) => Ok(codes),
        // Begun again elsewhere at that moment.
        Err(CommitError::Conflict(_)) => Err(wrong()),
        Err(error) => Err(error.into()),
    }
}

/// The viewer's logins need no code any more.
pub async fn end_second_factor(tenant: &Tenant, viewer: &Viewer, password: String) -> Outcome<()> {
    must_know(tenant, viewer, password).await?;
    let drop = Change::DropTotp(viewer.local_id.clone());
    tenant.store.commit(Commit::of(vec![drop])).await?;
    Ok(())
}

/// An admin helps somebody who has lost their app and their recovery codes.
pub async fn remove_second_factor(
    tenant: &Tenant,
    viewer: &Viewer,
    local_id: &LocalId,
) -> Outcome<()> {
    viewer.must_be_admin()?;
    super::account(tenant, local_id).await?;
    if tenant.store.totp(local_id).await?.is_none() {
        return Ok(());
    }
    let happening = Happening {
        actor: Actor::Person(viewer),
        action: Action::AccountTotpRemoved,
        peer: None,
        room_id: None,
        message: format!("logins of {local_id} need no code any more"),
    };
    let commit = Commit::of(vec![
        Change::DropTotp(local_id.clone()),
        audit::note(tenant, happening),
    ]);
    tenant.store.commit(commit).await?;
    Ok(())
}
