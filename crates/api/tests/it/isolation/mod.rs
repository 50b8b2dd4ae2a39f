//! Nobody learns or changes anything of another tenant, of another person, or of a room in which they are
//! not: whatever they ask, by whatever name, the answer is the one for what does not exist.
//!
//! Every route is called by itself: `routes` finds them all, `fill` says how each is called, `scene` has
//! what there is to find.

mod fill;
mod routes;
mod scene;

use serde_json::Value;

use self::fill::{Filled, Things, assert_documented, fill};
use self::routes::{Route, document, routes};
use self::scene::{ACME, Caller, GLOBEX, OF_THE_TENANT, PRIVATE, Said, Scene};
use crate::landlord::OPERATOR;
use crate::live::Socket;

/// Who asks for what is not theirs.
#[derive(Clone, Copy, Debug)]
struct Visitor {
    /// Where they ask.
    host: &'static str,
    /// Where they have logged in, and as whom; nowhere.
    login: Option<(&'static str, &'static str)>,
}

/// People of globex at home, with an admin among them; the same at acme's door; people of acme who have
/// nothing to do with the room, with an admin among them; nobody.
const VISITORS: &[Visitor] = &[
    Visitor {
        host: GLOBEX,
        login: Some((GLOBEX, "mallory")),
    },
    Visitor {
        host: GLOBEX,
        login: Some((GLOBEX, "root")),
    },
    Visitor {
        host: ACME,
        login: Some((GLOBEX, "mallory")),
    },
    Visitor {
        host: ACME,
        login: Some((GLOBEX, "root")),
    },
    Visitor {
        host: ACME,
        login: Some((ACME, "eve")),
    },
    Visitor {
        host: ACME,
        login: Some((ACME, "boss")),
    },
    Visitor {
        host: GLOBEX,
        login: None,
    },
    Visitor {
        host: ACME,
        login: None,
    },
];

/// People of one tenant find each other in the directory: these tell who is there.
const KNOWN_TO_COLLEAGUES: &[&str] = &["open_dm", "open_federated_dm"];
/// Admins make accounts, and see to what is reported anywhere.
const FOR_ADMINS: &[&str] = &["register", "list_reports", "resolve_report"];

impl Visitor {
    fn is_of_acme(self) -> bool {
        matches!(self.login, Some((ACME, _)))
    }

    /// What they may know of what there is here.
    fn may(self, route: &Route) -> bool {
        let of_admins = route.path.starts_with("/v1/admin/") && !route.is_operators();
        let for_admins = of_admins || FOR_ADMINS.contains(&route.name());
        let admin = self.login == Some((ACME, "boss")) && for_admins;
        admin || self.is_of_acme() && KNOWN_TO_COLLEAGUES.contains(&route.name())
    }

    async fn caller(self, scene: &Scene) -> Caller<'_> {
        let token = match self.login {
            Some((host, local_id)) => scene.login(host, local_id).await.0,
            None => String::new(),
        };
        scene.at(self.host, token)
    }
}

/// What must not be in what they see.
fn secrets(visitor: Visitor) -> &'static [&'static str] {
    if visitor.is_of_acme() {
        &[PRIVATE]
    } else {
        &[PRIVATE, OF_THE_TENANT]
    }
}

/// An answer without what differs because the question did: names that stood in it, and the request's id.
/// Of a success only the form is compared.
fn form(said: &Said, things: &Things) -> Value {
    if said.status.is_success() {
        return outline(&said.json);
    }
    let mut json = said.json.clone();
    if let Some(error) = json["error"].as_object_mut() {
        error.remove("request_id");
    }
    let mut text = json.to_string();
    for name in [&things.fqid, &things.peer, &things.room, &things.event] {
        text = text.replace(name.as_str(), "<name>");
    }
    Value::String(text)
}

/// Which fields there are, and of which kind.
fn outline(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(name, value)| (name.clone(), outline(value)))
                    .collect(),
            )
        }
        // How long a list is may be the asker's own doing.
        Value::Array(elements) => match elements.first() {
            Some(first @ (Value::Object(_) | Value::Array(_))) => {
                Value::Array(vec![outline(first)])
            }
            _ => "list".into(),
        },
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "flag".into(),
        Value::Null => Value::Null,
    }
}

/// Asks by both names and compares.
async fn check(
    scene: &Scene,
    visitor: Visitor,
    caller: &Caller<'_>,
    route: &Route,
    theirs: &Things,
) {
    let (missing, there) = (fill(route, &scene.absent), fill(route, theirs));
    let what = format!("{} {} as {visitor:?}", route.method, there.path);
    let ask = async |filled: &Filled| {
        let said = caller
            .ask(&route.method, &filled.path, filled.body.as_ref())
            .await;
        assert!(!said.status.is_server_error(), "{what}: {}", said.whole);
        for secret in secrets(visitor) {
            assert!(
                !said.whole.contains(secret),
                "{what} told {secret}: {}",
                said.whole
            );
        }
        said
    };
    let expected = ask(&missing).await;
    let said = ask(&there).await;
    if missing == there {
        return;
    }
    assert_eq!(
        (said.status, form(&said, theirs)),
        (expected.status, form(&expected, &scene.absent)),
        "{what}: what is there is answered otherwise than what is not"
    );
}

/// All that alice, the admin of acme and the operator can see; what the visitors must leave as it is.
async fn snapshot(scene: &Scene, alice: &Caller<'_>, root: &Caller<'_>) -> Vec<(String, Value)> {
    let operator = scene.at(ACME, OPERATOR.to_owned());
    let mut seen = Vec::new();
    for route in routes() {
        let waits = route.name() == "stream" || route.name() == "sync";
        if route.method != "GET" || waits {
            continue;
        }
        let caller = if route.is_operators() {
            &operator
        } else if route.path.starts_with("/v1/admin/") {
            root
        } else {
            alice
        };
        let things = Things {
            ticket: String::new(),
            ..scene.theirs.clone()
        };
        let mut path = fill(&route, &things).path;
        // The whole list, not what is asked for.
        if route.parameters("path").is_empty() && route.name() != "get_presence" {
            path.truncate(path.find('?').unwrap_or(path.len()));
        }
        let said = caller.ask("GET", &path, None).await;
        assert!(!said.status.is_server_error(), "{path}: {}", said.whole);
        let mut json = said.json;
        forget_usage(&mut json);
        if let Some(error) = json["error"].as_object_mut() {
            error.remove("request_id");
        }
        seen.push((path, json));
    }
    assert!(seen.len() > 30);
    for what in ["", "/members", "/messages", "/state"] {
        let path = format!("/v1/rooms/{}{what}", scene.shared.room);
        seen.push((path.clone(), alice.get(&path).await));
    }
    seen
}

/// What visitors do at home takes rooms and bytes.
fn forget_usage(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("usage");
            fields.remove("storage_bytes");
            fields.values_mut().for_each(forget_usage);
        }
        Value::Array(elements) => elements.iter_mut().for_each(forget_usage),
        _ => {}
    }
}

/// What visitors bring about by what is their own to do: colleagues are in the directory, come online and make
/// rooms.
fn may_change(visitor: Visitor, path: &str) -> bool {
    let of_colleagues = [
        "/v1/admin/participants",
        "/v1/admin/stats",
        "/v1/directory/",
        "/v1/presence",
    ];
    let colleague = visitor.is_of_acme() && of_colleagues.iter().any(|area| path.starts_with(area));
    // Servers that try to reach acme are recorded.
    let by_servers = path.starts_with("/v1/admin/federation/rejections");
    colleague || visitor.login.is_some() && by_servers
}

async fn visit(visitor: Visitor) {
    let scene = Scene::set().await;
    let alice = scene.caller(ACME, "alice").await;
    let root = scene.caller(ACME, "root").await;
    let before = snapshot(&scene, &alice, &root).await;
    let mut caller = visitor.caller(&scene).await;
    let at_home = visitor.login.is_some_and(|(host, _)| host == visitor.host);
    let stream = if at_home {
        Some(open_stream(&caller).await)
    } else {
        None
    };
    let document = document();
    for route in routes() {
        if visitor.may(&route) {
            continue;
        }
        for room in [&scene.theirs.room, &scene.invited] {
            let theirs = scene.known_to(visitor.host, room);
            if let Some(body) = fill(&route, &theirs).body {
                assert_documented(&route, &document, &body);
            }
            check(&scene, visitor, &caller, &route, &theirs).await;
        }
        // The room that alice shares with another server, who is there, and what they said.
        let shared = Things {
            event: scene.shared.event.clone(),
            fqid: scene.shared.fqid.clone(),
            ..scene.known_to(visitor.host, &scene.shared.room)
        };
        if fill(&route, &shared).names(&shared.room) {
            check(&scene, visitor, &caller, &route, &shared).await;
        }
        // Some routes end logins.
        if at_home && !caller.ask("GET", "/v1/me", None).await.status.is_success() {
            caller = visitor.caller(&scene).await;
        }
    }
    let after = snapshot(&scene, &alice, &root).await;
    compare(visitor, &before, &after);
    if let Some(stream) = stream {
        // Meanwhile people went on talking.
        let path = format!("/v1/rooms/{}/send", scene.theirs.room);
        let content = serde_json::json!({"content": {"body": PRIVATE}});
        alice.done("POST", &path, content).await;
        heard_nothing(visitor, &caller, stream).await;
    }
}

async fn open_stream(caller: &Caller<'_>) -> Socket {
    let ticket = caller.done("POST", "/v1/stream/ticket", Value::Null).await;
    let ticket = format!("ticket={}", ticket["ticket"].as_str().unwrap());
    Socket::open(caller.scene.router(), caller.host, &ticket).await
}

async fn heard_nothing(visitor: Visitor, caller: &Caller<'_>, mut stream: Socket) {
    let newest = caller.get("/v1/sync?since=9007199254740991").await;
    let position = newest["next_cursor"].as_u64().unwrap();
    // One that was ended with its login has said what it had to say.
    let heard = stream.up_to(position).await.unwrap_or_default();
    let heard = Value::Array(heard).to_string();
    for secret in secrets(visitor) {
        assert!(
            !heard.contains(secret),
            "{visitor:?} heard {secret}: {heard}"
        );
    }
}

fn compare(visitor: Visitor, before: &[(String, Value)], after: &[(String, Value)]) {
    for ((path, before), (_, after)) in before.iter().zip(after) {
        if !may_change(visitor, path) {
            assert_eq!(after, before, "{visitor:?} changed {path}");
        }
    }
}

macro_rules! visits {
    ($($(#[$doc:meta])* $name:ident = $index:literal;)*) => {
        $($(#[$doc])* #[tokio::test] async fn $name() { visit(VISITORS[$index]).await; })*
        const VISITED: usize = [$($index),*].len();
    };
}

visits! {
    people_of_another_tenant = 0;
    admins_of_another_tenant = 1;
    people_of_another_tenant_at_the_door = 2;
    admins_of_another_tenant_at_the_door = 3;
    people_who_are_not_in_the_room = 4;
    admins_who_are_not_in_the_room = 5;
    nobody_next_door = 6;
    nobody = 7;
}

/// A ticket, like a token, opens a stream of its own tenant only.
#[tokio::test]
async fn a_ticket_is_for_its_own_tenant() {
    assert_eq!(VISITED, VISITORS.len());
    let scene = Scene::set().await;
    let ticket = format!("ticket={}", scene.theirs.ticket);
    let token = format!("token={}", scene.login(ACME, "alice").await.0);
    for credential in [&ticket, &token] {
        let mut stream = Socket::open(scene.router(), GLOBEX, credential).await;
        assert_eq!(stream.end().await, Some(4001), "{credential}");
    }
}

/// What there is can be found by those whom it concerns: the other tests would see it.
#[tokio::test]
async fn the_owner_sees_it_all() {
    let scene = Scene::set().await;
    let alice = scene.caller(ACME, "alice").await;
    let root = scene.caller(ACME, "root").await;
    let mut tells_nothing = Vec::new();
    for (path, json) in snapshot(&scene, &alice, &root).await {
        let text = json.to_string();
        if !text.contains(PRIVATE) && !text.contains(OF_THE_TENANT) {
            tells_nothing.push(path);
        }
    }
    assert!(tells_nothing.len() < 20, "{tells_nothing:#?}");
}
