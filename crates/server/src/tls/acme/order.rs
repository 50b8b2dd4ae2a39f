use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use instant_acme::{
    Account, AuthorizationHandle, AuthorizationStatus, ChallengeStatus, ChallengeType, Identifier,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

use super::shown::Shown;

/// How often the authority is asked whether it is done with an order, and when we stop asking.
const ASK_AGAIN: RetryPolicy = RetryPolicy::new()
    .initial_delay(Duration::from_millis(250))
    .backoff(1.5)
    .timeout(Duration::from_secs(120));

/// How long we wait between two looks at what the authority makes of our proofs: at first, and at most.
const FIRST_LOOK: Duration = Duration::from_millis(250);
const LONGEST_LOOK: Duration = Duration::from_secs(5);
/// Authorities that look from several places take some ten seconds.
const PROOFS_TIME: Duration = Duration::from_secs(120);

/// Orders a certificate for these names and proves them (RFC 8555, section 7.4). Gives the chain and the new
/// key, both in PEM form.
pub(super) async fn obtain(
    account: &Account,
    domains: &[String],
    shown: &Shown,
) -> anyhow::Result<(String, String)> {
    let names: Vec<Identifier> = domains.iter().cloned().map(Identifier::Dns).collect();
    let mut order = account
        .new_order(&NewOrder::new(&names))
        .await
        .context("the authority does not take the order")?;
    prove(&mut order, shown).await?;
    wait_for_proofs(&mut order).await?;
    let unfinished = "the authority has seen the proofs and gives no certificate";
    let key = order.finalize().await.context(unfinished)?;
    let chain = order.poll_certificate(&ASK_AGAIN).await;
    Ok((chain.context(unfinished)?, key))
}

/// Shows a proof for each name that the authority wants one for, and tells it to look.
async fn prove(order: &mut Order, shown: &Shown) -> anyhow::Result<()> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        match authorization.status {
            AuthorizationStatus::Valid => continue,
            AuthorizationStatus::Pending => {}
            status => bail!("{} is {status:?} at the authority", name_of(&authorization)),
        }
        let name = name_of(&authorization);
        let offered = authorization.challenge(ChallengeType::TlsAlpn01);
        let mut challenge = offered.with_context(|| {
            format!("the authority does not offer tls-alpn-01 for {name}, and this server knows nothing else")
        })?;
        let digest = challenge.key_authorization().digest();
        shown.prove(&name, proof(&name, digest.as_ref())?);
        challenge
            .set_ready()
            .await
            .with_context(|| unproven(&name))?;
    }
    Ok(())
}

/// Waits until the authority believes the proofs of all names, or one of them is refused: an order may take its
/// time to say so, and does not say why.
async fn wait_for_proofs(order: &mut Order) -> anyhow::Result<()> {
    let mut pause = FIRST_LOOK;
    let mut waited = Duration::ZERO;
    while !all_are_believed(order).await? {
        if waited >= PROOFS_TIME {
            bail!("the authority does not say whether it believes the proofs");
        }
        tokio::time::sleep(pause).await;
        waited += pause;
        pause = pause.mul_f32(1.5).min(LONGEST_LOOK);
    }
    match order.poll_ready(&ASK_AGAIN).await? {
        OrderStatus::Ready => Ok(()),
        status => bail!("all names are proven, and the order is {status:?} at the authority"),
    }
}

/// Fails when a proof is refused, with what the authority says of it.
async fn all_are_believed(order: &mut Order) -> anyhow::Result<bool> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status != AuthorizationStatus::Valid {
            authorization.refresh().await?;
        }
        let name = name_of(&authorization);
        let mut challenges = authorization.challenges.iter();
        let refused = challenges.find(|tried| tried.status == ChallengeStatus::Invalid);
        match (authorization.status, refused.map(|tried| &tried.error)) {
            (AuthorizationStatus::Valid, _) => {}
            (_, Some(Some(problem))) => {
                return Err(anyhow::Error::new(problem.clone()).context(unproven(&name)));
            }
            (_, Some(None)) => bail!("{}", unproven(&name)),
            (AuthorizationStatus::Pending, None) => return Ok(false),
            (status, None) => bail!("{name} is {status:?} at the authority"),
        }
    }
    Ok(true)
}

fn unproven(name: &str) -> String {
    format!(
        "the authority does not see the proof for {name}; does port 443 of that name lead here?"
    )
}

fn name_of(authorization: &AuthorizationHandle<'_>) -> String {
    authorization.identifier().to_string()
}

/// A certificate that nobody but the authority has a use for: it holds what only the owner of the account
/// could say (RFC 8737, section 3).
pub(super) fn proof(name: &str, digest: &[u8]) -> anyhow::Result<Arc<CertifiedKey>> {
    let mut params = CertificateParams::new([name.to_owned()])?;
    params.distinguished_name = DistinguishedName::new();
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?.der().clone();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let key = aws_lc_rs::default_provider()
        .key_provider
        .load_private_key(key)?;
    Ok(Arc::new(CertifiedKey::new(vec![certificate], key)))
}
