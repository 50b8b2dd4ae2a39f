//! Random histories: acts by random people of three servers, turned into events.

use scaiwave_protocol::event::content::{Membership, RoomLife};
use scaiwave_protocol::{EventId, Fqid, Json, ServerName};
use scaiwave_testkit::{EventBuilder, SplitMix, TestRoom, TestServer, json};

use crate::model::{Act, Change, Model};
use crate::scene::{blue, green, red};

const NAMES: &[&str] = &["alice", "bob", "carol"];

/// A room, its model, and what is needed to make things up.
pub(crate) struct History {
    pub(crate) room: TestRoom,
    pub(crate) model: Model,
    pub(crate) random: SplitMix,
    pub(crate) servers: [TestServer; 3],
    ids: Vec<EventId>,
}

impl History {
    /// A room whose three servers have their records, so that everybody can try everything.
    pub(crate) fn begin(seed: u64) -> Self {
        let mut random = SplitMix::new(seed);
        let servers = [red(), blue(), green()];
        let kind = *random.pick(&["group", "group", "public", "dm"]);
        let room = TestRoom::begin(&servers[0], "alice", kind);
        let model = Model::new(kind, servers[0].user("alice").as_str());
        let mut history = History {
            room,
            model,
            random,
            servers,
            ids: Vec::new(),
        };
        for n in [1, 2] {
            history.room.learn(&history.servers[n].clone());
            let name = history.servers[n].name().to_string();
            history.do_now(0, "_server", &Act::Record(name, true));
        }
        // Half of the histories begin where something can happen.
        if kind != "dm" && history.random.one_in(2) {
            for (n, name) in [(0, "bob"), (1, "alice"), (2, "alice"), (1, "bob")] {
                let guest = history.servers[n].user(name).to_string();
                history.do_now(0, "alice", &Act::Member(guest.clone(), "invite"));
                history.do_now(n, name, &Act::Member(guest.clone(), "join"));
                if history.random.one_in(2) {
                    let level = *history.random.pick(&[49, 50, 99, 100]);
                    history.do_now(0, "alice", &Act::Power(guest, level));
                }
            }
        }
        history
    }

    fn do_now(&mut self, n: usize, name: &str, act: &Act) {
        let event = self.event(n, name, act);
        let who = self.servers[n].user(name);
        let id = self.room.must(event);
        self.took(&who, act, id);
    }

    /// Tells the model, after the host has taken an event.
    pub(crate) fn took(&mut self, who: &Fqid, act: &Act, id: EventId) {
        self.model.apply(who.as_str(), act, &id.to_string());
        self.ids.push(id);
    }

    /// Somebody, and what they want to do. Left to chance alone hardly anything would be allowed, so
    /// two of three acts are tried until one is.
    pub(crate) fn next(&mut self) -> (Fqid, Act, EventBuilder) {
        let tries = if self.random.one_in(3) { 1 } else { 40 };
        let mut made = self.somebody();
        for _ in 1..tries {
            let who = self.servers[made.0].user(made.1);
            if self.model.allows(who.as_str(), &made.2) {
                break;
            }
            made = self.somebody();
        }
        let (n, name, act) = made;
        let event = self.event(n, name, &act);
        (self.servers[n].user(name), act, event)
    }

    fn somebody(&mut self) -> (usize, &'static str, Act) {
        let n = self.random.below(3);
        let name = match self.random.one_in(8) {
            true => "_server",
            false => *self.random.pick(NAMES),
        };
        (n, name, self.act())
    }

    fn person(&mut self) -> String {
        let n = self.random.below(3);
        let name = *self.random.pick(NAMES);
        self.servers[n].user(name).to_string()
    }

    fn target(&mut self) -> String {
        match self.ids.is_empty() || self.random.one_in(8) {
            true => EventId::v7(1, [0; 10]).to_string(),
            // Mostly something recent.
            false => {
                let from = self.ids.len().saturating_sub(8);
                self.random.pick(&self.ids[from..]).to_string()
            }
        }
    }

    fn act(&mut self) -> Act {
        let level = *self.random.pick(&[0, 1, 49, 50, 51, 99, 100]);
        let server = self.random.pick(&self.servers).name().to_string();
        let yes = self.random.one_in(2);
        match self.random.below(34) {
            0..=11 => {
                let to = *self
                    .random
                    .pick(&["invite", "join", "join", "leave", "ban", "knock"]);
                Act::Member(self.person(), to)
            }
            12..=14 => Act::Power(self.person(), level),
            15 => Act::Name(format!("name {}", self.random.below(9))),
            16 => Act::Settings(match self.random.below(4) {
                0 => Change::Federate(!self.random.one_in(3)),
                1 => Change::Deny(if yes { vec![] } else { vec![server] }),
                2 => Change::InviteLevel(level),
                _ => {
                    let kinds = [
                        "swp.room.name",
                        "swp.room.message",
                        "swp.room.pin",
                        "swp.room.edit",
                    ];
                    let kind = *self.random.pick(&kinds);
                    Change::Level(kind, level)
                }
            }),
            17 if self.random.one_in(3) => {
                let life = *self.random.pick(&["open", "open", "archived", "closed"]);
                Act::Life(life)
            }
            17..=20 => Act::Message(format!("message {level}")),
            21..=22 => Act::Edit(self.target()),
            23..=24 => Act::React(self.target()),
            25..=26 => Act::Redact(self.target()),
            27..=28 => Act::Pin(self.target(), yes),
            29..=30 => Act::Call(yes, format!("call {}", self.random.below(3))),
            31 => Act::Record(server, !self.random.one_in(3)),
            32 => Act::Transfer(server, !self.random.one_in(3)),
            _ => Act::Unknown,
        }
    }

    /// The event of an act.
    fn event(&self, n: usize, name: &str, act: &Act) -> EventBuilder {
        let by = &self.servers[n];
        let id = |text: &str| EventId::parse(text).unwrap();
        let who = |text: &str| Fqid::parse(text).unwrap();
        match act {
            Act::Member(target, to) => {
                by.member(name, &who(target), Membership::parse(to).unwrap())
            }
            Act::Power(target, level) => by.power(name, &who(target), *level),
            Act::Name(text) => {
                let content = Json::object([("name", text.as_str().into())]);
                by.event(name, "swp.room.name", content)
            }
            Act::Settings(change) => {
                let (member, value) = match change {
                    Change::Federate(on) => ("federate", (*on).into()),
                    Change::Deny(names) => {
                        let names: Vec<&str> = names.iter().map(String::as_str).collect();
                        ("denied_servers", names.into())
                    }
                    Change::InviteLevel(level) => ("invite_level", (*level).into()),
                    Change::Level(kind, level) => {
                        ("levels", Json::object([(*kind, (*level).into())]))
                    }
                };
                by.settings(name, "{}").with(member, value)
            }
            Act::Life(life) => by.state(name, RoomLife::parse(life).unwrap()),
            Act::Message(text) => by.message(name, text),
            Act::Edit(target) => by.edit(name, id(target), "edited"),
            Act::React(target) => by.reaction(name, id(target), "👍", true),
            Act::Redact(target) => by.redaction(name, id(target)),
            Act::Pin(target, pinned) => by.pin(name, id(target), *pinned),
            Act::Call(start, call) => by.call(name, *start, call),
            Act::Record(server, present) => {
                let about = self
                    .server(server)
                    .record(&self.server(server).descriptor(), *present);
                let content = self.room.sign(about).content().unwrap().clone();
                by.event(name, "swp.room.server", content)
            }
            Act::Transfer(server, due) => {
                let hand_over = self.room.transfer(self.server(server), self.due_term(*due));
                let content = self.room.sign(hand_over).content().unwrap().clone();
                by.event(name, "swp.room.transfer", content)
            }
            Act::Unknown => by.event(name, "x.unknown", json("{}")),
        }
    }

    /// Every hand-over in the log opened one term.
    fn due_term(&self, due: bool) -> u64 {
        let state = self.room.state.to_snapshot_state();
        let transfers = state
            .get("transfers")
            .and_then(Json::as_array)
            .map_or(0, <[Json]>::len);
        transfers as u64 + if due { 2 } else { 3 }
    }

    fn server(&self, name: &str) -> &TestServer {
        let name = ServerName::parse(name).unwrap();
        self.servers
            .iter()
            .find(|server| server.name() == &name)
            .unwrap()
    }

    /// What of the state the model knows.
    pub(crate) fn view(&self) -> Json {
        let state = self.room.state.to_snapshot_state();
        let part = |name: &str| state.get(name).cloned().unwrap_or(Json::Str(String::new()));
        let text = |json: &Json, name| json.get(name).cloned().unwrap_or("".into());
        let members = state
            .get("members")
            .unwrap()
            .as_object()
            .unwrap()
            .iter()
            .map(|(who, is)| {
                (
                    who.clone(),
                    Json::Arr(vec![text(is, "membership"), text(is, "by")]),
                )
            });
        let servers = state.get("servers").unwrap().as_object().unwrap().iter();
        let present = servers.map(|(name, server)| (name.clone(), text(server, "present")));
        Json::object([
            ("host", part("host")),
            ("name", part("name")),
            ("room_state", part("room_state")),
            ("pins", part("pins")),
            ("powers", part("powers")),
            ("members", Json::Obj(members.collect())),
            ("present", Json::Obj(present.collect())),
        ])
    }
}
