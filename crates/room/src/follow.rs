use scaiwave_protocol::event::content as kind;
use scaiwave_protocol::event::{LogPoint, Received};
use scaiwave_protocol::log::{Checkpoint, chain_link};
use scaiwave_protocol::{Authentic, Code, Content, Event, Refusal, ServerName};

use crate::keys::{is_signed_by, key_for};
use crate::{Accepted, KnownEvent, KnownEvents, Rejection, RoomState, Verdict, authorize};

/// An event on its way into the fold, verified beforehand or not.
#[derive(Clone, Debug)]
pub enum Candidate {
    /// Its signature verified with the key that it bears.
    Proven(Authentic),
    /// To be verified where it stands.
    Unproven(Received),
}

impl Candidate {
    /// The event, for what needs no proof.
    pub fn event(&self) -> &Event {
        match self {
            Candidate::Proven(event) => event,
            Candidate::Unproven(event) => event,
        }
    }
}

/// One entry of a batch: term, seq, ts and the event.
pub type Line = (u64, u64, u64, Candidate);

/// Takes a batch that the host has sequenced: all of it, or nothing.
///
/// The batch begins right after the head. An `Err` refuses the whole item, and **the state must then be
/// thrown away**: it may have moved. A single entry that should not be there becomes void or hidden and
/// the room goes on (protocol section 3).
pub fn follow(
    state: &mut RoomState,
    batch: Vec<Line>,
    checkpoint: &Checkpoint,
    known: &mut KnownEvents,
) -> Result<Vec<Accepted>, Refusal> {
    let mut accepted = Vec::with_capacity(batch.len());
    let mut sequencer = state.head_host();
    for (term, seq, ts, candidate) in batch {
        check_place(state, term, seq, ts, candidate.event())?;
        sequencer = state.host.clone();
        accepted.push(fold(state, LogPlace { term, seq, ts }, candidate, known));
    }
    check_checkpoint(state, checkpoint, &sequencer)?;
    Ok(accepted)
}

/// Where the log puts an entry.
#[derive(Clone, Copy)]
pub(crate) struct LogPlace {
    pub(crate) term: u64,
    pub(crate) seq: u64,
    pub(crate) ts: u64,
}

pub(crate) fn check_place(
    state: &RoomState,
    term: u64,
    seq: u64,
    ts: u64,
    event: &Event,
) -> Result<(), Refusal> {
    if event.header().room_id.as_ref() != Some(&state.room_id) {
        return Err(Rejection::OtherRoom.into());
    }
    if term < state.entry_term() {
        return Err(Code::StaleTerm.because("the entry is of a term that has ended"));
    }
    if term > state.head.term + 1 {
        return Err(Code::ChainBroken.because("the term does not follow the one before"));
    }
    if seq != state.head.seq + 1 {
        return Err(Code::ChainBroken.because("the entry's seq does not follow our head"));
    }
    if ts <= state.head_ts {
        return Err(Code::ChainBroken.because("the entry's ts does not rise"));
    }
    Ok(())
}

fn check_checkpoint(
    state: &RoomState,
    checkpoint: &Checkpoint,
    sequencer: &ServerName,
) -> Result<(), Refusal> {
    if checkpoint.room_id != state.room_id || checkpoint.at != state.head {
        return Err(Code::ChainBroken.because("the checkpoint is not that of the last entry"));
    }
    if checkpoint.ts < state.head_ts {
        return Err(Code::ChainBroken.because("the checkpoint is older than the last entry"));
    }
    let host = state
        .servers
        .get(sequencer)
        .map(|server| &server.descriptor);
    let key = host.and_then(|host| host.key(checkpoint.sig.key_id));
    match key.filter(|key| key.valid_at(checkpoint.ts)) {
        Some(key) => checkpoint.verify(key.public_key()),
        None => {
            Err(Code::KeyUntrusted.because("the checkpoint's key is not the host's in this log"))
        }
    }
}

pub(crate) fn fold(
    state: &mut RoomState,
    place: LogPlace,
    candidate: Candidate,
    known: &mut KnownEvents,
) -> Accepted {
    let LogPlace { term, seq, ts } = place;
    if term > state.head.term {
        // The rules must know that this entry begins a term.
        state.next_term = Some(term);
    }
    let chain = chain_link(&state.head.chain, term, seq, ts, &candidate.event().hash());
    let content = content_of(candidate.event());
    let verdict = judge(state, &candidate, &content, known, ts);
    let event = match candidate {
        Candidate::Proven(event) => event.into_event(),
        Candidate::Unproven(event) => event.into_event(),
    };
    let content = content.ok().flatten();
    state.advance(LogPoint { term, seq, chain }, ts);
    state.apply(&event, content.as_ref(), verdict.0);
    if verdict.1 {
        state.count_origin_seq(&event);
    }
    if let (Verdict::Accepted, Some(Content::Redaction(redaction))) = (verdict.0, &content) {
        known.redact(&redaction.event_id);
    }
    known.insert(
        event.id(),
        KnownEvent {
            seq,
            ts,
            hash: event.hash(),
            kind: event.kind().to_string(),
            sender: event.sender().clone(),
            redacted: false,
        },
    );
    Accepted {
        term,
        seq,
        ts,
        chain,
        event,
        content,
        verdict: verdict.0,
    }
}

/// `Ok(None)` is erased content, `Err` content that does not fit.
pub(crate) fn content_of(event: &Event) -> Result<Option<Content>, Rejection> {
    match event.content() {
        None => Ok(None),
        Some(json) => Content::parse(event.kind(), json)
            .map(Some)
            .map_err(|_| Rejection::ContentUnfit),
    }
}

/// The verdict, and whether signature and key fit (then the event's `origin_seq` counts).
fn judge(
    state: &RoomState,
    candidate: &Candidate,
    content: &Result<Option<Content>, Rejection>,
    known: &KnownEvents,
    ts: u64,
) -> (Verdict, bool) {
    let event = candidate.event();
    let readable = content.as_ref().ok().and_then(Option::as_ref);
    if let Err(why) = prove(state, candidate, readable, ts) {
        return (Verdict::Void(why), false);
    }
    let last = state
        .servers
        .get(event.origin())
        .map_or(0, |server| server.last_origin_seq);
    let first_of_host = state.head.seq == 1 && event.header().origin_seq <= 1;
    if event.header().origin_seq <= last || first_of_host {
        return (Verdict::Void(Rejection::OriginSeqNotRising), true);
    }
    if known.get(&event.id()).is_some() {
        return (Verdict::Void(Rejection::EventIdReused), true);
    }
    let erasable = kind::is_erasable(event.kind().as_str());
    let judged = authorize(state, event, readable, known.target(readable), ts);
    let verdict = match (judged, content) {
        // Unfit content that could have come erased hides; otherwise it voids.
        (Ok(()), Err(_)) if erasable => Verdict::Hidden,
        (Ok(()), Err(why)) => Verdict::Void(*why),
        (Ok(()), Ok(_)) => Verdict::Accepted,
        (Err(why), _) if erasable && why.only_hides() => Verdict::Hidden,
        (Err(why), _) => Verdict::Void(why),
    };
    (verdict, true)
}

fn prove(
    state: &RoomState,
    candidate: &Candidate,
    content: Option<&Content>,
    ts: u64,
) -> Result<(), Rejection> {
    let key = key_for(state, candidate.event(), content, ts)?;
    match candidate {
        Candidate::Proven(event) if event.key() == &key => Ok(()),
        Candidate::Proven(_) => Err(Rejection::SignatureWrong),
        Candidate::Unproven(event) if is_signed_by(event, &key) => Ok(()),
        Candidate::Unproven(_) => Err(Rejection::SignatureWrong),
    }
}
