use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::event::content::{RoomLife, Settings};
use scaiwave_protocol::limits::POWER_MAX;
use scaiwave_protocol::log::chain_link;
use scaiwave_protocol::{Authentic, Content, Event, Hash, Json, RoomId};

use crate::keys::key_for;
use crate::{Accepted, KnownEvents, Rejection, RoomState, Verdict, authorize};

/// What became of an event that somebody wanted in.
#[derive(Debug)]
pub enum Sequenced {
    /// It is the next entry.
    New(Box<Accepted>),
    /// The very same event stands in the log already.
    Duplicate {
        /// Where.
        seq: u64,
    },
}

/// Gives an event the next seq of a room that we host, or says why not.
///
/// The host's own judgement ([`crate::check_as_host`]) and the check of `seen` come before. `now` is the host's
/// clock in ms. The state moves only when the event is taken.
pub fn sequence(
    state: &mut RoomState,
    event: Authentic,
    known: &KnownEvents,
    now: u64,
) -> Result<Sequenced, Rejection> {
    if event.room_id() != state.room_id {
        return Err(Rejection::OtherRoom);
    }
    if let Some(first) = known.get(&event.id()) {
        return match first.hash == event.hash() {
            true => Ok(Sequenced::Duplicate { seq: first.seq }),
            false => Err(Rejection::EventIdReused),
        };
    }
    let ts = now.max(state.head_ts + 1);
    let content = match event.content() {
        // An erased event can be relayed, never be sequenced anew.
        None => return Err(Rejection::ContentUnfit),
        Some(json) => Content::parse(event.kind(), json).map_err(|_| Rejection::ContentUnfit)?,
    };
    if &key_for(state, &event, Some(&content), ts)? != event.key() {
        return Err(Rejection::KeyNotInLog);
    }
    authorize(
        state,
        &event,
        Some(&content),
        known.target(Some(&content)),
        ts,
    )?;
    // Last, so that an event that was refused and whose answer was lost is refused for the same reason when
    // it comes again, though others of its server have been numbered above it since.
    check_number(state, &event)?;
    let term = state.entry_term();
    Ok(Sequenced::New(Box::new(take(
        state, event, content, term, ts,
    ))))
}

fn check_number(state: &RoomState, event: &Event) -> Result<(), Rejection> {
    let number = event.header().origin_seq;
    let server = state.servers.get(event.origin());
    let last = server.map_or(0, |server| server.last_origin_seq);
    let first_of_host = state.head.seq == 1 && number <= 1;
    match number <= last || first_of_host {
        true => Err(Rejection::OriginSeqNotRising),
        false => Ok(()),
    }
}

fn take(state: &mut RoomState, event: Authentic, content: Content, term: u64, ts: u64) -> Accepted {
    let seq = state.head.seq + 1;
    let chain = chain_link(&state.head.chain, term, seq, ts, &event.hash());
    let event = event.into_event();
    state.advance(LogPoint { term, seq, chain }, ts);
    state.apply(&event, Some(&content), Verdict::Accepted);
    state.count_origin_seq(&event);
    let verdict = Verdict::Accepted;
    Accepted {
        term,
        seq,
        ts,
        chain,
        event,
        content: Some(content),
        verdict,
    }
}

impl RoomState {
    /// Begins a room with its genesis event. `now` is the host's clock in ms.
    pub fn begin(genesis: Authentic, now: u64) -> Result<(RoomState, Accepted), Rejection> {
        Self::begin_with(genesis.into_event(), now)
    }

    /// The same with a genesis event that nobody has verified yet: the fold does so at seq 2, with the
    /// keys that stand there.
    pub(crate) fn begin_with(event: Event, now: u64) -> Result<(RoomState, Accepted), Rejection> {
        let json = event.content().ok_or(Rejection::ContentUnfit)?;
        let content = Content::parse(event.kind(), json).map_err(|_| Rejection::ContentUnfit)?;
        let Content::Create(create) = &content else {
            return Err(Rejection::ContentUnfit);
        };
        if event.sender().is_server() {
            return Err(Rejection::NotForServers);
        }
        let chain = chain_link(&Hash::ZERO, 1, 1, now, &event.hash());
        let mut state = RoomState {
            room_id: RoomId::of_genesis(&event.hash()),
            head: LogPoint {
                term: 1,
                seq: 1,
                chain,
            },
            head_ts: now,
            base_seq: 0,
            next_term: None,
            room_type: create.room_type,
            transfers: Vec::new(),
            host: event.origin().clone(),
            settings: Settings::default(),
            name: create.name.clone(),
            topic: create.topic.clone(),
            life: RoomLife::Open,
            replaced_by: None,
            servers: std::collections::BTreeMap::new(),
            members: std::collections::BTreeMap::new(),
            powers: [(event.sender().clone(), POWER_MAX)].into(),
            pins: Vec::new(),
            calls: std::collections::BTreeMap::new(),
            delta: crate::Delta {
                core: true,
                ..Default::default()
            },
            genesis: event.clone(),
        };
        let named = Json::object([
            ("federate", create.federate.into()),
            ("history", create.history.as_str().into()),
        ]);
        let settings = Settings::parse(named).map_err(|_| Rejection::ContentUnfit)?;
        state.apply_settings(&settings);
        let verdict = Verdict::Accepted;
        let accepted = Accepted {
            term: 1,
            seq: 1,
            ts: now,
            chain,
            event,
            content: Some(content),
            verdict,
        };
        Ok((state, accepted))
    }
}
