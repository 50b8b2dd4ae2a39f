use anyhow::Context as _;
use instant_acme::{Account, Error, NewAccount};

use super::cache::{Cache, KeptAccount};
use super::http::Http;
use crate::config;

/// What an authority says that does not know our account (RFC 8555, section 6.7).
const UNKNOWN_ACCOUNT: &str = "urn:ietf:params:acme:error:accountDoesNotExist";

/// The account at this authority: the one that was kept, else a new one, which is kept. A contact that has
/// changed is told to the authority.
pub(super) async fn open(
    settings: &config::Acme,
    http: &Http,
    cache: &Cache,
) -> anyhow::Result<Account> {
    let directory = &settings.directory;
    let unusable = || format!("the authority {directory} cannot be used");
    match cache.account(directory)? {
        Some(kept) => {
            let builder = Account::builder_with_http(Box::new(http.clone()));
            let account = builder.from_credentials(kept.credentials).await;
            let account = account.with_context(unusable)?;
            if kept.contact != settings.contact {
                change_contact(settings, &account, cache).await?;
            }
            Ok(account)
        }
        None => create(settings, http, cache).await.with_context(unusable),
    }
}

async fn create(settings: &config::Acme, http: &Http, cache: &Cache) -> anyhow::Result<Account> {
    let contact: Vec<&str> = settings.contact.iter().map(String::as_str).collect();
    let wanted = NewAccount {
        contact: &contact,
        // Whoever names domains in the configuration agrees: the documentation says so.
        terms_of_service_agreed: true,
        only_return_existing: false,
    };
    let (account, credentials) = Account::builder_with_http(Box::new(http.clone()))
        .create(&wanted, settings.directory.clone(), None)
        .await?;
    cache.keep_account(&KeptAccount {
        directory: settings.directory.clone(),
        contact: settings.contact.clone(),
        credentials,
    })?;
    Ok(account)
}

async fn change_contact(
    settings: &config::Acme,
    account: &Account,
    cache: &Cache,
) -> anyhow::Result<()> {
    let contact: Vec<&str> = settings.contact.iter().map(String::as_str).collect();
    match account.update_contacts(&contact).await {
        Ok(()) => cache.change_contact(&settings.directory, &settings.contact),
        // The order that follows will fail for the same reason, and a new account comes of it.
        Err(error) if is_unknown(&error) => Ok(()),
        Err(error) => Err(error).context("the authority does not take the contact"),
    }
}

/// Did the authority answer that it does not know the account?
pub(super) fn is_forgotten(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref().is_some_and(is_unknown))
}

fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::Api(problem) if problem.r#type.as_deref() == Some(UNKNOWN_ACCOUNT))
}
