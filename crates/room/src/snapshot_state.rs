//! The `state` of a snapshot: two honest servers at one seq produce the same bytes (protocol section 4).

use std::collections::BTreeMap;

use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::event::content::{Membership, RoomLife, Settings};
use scaiwave_protocol::event::{LogPoint, Received};
use scaiwave_protocol::json::{Fields, Object};
use scaiwave_protocol::limits::POWER_MAX;
use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::{Content, EventId, Fqid, Json, Malformed, RoomId, ServerName};

use crate::state::{Member, RoomState, ServerInRoom};

impl RoomState {
    /// The state as a snapshot holds it.
    pub fn to_snapshot_state(&self) -> Json {
        let mut object = self.core_members();
        let servers = self
            .servers
            .iter()
            .map(|(name, server)| (name.to_string(), server_json(server)));
        object.insert("servers".to_owned(), Json::Obj(servers.collect()));
        let members = self
            .members
            .iter()
            .map(|(fqid, member)| (fqid.to_string(), member_json(member)));
        object.insert("members".to_owned(), Json::Obj(members.collect()));
        Json::Obj(object)
    }

    /// Everything but servers and members, which are kept in rows of their own.
    pub(crate) fn core_members(&self) -> Object {
        let powers = self
            .powers
            .iter()
            .map(|(fqid, level)| (fqid.to_string(), (*level).into()));
        let mut object = Object::from([
            ("create".to_owned(), self.genesis.to_json()),
            ("transfers".to_owned(), Json::Arr(self.transfers.clone())),
            ("host".to_owned(), (&self.host).into()),
            ("settings".to_owned(), Json::Obj(self.settings.raw.clone())),
            ("room_state".to_owned(), self.life.as_str().into()),
            ("powers".to_owned(), Json::Obj(powers.collect())),
            (
                "pins".to_owned(),
                Json::Arr(self.pins.iter().map(Into::into).collect()),
            ),
        ]);
        let texts = [
            ("name", &self.name),
            ("topic", &self.topic),
            ("replaced_by", &self.replaced_by),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                object.insert(name.to_owned(), text.as_str().into());
            }
        }
        object
    }

    /// Starts from a snapshot whose signature has been verified. It becomes our base.
    ///
    /// Checks the form and that the room id is the genesis event's; that the transfers lead to the host
    /// is checked by whoever fetched the servers' keys.
    pub fn from_snapshot(snapshot: &Snapshot) -> Result<Self, Malformed> {
        let mut fields = Fields::of("state", snapshot.state.clone())?;
        let mut servers = read_servers(fields.object("servers")?)?;
        let members = read_members(fields.object("members")?)?;
        note_joins(&mut servers, &members);
        let place = Place {
            room_id: snapshot.room_id.clone(),
            head: snapshot.at,
            // The snapshot's own ts says nothing about the next entry's, which may be the same
            // millisecond, or an earlier one when the host's clock was set back.
            head_ts: 0,
            base_seq: snapshot.at.seq,
        };
        let state = Self::read_core(&mut fields, place, servers, members)?;
        if !state.room_type.may_federate() {
            return Err(Malformed::new(
                "state: `create` is of a room that never federates",
            ));
        }
        Ok(state)
    }

    pub(crate) fn read_core(
        fields: &mut Fields,
        place: Place,
        servers: BTreeMap<ServerName, ServerInRoom>,
        members: BTreeMap<Fqid, Member>,
    ) -> Result<Self, Malformed> {
        let genesis = Received::parse(fields.any("create")?)?.into_event();
        if genesis.room_id() != place.room_id || genesis.header().room_id.is_some() {
            return Err(Malformed::new(
                "state: `create` is not the genesis of this room",
            ));
        }
        let content = genesis
            .content()
            .map(|json| Content::parse(genesis.kind(), json));
        let Some(Ok(Content::Create(create))) = content else {
            return Err(Malformed::new("state: `create` does not begin a room"));
        };
        Ok(RoomState {
            room_id: place.room_id,
            head: place.head,
            head_ts: place.head_ts,
            base_seq: place.base_seq,
            next_term: None,
            room_type: create.room_type,
            genesis,
            transfers: fields.array("transfers")?,
            host: fields.parsed("host", ServerName::parse)?,
            settings: Settings::parse(fields.any("settings")?)?,
            name: fields.optional_string("name")?,
            topic: fields.optional_string("topic")?,
            life: fields.parsed("room_state", RoomLife::parse)?,
            replaced_by: fields.optional_string("replaced_by")?,
            powers: read_powers(&fields.object("powers")?)?,
            pins: fields
                .array("pins")?
                .iter()
                .map(event_id)
                .collect::<Result<_, _>>()?,
            servers,
            members,
            calls: BTreeMap::new(),
            delta: crate::Delta::default(),
        })
    }
}

/// Where a state stands in its log.
pub(crate) struct Place {
    pub(crate) room_id: RoomId,
    pub(crate) head: LogPoint,
    pub(crate) head_ts: u64,
    pub(crate) base_seq: u64,
}

fn server_json(server: &ServerInRoom) -> Json {
    Json::object([
        ("descriptor", server.descriptor.as_json().clone()),
        ("present", server.present.into()),
        ("last_origin_seq", server.last_origin_seq.into()),
    ])
}

fn member_json(member: &Member) -> Json {
    let mut object = Object::from([
        ("membership".to_owned(), member.membership.as_str().into()),
        ("seq".to_owned(), member.seq.into()),
    ]);
    if let Some(by) = &member.by {
        object.insert("by".to_owned(), by.into());
    }
    for (name, text) in [
        ("display_name", &member.display_name),
        ("avatar", &member.avatar),
    ] {
        if let Some(text) = text {
            object.insert(name.to_owned(), text.as_str().into());
        }
    }
    Json::Obj(object)
}

fn read_servers(object: Object) -> Result<BTreeMap<ServerName, ServerInRoom>, Malformed> {
    let read = |(name, json): (String, Json)| {
        let name = ServerName::parse(&name)?;
        let mut fields = Fields::of("servers", json)?;
        let server = ServerInRoom {
            descriptor: Descriptor::parse(fields.any("descriptor")?)?,
            present: fields.flag("present")?,
            last_origin_seq: fields.count("last_origin_seq")?,
            first_join: None,
        };
        if server.descriptor.server_name() != &name {
            return Err(Malformed::new("servers: a descriptor is of another server"));
        }
        Ok((name, server))
    };
    object.into_iter().map(read).collect()
}

fn read_members(object: Object) -> Result<BTreeMap<Fqid, Member>, Malformed> {
    let read = |(name, json): (String, Json)| {
        let mut fields = Fields::of("members", json)?;
        let member = Member {
            membership: fields.parsed("membership", Membership::parse)?,
            seq: fields.count("seq")?,
            by: fields.optional_parsed("by", Fqid::parse_participant)?,
            display_name: fields.optional_string("display_name")?,
            avatar: fields.optional_string("avatar")?,
        };
        Ok((Fqid::parse_participant(&name)?, member))
    };
    object.into_iter().map(read).collect()
}

/// A snapshot does not say when a server joined first. What it says of those who are in is an upper bound,
/// which is what an erasure needs: too much may travel erased, never too little.
fn note_joins(servers: &mut BTreeMap<ServerName, ServerInRoom>, members: &BTreeMap<Fqid, Member>) {
    let joined = members
        .iter()
        .filter(|(_, member)| member.membership == Membership::Join);
    for (participant, member) in joined {
        if let Some(server) = servers.get_mut(participant.server()) {
            let lowest = server.first_join.unwrap_or(u64::MAX).min(member.seq);
            server.first_join = Some(lowest);
        }
    }
}

fn read_powers(object: &Object) -> Result<BTreeMap<Fqid, u8>, Malformed> {
    let level = |json: &Json| {
        let level = json.as_int().and_then(|level| u8::try_from(level).ok());
        level.filter(|level| (1..=POWER_MAX).contains(level))
    };
    let wrong = || Malformed::new("state: `powers` must map participants to levels of 1–100");
    object
        .iter()
        .map(|(name, json)| {
            Ok((
                Fqid::parse_participant(name)?,
                level(json).ok_or_else(wrong)?,
            ))
        })
        .collect()
}

fn event_id(json: &Json) -> Result<EventId, Malformed> {
    EventId::parse(json.as_str().unwrap_or_default())
}
