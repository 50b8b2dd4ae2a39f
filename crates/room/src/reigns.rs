//! Which host sequenced which part of a log.

use scaiwave_protocol::event::Received;
use scaiwave_protocol::event::content::Transfer;
use scaiwave_protocol::json::Fields;
use scaiwave_protocol::{Event, Json, Malformed, ServerName, json};

use crate::RoomState;

/// The hosts of a room, one after the other. Terms that a restored host opened belong to its reign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reigns {
    first: ServerName,
    /// First term and host of each later reign, oldest first.
    later: Vec<(u64, ServerName)>,
}

impl Reigns {
    /// Those of a room, from its genesis and its hand-overs.
    pub(crate) fn of(genesis: &Event, transfers: &[Json]) -> Self {
        let reign = |transfer: &Json| {
            let content = Transfer::parse(transfer.get("content")?.clone()).ok()?;
            Some((content.term, content.host))
        };
        Reigns {
            first: genesis.origin().clone(),
            later: transfers.iter().filter_map(reign).collect(),
        }
    }

    /// From the document in which a state is kept, without reading the rest of it.
    pub fn of_core_document(core: &[u8]) -> Result<Self, Malformed> {
        let mut fields = Fields::of("room", json::parse_body(core)?)?;
        let genesis = Received::parse(fields.any("create")?)?.into_event();
        Ok(Self::of(&genesis, &fields.array("transfers")?))
    }

    /// Who sequenced the entries of this term. A hand-over is the last entry of its old host.
    pub fn host_of(&self, term: u64) -> &ServerName {
        let later = self.later.iter().rev();
        let last = later.clone().find(|(from, _)| *from <= term);
        last.map_or(&self.first, |(_, host)| host)
    }

    /// The first term of the present host.
    pub fn began(&self) -> u64 {
        self.later.last().map_or(1, |(term, _)| *term)
    }

    /// Whether this server has hosted the room and does so no more.
    pub fn has_handed_over(&self, server: &ServerName) -> bool {
        let present = self.host_of(u64::MAX);
        let hosts = self.later.iter().map(|(_, host)| host);
        server != present && hosts.chain([&self.first]).any(|host| host == server)
    }
}

impl RoomState {
    /// Which host sequenced which part of the log.
    pub fn reigns(&self) -> Reigns {
        Reigns::of(&self.genesis, &self.transfers)
    }
}
