use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::{ClientCode, Outcome, World};

/// Shortest password that is taken (NIST SP 800-63B section 5.1.1.2).
const PASSWORD_CHARS_MIN: usize = 8;
/// Longest: hashing is linear in it.
const PASSWORD_BYTES_MAX: usize = 1024;
/// Hashes at a time: each takes 7 MiB and a core.
const HASHES_AT_A_TIME: usize = 2;
/// The second of the settings that OWASP calls equal: less memory, more passes. An allocator keeps what
/// it once had, and a small server should stay small after its first login.
const MEMORY_KIB: u32 = 7 * 1024;
const PASSES: u32 = 5;
const LANES: u32 = 1;

fn argon2id() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

static HASHING: Semaphore = Semaphore::const_new(HASHES_AT_A_TIME);

/// Whether this may become a password; `field` is where it came from.
pub(super) fn check(password: &str, field: &'static str) -> Outcome<()> {
    if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > PASSWORD_BYTES_MAX {
        let sentence = "a password must have at least 8 characters and at most 1,024 bytes";
        return Err(ClientCode::BadRequest.because(sentence).at(field));
    }
    Ok(())
}

/// Hashes what was checked with argon2id (RFC 9106) on a blocking thread.
pub(super) async fn hash(world: &World, password: String) -> Outcome<String> {
    let salt: [u8; 16] = world.random();
    let hashed = blocking(move || {
        let hash = argon2id().hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).ok()
    });
    hashed
        .await
        .flatten()
        .ok_or_else(|| ClientCode::Internal.because("the password could not be hashed"))
}

/// Whether the password is the one that was hashed. Without a hash (no such account, or one without
/// a password) the same work is done for nothing, so that the time tells nothing.
pub(super) async fn verify(hash: Option<String>, password: String) -> bool {
    let verdict = blocking(move || {
        match hash
            .as_deref()
            .and_then(|hash| PasswordHash::new(hash).ok())
        {
            Some(hash) => argon2id()
                .verify_password(password.as_bytes(), &hash)
                .is_ok(),
            None => {
                let wasted =
                    argon2id().hash_password_with_salt(password.as_bytes(), b"no such account!");
                drop(wasted);
                false
            }
        }
    });
    verdict.await.unwrap_or(false)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _place = HASHING.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}
