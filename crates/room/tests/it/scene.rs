//! States that are put together instead of being grown: a table of rules asks for thousands.

use std::collections::BTreeMap;

use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::json::Object;
use scaiwave_protocol::{Fqid, Json};
use scaiwave_room::{Member, RoomState};
use scaiwave_testkit::{TestRoom, TestServer, json};

/// The host of most rooms.
pub(crate) fn red() -> TestServer {
    TestServer::new("red.example", 1)
}

/// A member server.
pub(crate) fn blue() -> TestServer {
    TestServer::new("blue.example", 2)
}

/// Another.
pub(crate) fn green() -> TestServer {
    TestServer::new("green.example", 3)
}

/// A room of red with @alice, and @bob of blue joined.
pub(crate) fn room_of_two() -> (TestRoom, TestServer, TestServer) {
    let (red, blue) = (red(), blue());
    let mut room = TestRoom::group(&red, "alice");
    room.join(&blue, "bob");
    (room, red, blue)
}

/// A state with other members, powers, settings and life than the room it was made from.
pub(crate) struct Scene {
    base: RoomState,
    members: BTreeMap<Fqid, Member>,
    core: Object,
}

impl Scene {
    pub(crate) fn of(room: &TestRoom) -> Self {
        Scene::of_state(&room.state)
    }

    pub(crate) fn of_state(state: &RoomState) -> Self {
        let core = json(std::str::from_utf8(&state.to_core_document()).unwrap());
        Scene {
            base: state.clone(),
            members: state.members().clone(),
            core: core.as_object().unwrap().clone(),
        }
    }

    pub(crate) fn member(mut self, who: &Fqid, is: Option<Membership>, by: Option<&Fqid>) -> Self {
        let Some(membership) = is else {
            self.members.remove(who);
            return self;
        };
        let member = Member {
            membership,
            seq: 3,
            by: by.cloned(),
            display_name: None,
            avatar: None,
        };
        self.members.insert(who.clone(), member);
        self
    }

    pub(crate) fn power(mut self, who: &Fqid, level: u8) -> Self {
        if let Some(Json::Obj(powers)) = self.core.get_mut("powers") {
            powers.remove(who.as_str());
            if level > 0 {
                powers.insert(who.to_string(), level.into());
            }
        }
        self
    }

    pub(crate) fn setting(mut self, name: &str, value: Json) -> Self {
        if let Some(Json::Obj(settings)) = self.core.get_mut("settings") {
            settings.insert(name.to_owned(), value);
        }
        self
    }

    pub(crate) fn life(mut self, life: &str) -> Self {
        self.core.insert("room_state".to_owned(), life.into());
        self
    }

    pub(crate) fn build(self) -> RoomState {
        let core = Json::Obj(self.core).canonical();
        RoomState::from_stored(
            self.base.room_id().clone(),
            self.base.head(),
            self.base.head_ts(),
            self.base.base_seq(),
            &core,
            self.base.servers().clone(),
            self.members,
        )
        .unwrap()
    }
}
