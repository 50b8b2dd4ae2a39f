//! The part of a log that lies below a base (protocol section 4, "snapshot" and section 5, "History").
//!
//! It comes downwards in pages. A page proves itself by the chain: it must end where what we hold begins.
//! What its entries did to the room cannot be judged before seq 1 is reached; until then each is shown if
//! its signature verifies with a key that the room knows. Then the whole log is folded anew.

use std::collections::BTreeSet;

use scaiwave_protocol::event::content as kind;
use scaiwave_protocol::log::{Checkpoint, Entry};
use scaiwave_protocol::wire::Backfill;
use scaiwave_protocol::{Code, Event, EventId, Hash, Refusal};

use crate::follow::{LogPlace, check_place, content_of, fold};
use crate::keys::is_signed_by;
use crate::{Accepted, KnownEvents, Line, Rejection, RoomState, Verdict};

/// The place at which a page of older entries must end: right below the first entry that we hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seam {
    /// The last seq that is missing.
    pub seq: u64,
    /// The chain there, proven by the entries above or by the snapshot that we started from.
    pub chain: Hash,
    /// Term and ts of the entry above, if we hold it.
    pub above: Option<(u64, u64)>,
}

/// Checks a page of older entries that must reach up to the seam; what it holds above is cut off.
///
/// `state` is the room's newest: it knows the keys. An `Err` refuses the page as a whole. Otherwise each
/// entry comes back as far as it can be judged without the state below it: an entry whose signature does
/// not verify is void, so that it is not shown.
pub fn check_page(
    state: &RoomState,
    page: Backfill,
    seam: &Seam,
) -> Result<Vec<Accepted>, Refusal> {
    let Backfill {
        entries,
        chain_before,
        checkpoint,
        ..
    } = page;
    check_beginning(state, &entries, &chain_before)?;
    let mut older = Vec::with_capacity(entries.len());
    let mut before: Option<LogPlace> = None;
    let mut chain = chain_before;
    for entry in entries {
        check_step(state, before, &entry)?;
        chain = entry.chain(&chain);
        let Entry {
            term,
            seq,
            ts,
            event,
        } = entry;
        before = Some(LogPlace { term, seq, ts });
        older.push(provisional(
            state,
            LogPlace { term, seq, ts },
            chain,
            event.into_event(),
        ));
    }
    check_checkpoint(state, &checkpoint, older.last())?;
    older.retain(|entry| entry.seq <= seam.seq);
    check_end(older.last(), seam)?;
    Ok(older)
}

/// Makes those entries of a page void whose event id is used already: further down in the page, or, as the
/// caller knows, above it. Within a room an id is used once, whoever sends it.
pub fn void_repeated(page: &mut [Accepted], mut used: BTreeSet<EventId>) {
    for entry in page {
        let is_new = used.insert(entry.event.id());
        if !is_new && !matches!(entry.verdict, Verdict::Void(_)) {
            entry.verdict = Verdict::Void(Rejection::EventIdReused);
        }
    }
}

fn broken(sentence: &'static str) -> Refusal {
    Code::ChainBroken.because(sentence)
}

/// Whether the page can begin like this: at seq 1 stands the genesis of this room, on nothing.
fn check_beginning(state: &RoomState, entries: &[Entry], before: &Hash) -> Result<(), Refusal> {
    match entries.first() {
        None => Err(broken("the answer holds no entries")),
        Some(first) if first.seq == 0 => Err(broken("a log begins at seq 1")),
        Some(first) if first.seq == 1 => {
            let begins = before == &Hash::ZERO && first.event.hash() == state.genesis().hash();
            begins
                .then_some(())
                .ok_or_else(|| broken("the log does not begin with the room's genesis"))
        }
        Some(_) => Ok(()),
    }
}

/// Whether this entry can stand right after the one before.
fn check_step(state: &RoomState, before: Option<LogPlace>, entry: &Entry) -> Result<(), Refusal> {
    if &entry.event.room_id() != state.room_id() {
        return Err(Rejection::OtherRoom.into());
    }
    let Some(before) = before else { return Ok(()) };
    if entry.seq != before.seq + 1 {
        return Err(broken("an entry is missing"));
    }
    if entry.ts <= before.ts {
        return Err(broken("an entry's ts does not rise"));
    }
    if entry.term < before.term || entry.term > before.term + 1 {
        return Err(broken("a term does not follow the one before"));
    }
    Ok(())
}

/// Whether the page meets what we hold.
fn check_end(last: Option<&Accepted>, seam: &Seam) -> Result<(), Refusal> {
    let Some(last) = last.filter(|last| last.seq == seam.seq) else {
        return Err(broken("the page does not reach what is stored here"));
    };
    if last.chain != seam.chain {
        return Err(broken(
            "the page's chain does not lead to what is stored here",
        ));
    }
    match seam.above {
        Some((term, ts)) if term < last.term || term > last.term + 1 || ts <= last.ts => {
            Err(broken("the page's last entry cannot stand below ours"))
        }
        _ => Ok(()),
    }
}

/// The checkpoint is of the page's last entry, by the host of its term.
fn check_checkpoint(
    state: &RoomState,
    checkpoint: &Checkpoint,
    last: Option<&Accepted>,
) -> Result<(), Refusal> {
    let fits = last.is_some_and(|last| {
        let here = &checkpoint.room_id == state.room_id() && checkpoint.at == last.point();
        here && checkpoint.ts >= last.ts
    });
    if !fits {
        return Err(broken("the checkpoint is not that of the last entry"));
    }
    let reigns = state.reigns();
    let host = state.servers.get(reigns.host_of(checkpoint.at.term));
    let key = host.and_then(|host| host.descriptor.key(checkpoint.sig.key_id));
    let key = key.filter(|key| key.valid_at(checkpoint.ts));
    match key {
        Some(key) => checkpoint.verify(key.public_key()),
        None => {
            Err(Code::KeyUntrusted.because("the checkpoint's key is not that of the term's host"))
        }
    }
}

/// An entry below the base, judged by what can be judged there.
fn provisional(state: &RoomState, place: LogPlace, chain: Hash, event: Event) -> Accepted {
    let content = content_of(&event);
    let verdict = match (prove(state, &event, place.ts), &content) {
        (Err(why), _) => Verdict::Void(why),
        (Ok(()), Ok(_)) => Verdict::Accepted,
        (Ok(()), Err(_)) if kind::is_erasable(event.kind().as_str()) => Verdict::Hidden,
        (Ok(()), Err(why)) => Verdict::Void(*why),
    };
    let LogPlace { term, seq, ts } = place;
    Accepted {
        term,
        seq,
        ts,
        chain,
        content: content.ok().flatten(),
        event,
        verdict,
    }
}

fn prove(state: &RoomState, event: &Event, ts: u64) -> Result<(), Rejection> {
    let server = state.servers.get(event.origin());
    let key = server.and_then(|server| server.descriptor.key(event.sig().key_id));
    let key = key
        .filter(|key| key.valid_at(ts))
        .ok_or(Rejection::KeyNotInLog)?;
    match is_signed_by(event, key.public_key()) {
        true => Ok(()),
        false => Err(Rejection::SignatureWrong),
    }
}

impl RoomState {
    /// Begins the fold of a log that is held whole, with its first entry.
    pub fn begin_again(first: Entry) -> Result<(RoomState, Accepted), Refusal> {
        if (first.term, first.seq) != (1, 1) {
            return Err(broken("a log begins at seq 1, in term 1"));
        }
        Ok(Self::begin_with(first.event.into_event(), first.ts)?)
    }
}

/// Goes on with the fold of a log that is held whole: as [`crate::follow`], but the chain is compared by
/// the caller with what it holds, so that no checkpoint is needed. After an `Err` the state must be
/// thrown away.
pub fn follow_again(
    state: &mut RoomState,
    batch: Vec<Line>,
    known: &mut KnownEvents,
) -> Result<Vec<Accepted>, Refusal> {
    let mut folded = Vec::with_capacity(batch.len());
    for (term, seq, ts, candidate) in batch {
        let place = LogPlace { term, seq, ts };
        check_place(state, term, seq, ts, candidate.event())?;
        folded.push(fold(state, place, candidate, known));
    }
    Ok(folded)
}
