//! A second, simpler room: plain maps and text, written from the protocol's tables and not from the code.

use std::collections::{BTreeMap, HashMap};

use scaiwave_protocol::Json;

/// What somebody wants to do; people are written `@name:server`.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Member(String, &'static str),
    Power(String, u8),
    Name(String),
    Settings(Change),
    Life(&'static str),
    Message(String),
    Edit(String),
    React(String),
    Redact(String),
    Pin(String, bool),
    Call(bool, String),
    Record(String, bool),
    /// To this server, with its consent for the term that is due or another.
    Transfer(String, bool),
    Unknown,
}

#[derive(Clone, Debug)]
pub(crate) enum Change {
    Federate(bool),
    Deny(Vec<String>),
    InviteLevel(u8),
    Level(&'static str, u8),
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    kind: &'static str,
    creator: String,
    partner: Option<String>,
    host: String,
    people: HashMap<String, (&'static str, String)>,
    powers: BTreeMap<String, u8>,
    name: Option<String>,
    life: &'static str,
    federate: bool,
    denied: Vec<String>,
    invite_level: u8,
    level: Option<(&'static str, u8)>,
    /// Id → type and sender of everything in the log.
    said: HashMap<String, (&'static str, String)>,
    pins: Vec<String>,
    calls: HashMap<String, String>,
    present: BTreeMap<String, bool>,
}

fn server_of(who: &str) -> &str {
    who.split_once(':').map_or("", |(_, server)| server)
}

impl Model {
    pub(crate) fn new(kind: &'static str, creator: &str) -> Self {
        Model {
            kind,
            creator: creator.to_owned(),
            partner: None,
            host: server_of(creator).to_owned(),
            people: [(creator.to_owned(), ("join", String::new()))].into(),
            powers: [(creator.to_owned(), 100)].into(),
            name: None,
            life: "open",
            federate: true,
            denied: Vec::new(),
            invite_level: 0,
            level: None,
            said: HashMap::new(),
            pins: Vec::new(),
            calls: HashMap::new(),
            present: [(server_of(creator).to_owned(), true)].into(),
        }
    }

    fn is(&self, who: &str) -> &'static str {
        self.people.get(who).map_or("none", |(is, _)| is)
    }

    fn level(&self, who: &str) -> u8 {
        self.powers.get(who).copied().unwrap_or(0)
    }

    fn needed(&self, kind: &str, default: u8) -> u8 {
        match self.level {
            Some((moved, level)) if moved == kind => level,
            _ => default,
        }
    }

    /// Whether the act is allowed.
    pub(crate) fn allows(&self, who: &str, act: &Act) -> bool {
        let joined = self.is(who) == "join";
        let has = |level| joined && self.level(who) >= level;
        let open = self.life == "open";
        let host_server = who == format!("@_server:{}", self.host);
        let sent_by = |id: &String| self.said.get(id).is_some_and(|(_, sender)| sender == who);
        let is_message = |id: &String| {
            self.said
                .get(id)
                .is_some_and(|(kind, _)| *kind == "message")
        };
        match act {
            Act::Member(target, to) => self.moves(who, target, to),
            Act::Power(target, level) => {
                let below = target == who || self.level(target) < self.level(who);
                has(100) && *level <= self.level(who) && below
            }
            Act::Name(_) => open && has(self.needed("swp.room.name", 50)),
            Act::Settings(_) => open && has(100),
            Act::Life(_) => self.life != "closed" && has(100),
            Act::Message(_) | Act::Unknown => open && has(self.needed("swp.room.message", 0)),
            Act::Edit(id) => open && joined && is_message(id) && sent_by(id),
            Act::React(id) => open && joined && is_message(id),
            Act::Redact(id) => {
                let words = self.said.get(id).is_some_and(|(kind, _)| *kind != "other");
                joined && words && (sent_by(id) || has(50))
            }
            Act::Pin(..) => open && has(self.needed("swp.room.pin", 50)),
            Act::Call(true, _) => open && joined,
            Act::Call(false, id) => {
                open && joined && (has(50) || self.calls.get(id).is_some_and(|by| by == who))
            }
            Act::Record(..) => host_server,
            Act::Transfer(to, due) => {
                open && host_server && *due && self.present.get(to).copied().unwrap_or(false)
            }
        }
    }

    fn moves(&self, who: &str, target: &str, to: &str) -> bool {
        let joined = self.is(who) == "join";
        let moderator = joined && self.level(who) >= 50;
        let above = moderator && self.level(who) > self.level(target);
        let own = who == target;
        let hosts_own = server_of(target) == self.host;
        let host_server = who == format!("@_server:{}", self.host);
        let from = self.is(target);
        if matches!(to, "invite" | "join" | "knock") {
            let shut = !self.federate || self.denied.iter().any(|name| name == server_of(target));
            if self.life != "open" || (!hosts_own && shut) {
                return false;
            }
        }
        if self.kind == "dm" && target != self.creator {
            match &self.partner {
                Some(partner) if partner != target => return false,
                None if to != "invite" => return false,
                _ => {}
            }
        }
        match (from, to) {
            ("none" | "leave" | "knock" | "invite", "invite") => {
                joined && self.level(who) >= self.invite_level
            }
            ("none" | "leave", "join") => own && hosts_own && self.kind == "public",
            ("invite" | "join", "join") => own,
            ("none" | "leave", "knock") => own && hosts_own,
            ("knock", "leave") => own || moderator,
            ("invite", "leave") => {
                let inviter = self.people.get(target).is_some_and(|(_, by)| by == who);
                own || (inviter && joined) || moderator || host_server
            }
            ("join", "leave") => own || above || (host_server && !hosts_own),
            ("ban", "leave") | (_, "ban") => above,
            _ => false,
        }
    }

    /// Does what was allowed. `id` is that of the event.
    pub(crate) fn apply(&mut self, who: &str, act: &Act, id: &str) {
        let kind = match act {
            Act::Message(_) => "message",
            Act::Edit(_) => "edit",
            Act::React(_) => "reaction",
            _ => "other",
        };
        self.said.insert(id.to_owned(), (kind, who.to_owned()));
        match act {
            Act::Member(target, to) => self.set_member(who, target, to),
            Act::Power(target, level) => {
                self.powers.insert(target.clone(), *level);
            }
            Act::Name(name) => self.name = Some(name.clone()),
            Act::Settings(Change::Federate(on)) => self.federate = *on,
            Act::Settings(Change::Deny(names)) => self.denied.clone_from(names),
            Act::Settings(Change::InviteLevel(level)) => self.invite_level = *level,
            Act::Settings(Change::Level(kind, level)) => self.level = Some((kind, *level)),
            Act::Life(life) => self.life = life,
            Act::Pin(target, pinned) => {
                self.pins.retain(|pin| pin != target);
                if *pinned {
                    self.pins.push(target.clone());
                }
            }
            Act::Call(true, call) => {
                self.calls
                    .entry(call.clone())
                    .or_insert_with(|| who.to_owned());
            }
            Act::Call(false, call) => {
                self.calls.remove(call);
            }
            Act::Record(server, present) => {
                self.present.insert(server.clone(), *present);
            }
            Act::Transfer(to, _) => self.host.clone_from(to),
            Act::Message(_) | Act::Edit(_) | Act::React(_) | Act::Redact(_) | Act::Unknown => {}
        }
    }

    /// An entry without effect, which can be referred to all the same.
    pub(crate) fn heard(&mut self, who: &str, kind: &'static str, id: &str) {
        self.said
            .entry(id.to_owned())
            .or_insert((kind, who.to_owned()));
    }

    fn set_member(&mut self, who: &str, target: &str, to: &'static str) {
        let from = self.is(target);
        if (from, to) == ("invite", "invite") {
            return;
        }
        let by = if to == "invite" { who } else { "" };
        self.people.insert(target.to_owned(), (to, by.to_owned()));
        if to == "invite" && target != self.creator {
            self.partner.get_or_insert_with(|| target.to_owned());
        }
        if matches!(to, "leave" | "ban") {
            self.powers.remove(target);
        }
        if self.kind == "dm" && to == "join" && from != "join" {
            self.powers.insert(target.to_owned(), 100);
        }
    }

    /// What of a snapshot's state the model knows.
    pub(crate) fn view(&self) -> Json {
        let people = self.people.iter().map(|(who, (is, by))| {
            let said = Json::Arr(vec![(*is).into(), by.as_str().into()]);
            (who.clone(), said)
        });
        let powers = self.powers.iter().filter(|(_, level)| **level > 0);
        let powers = powers.map(|(who, level)| (who.clone(), (*level).into()));
        let present = self
            .present
            .iter()
            .map(|(name, is)| (name.clone(), (*is).into()));
        Json::object([
            ("host", self.host.as_str().into()),
            ("name", self.name.as_deref().unwrap_or_default().into()),
            ("room_state", self.life.into()),
            (
                "pins",
                self.pins
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .into(),
            ),
            ("powers", Json::Obj(powers.collect())),
            ("members", Json::Obj(people.collect())),
            ("present", Json::Obj(present.collect())),
        ])
    }
}
