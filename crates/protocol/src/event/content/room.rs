use std::collections::BTreeMap;

use crate::binary;
use crate::descriptor::{Descriptor, PeerPattern};
use crate::ids::{EventId, Fqid, ServerName};
use crate::json::{Fields, Json, Malformed, Object};
use crate::keys::Sig;
use crate::limits::{DISPLAY_NAME_CHARS_MAX, MEMBER_NAME_CHARS_MAX, POWER_MAX};

/// Declares a list of values that a member may have, with their text.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// Reads the word.
            pub fn parse(text: &str) -> Result<Self, Malformed> {
                let found = Self::ALL.iter().copied().find(|value| value.as_str() == text);
                found.ok_or_else(|| Malformed::new(concat!("must be one of: ", $($text, " ",)*)))
            }
        }
    };
}

words! {
    /// What kind of room it is, for good.
    RoomType {
        /// By invitation.
        Group = "group",
        /// Two people.
        Dm = "dm",
        /// The host's own people join by themselves.
        Public = "public",
        /// By invitation, and never anywhere but at its host: this word is not of the protocol.
        Incognito = "incognito",
    }
}

impl RoomType {
    /// Reads the word as another server sends it: a room that stays at home is none of its own.
    pub fn parse_from_afar(text: &str) -> Result<Self, Malformed> {
        let found = Self::parse(text).ok().filter(|kind| kind.may_federate());
        found.ok_or_else(|| Malformed::new("must be one of: group dm public"))
    }

    /// Whether other servers may ever take part in such a room.
    pub fn may_federate(self) -> bool {
        self != RoomType::Incognito
    }
}

words! {
    /// How much of the past a newcomer's server may have.
    History {
        /// Everything from seq 1.
        Shared = "shared",
        /// Contents from its first join on; what lies below travels erased.
        Joined = "joined",
    }
}

words! {
    /// What a participant is to a room.
    Membership {
        /// Asked to come.
        Invite = "invite",
        /// In.
        Join = "join",
        /// Was in, or declined.
        Leave = "leave",
        /// Kept out.
        Ban = "ban",
        /// Asks to be let in.
        Knock = "knock",
    }
}

words! {
    /// Whether the room is in use.
    RoomLife {
        /// Everything goes.
        Open = "open",
        /// Nothing new is said; can be opened again.
        Archived = "archived",
        /// Over, for good.
        Closed = "closed",
    }
}

/// `swp.room.create`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// For good.
    pub room_type: RoomType,
    /// The first name.
    pub name: Option<String>,
    /// The first topic.
    pub topic: Option<String>,
    /// Whether other servers may take part.
    pub federate: bool,
    /// What newcomers' servers may have.
    pub history: History,
}

impl Create {
    pub(super) fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("create", json)?;
        fields.parsed("nonce", binary::decode::<16>)?;
        Ok(Create {
            room_type: fields.parsed("room_type", RoomType::parse)?,
            name: fields.optional_string("name")?,
            topic: fields.optional_string("topic")?,
            federate: fields.flag("federate")?,
            history: fields.parsed("history", History::parse)?,
        })
    }
}

/// `swp.room.server`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerPresence {
    /// Which server.
    pub server: ServerName,
    /// Its signed descriptor, with the keys that history is verified with.
    pub descriptor: Descriptor,
    /// Whether a participant of it is joined once the next entry is in.
    pub present: bool,
}

impl ServerPresence {
    pub(super) fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("server", json)?;
        let server = fields.parsed("server", ServerName::parse)?;
        // Servers are member names in snapshots.
        if server.as_str().len() > MEMBER_NAME_CHARS_MAX {
            return Err(fields.wrong("server", "has more than 128 bytes"));
        }
        let descriptor = Descriptor::parse(fields.any("descriptor")?)?;
        if descriptor.server_name() != &server {
            return Err(fields.wrong("descriptor", "is of another server"));
        }
        Ok(ServerPresence {
            server,
            descriptor,
            present: fields.flag("present")?,
        })
    }
}

/// `swp.room.member`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Whose membership.
    pub participant: Fqid,
    /// What it becomes.
    pub membership: Membership,
    /// Why, in the sender's words.
    pub reason: Option<String>,
    /// 1–100 characters; of the participant's own join.
    pub display_name: Option<String>,
    /// A media id of the participant's server.
    pub avatar: Option<String>,
}

impl Member {
    pub(super) fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("member", json)?;
        let member = Member {
            participant: fields.parsed("participant", Fqid::parse_participant)?,
            membership: fields.parsed("membership", Membership::parse)?,
            reason: fields.optional_string("reason")?,
            display_name: fields.optional_string("display_name")?,
            avatar: fields.optional_string("avatar")?,
        };
        let name = member.display_name.as_deref();
        if name.is_some_and(|name| !(1..=DISPLAY_NAME_CHARS_MAX).contains(&name.chars().count())) {
            return Err(fields.wrong("display_name", "must have 1–100 characters"));
        }
        Ok(member)
    }
}

/// `swp.room.power`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power {
    /// Whose level.
    pub participant: Fqid,
    /// 0–100.
    pub level: u8,
}

impl Power {
    pub(super) fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("power", json)?;
        let participant = fields.parsed("participant", Fqid::parse_participant)?;
        Ok(Power {
            participant,
            level: level("level", &fields.any("level")?)?,
        })
    }
}

fn level(name: &'static str, json: &Json) -> Result<u8, Malformed> {
    json.as_int()
        .and_then(|level| u8::try_from(level).ok())
        .filter(|level| *level <= POWER_MAX)
        .ok_or_else(|| Malformed::new(format!("`{name}` must be an integer from 0 to 100")))
}

/// `swp.room.settings`: replaces the members it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Every member as it came, unknown ones too: they are kept without effect.
    pub raw: Object,
    /// Whether other servers may take part.
    pub federate: Option<bool>,
    /// What newcomers' servers may have.
    pub history: Option<History>,
    /// The power that an invitation needs.
    pub invite_level: Option<u8>,
    /// The power that each type needs, where the table lets a room say so.
    pub levels: Option<BTreeMap<String, u8>>,
    /// The host's to check.
    pub max_foreign_participants: Option<u64>,
    /// The host's to check; seconds.
    pub edit_window_s: Option<u64>,
    /// Servers whose people can be neither invited nor join.
    pub denied_servers: Option<Vec<PeerPattern>>,
}

impl Settings {
    /// Reads settings, from an event or from a snapshot's state.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let Json::Obj(raw) = json.clone() else {
            return Err(Malformed::new("settings must be an object"));
        };
        let mut fields = Fields::of("settings", json)?;
        let federate = if fields.has("federate") {
            Some(fields.flag("federate")?)
        } else {
            None
        };
        let levels = if fields.has("levels") {
            let object = fields.object("levels")?;
            let read = |(kind, json): (String, Json)| Ok((kind, level("levels", &json)?));
            Some(
                object
                    .into_iter()
                    .map(read)
                    .collect::<Result<_, Malformed>>()?,
            )
        } else {
            None
        };
        let denied_servers = if fields.has("denied_servers") {
            let read = |json: &Json| PeerPattern::parse(json.as_str().unwrap_or_default());
            let patterns = fields.array("denied_servers")?;
            Some(patterns.iter().map(read).collect::<Result<_, _>>()?)
        } else {
            None
        };
        Ok(Settings {
            raw,
            federate,
            history: fields.optional_parsed("history", History::parse)?,
            invite_level: fields
                .optional("invite_level")
                .map(|json| level("invite_level", &json))
                .transpose()?,
            levels,
            max_foreign_participants: fields.optional_count("max_foreign_participants")?,
            edit_window_s: fields.optional_count("edit_window_s")?,
            denied_servers,
        })
    }
}

/// `swp.room.state`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// What the room becomes.
    pub life: RoomLife,
    /// The room where things go on.
    pub replaced_by: Option<String>,
}

impl State {
    pub(super) fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("state", json)?;
        Ok(State {
            life: fields.parsed("state", RoomLife::parse)?,
            replaced_by: fields.optional_string("replaced_by")?,
        })
    }
}

/// `swp.room.pin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// What is pinned; the host alone checks what it names.
    pub event_id: EventId,
    /// Pinned or unpinned.
    pub pinned: bool,
}

impl Pin {
    pub(super) fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("pin", json)?;
        Ok(Pin {
            event_id: fields.parsed("event_id", EventId::parse)?,
            pinned: fields.flag("pinned")?,
        })
    }
}

/// `swp.call.start` and `swp.call.end`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which call.
    pub call_id: String,
    /// With pictures or without.
    pub video: bool,
}

impl Call {
    pub(super) fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("call", json)?;
        let call_id = fields.string("call_id")?;
        let video = match fields.string("kind")?.as_str() {
            "audio" => false,
            "video" => true,
            _ => return Err(fields.wrong("kind", "must be audio or video")),
        };
        Ok(Call { call_id, video })
    }
}

/// `swp.room.transfer`: planned hand-over to another host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The new host.
    pub host: ServerName,
    /// The old term + 1.
    pub term: u64,
    /// The new host's consent.
    pub sig: Sig,
}

impl Transfer {
    /// Reads the content of a transfer.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("transfer", json)?;
        Ok(Transfer {
            host: fields.parsed("host", ServerName::parse)?,
            term: fields.count("term")?,
            sig: Sig::parse(fields.any("sig")?)?,
        })
    }
}

/// The content that is one text.
pub(super) fn text(name: &'static str, json: Json) -> Result<String, Malformed> {
    Fields::of("content", json)?.string(name)
}
