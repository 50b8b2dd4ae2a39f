use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::{ClientCode, Outcome, World};

/// Shortest password that is taken (NIST SP 800-63B section 5.1.1.2).
const PASSWORD_CHARS_MIN: usize = 8;
/// Longest: hashing is linear in it.
const PASSWORD_BYTES_MAX: usize = 1024;
/// Hashes at a time: each takes 7 MiB and a core.
const HASHES_AT_A_TIME: usize = 2;
/// The second of the settings that OWASP calls equal: less memory, more passes.
const MEMORY_KIB: u32 = 7 * 1024;
const PASSES: u32 = 5;
const LANES: u32 = 1;

static HASHING: Semaphore = Semaphore::const_new(HASHES_AT_A_TIME);
/// What hashing has worked in, one for each that runs at a time. Memory that is given back after each hash
/// stays with the allocator, once for every thread that ever hashed, and a small server should stay small.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

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
    let hashed = blocking(move || hashed(password.as_bytes(), &salt).map(|hash| hash.to_string()));
    hashed
        .await
        .flatten()
        .ok_or_else(|| ClientCode::Internal.because("the password could not be hashed"))
}

/// Whether the password is the one that was hashed. Without a hash (no such account, or one without
/// a password) the same work is done for nothing, so that the time tells nothing.
pub(super) async fn verify(hash: Option<String>, password: String) -> bool {
    let verdict = blocking(move || {
        let known = hash.and_then(|hash| PasswordHash::new(&hash).ok());
        match known {
            Some(hash) => is_of(password.as_bytes(), &hash).unwrap_or(false),
            None => {
                let _wasted = hashed(password.as_bytes(), b"no such account!");
                false
            }
        }
    });
    verdict.await.unwrap_or(false)
}

/// The hash of a new password, with what it was made with.
fn hashed(password: &[u8], salt: &[u8]) -> Option<PasswordHash> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(computed(Version::V0x13, params, password, salt)?),
    })
}

/// Whether a hash is one of this password, made with whatever it says it was made with. The comparison takes
/// the same time wherever they differ.
fn is_of(password: &[u8], hash: &PasswordHash) -> Option<bool> {
    if hash.algorithm != ARGON2ID_IDENT {
        return None;
    }
    let version = hash.version.map_or(Ok(Version::V0x13), Version::try_from);
    let params = Params::try_from(hash).ok()?;
    let computed = computed(version.ok()?, params, password, hash.salt.as_ref()?)?;
    Some(computed == *hash.hash.as_ref()?)
}

fn computed(version: Version, params: Params, password: &[u8], salt: &[u8]) -> Option<Output> {
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let mut memory = MEMORY.lock().pop().unwrap_or_default();
    memory.resize(params.block_count(), Block::default());
    let argon2 = Argon2::new(Algorithm::Argon2id, version, params);
    let mut out = vec![0; length];
    let done = argon2.hash_password_into_with_memory(password, salt, &mut out, &mut memory);
    MEMORY.lock().push(memory);
    done.ok()?;
    Output::new(&out).ok()
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _place = HASHING.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    // What is kept is what other programs that know argon2id write and read.
    #[test]
    fn hashes_are_those_of_the_library() {
        let (password, salt) = (b"correct horse".as_slice(), b"sixteen bytes ok".as_slice());
        let ours = hashed(password, salt).expect("a hash");
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("parameters");
        let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        assert!(library.verify_password(password, &ours).is_ok());
        let theirs = library.hash_password_with_salt(password, salt);
        assert_eq!(theirs.expect("a hash").to_string(), ours.to_string());
    }

    // Also with other parameters than ours, before and after in the same memory.
    #[test]
    fn only_the_right_password_fits() {
        let small = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(64, 2, 2, Some(24)).expect("parameters"),
        );
        let old = small.hash_password_with_salt(b"correct horse", b"another salt");
        let hashes = [
            old.expect("a hash"),
            hashed(b"correct horse", b"sixteen bytes ok").expect("a hash"),
        ];
        for hash in [&hashes[0], &hashes[1], &hashes[0]] {
            assert_eq!(is_of(b"correct horse", hash), Some(true));
            assert_eq!(is_of(b"correct horsf", hash), Some(false));
            assert_eq!(is_of(b"", hash), Some(false));
        }
    }
}
