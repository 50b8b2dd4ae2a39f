//! The part of a state that is kept as one small document; members and servers are rows of their own.

use std::collections::BTreeMap;

use scaiwave_protocol::event::LogPoint;
use scaiwave_protocol::json::{self, Fields};
use scaiwave_protocol::{Fqid, Json, Malformed, RoomId, ServerName};

use crate::snapshot_state::Place;
use crate::state::{Member, RoomState, ServerInRoom};

impl RoomState {
    /// The document, in canonical JSON.
    pub fn to_core_document(&self) -> Vec<u8> {
        let mut object = self.core_members();
        // A call id may be any text, which the name of a member may not.
        let calls = self.calls.iter().map(|(id, starter)| {
            Json::object([("call_id", id.as_str().into()), ("starter", starter.into())])
        });
        object.insert("calls".to_owned(), Json::Arr(calls.collect()));
        if let Some(term) = self.next_term {
            object.insert("next_term".to_owned(), term.into());
        }
        Json::Obj(object).canonical()
    }

    /// What the room of a kept document is called, without reading the rest of it.
    pub fn name_in_stored(core: &[u8]) -> Result<Option<String>, Malformed> {
        match json::parse_member(core, "name")? {
            None => Ok(None),
            Some(Json::Str(name)) => Ok(Some(name)),
            Some(_) => Err(Malformed::new("room: `name` must be a string")),
        }
    }

    /// Puts a state together from what was kept.
    pub fn from_stored(
        room_id: RoomId,
        head: LogPoint,
        head_ts: u64,
        base_seq: u64,
        core: &[u8],
        servers: BTreeMap<ServerName, ServerInRoom>,
        members: BTreeMap<Fqid, Member>,
    ) -> Result<Self, Malformed> {
        // The document nests the genesis event and whole transfer events.
        let mut fields = Fields::of("room", json::parse_body(core)?)?;
        let calls = fields.array("calls")?;
        let next_term = fields.optional_count("next_term")?;
        let place = Place {
            room_id,
            head,
            head_ts,
            base_seq,
        };
        let mut state = Self::read_core(&mut fields, place, servers, members)?;
        let starter = |json: Json| {
            let mut fields = Fields::of("call", json)?;
            let starter = fields.parsed("starter", Fqid::parse_participant)?;
            Ok((fields.string("call_id")?, starter))
        };
        state.calls = calls
            .into_iter()
            .map(starter)
            .collect::<Result<_, Malformed>>()?;
        state.next_term = next_term;
        Ok(state)
    }
}
