use scaiwave_protocol::event::Proof;
use scaiwave_protocol::log::Entry;
use scaiwave_protocol::{Authentic, PublicKey, Received, Refusal};
use scaiwave_room::{Candidate, KeyHints};
use tokio::runtime::{Handle, RuntimeFlavor};

/// Signatures up to this number are verified where we stand (40 µs each); more go to another thread.
const INLINE_MAX: usize = 3;

/// Verifies a batch from a host, each event with the key that the log below it suggests; those that we
/// signed ourselves are recognised.
pub(super) async fn entries(
    hints: KeyHints,
    entries: Vec<Entry>,
    proofs: Vec<Option<Proof>>,
) -> Vec<(u64, u64, u64, Candidate)> {
    let prove = move |(entry, proof): (Entry, Option<Proof>)| {
        let recognised = match proof {
            Some(proof) => entry.event.recognise(&proof),
            None => Err(entry.event),
        };
        let candidate = recognised.map_or_else(|event| hints.prove(event), Candidate::Proven);
        (entry.term, entry.seq, entry.ts, candidate)
    };
    let strangers = proofs.iter().filter(|proof| proof.is_none()).count();
    off_thread(strangers, move || {
        entries.into_iter().zip(proofs).map(prove).collect()
    })
    .await
}

/// Verifies submitted events, each with its origin's key.
pub(super) async fn submissions(
    events: Vec<(Received, PublicKey)>,
) -> Vec<Result<Authentic, Refusal>> {
    let count = events.len();
    off_thread(count, move || {
        events
            .into_iter()
            .map(|(event, key)| event.verify(&key))
            .collect()
    })
    .await
}

/// Runs work of this many signatures where it does not hold up others.
pub(crate) async fn off_thread<T: Send + 'static>(
    count: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    // Where there is one thread only, as in a simulation, its order of work must not depend on another.
    let alone = Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread;
    if count <= INLINE_MAX || alone {
        return work();
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // A panic in there is ours; it goes on here.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
