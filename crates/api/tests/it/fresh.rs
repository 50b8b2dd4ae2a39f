//! Old state and live frames make the state that is fetched anew.
//!
//! Beside everybody who asks in a test there is a live socket. After each action, whoever's it was, what
//! they all held before is brought up to date by what their sockets said alone, and must then be what the
//! server answers. Where a frame carries the change it is applied; where it says "fetch again" just that is
//! taken from the answer. Whatever else differs is a frame that is missing or wrong.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use scaiwave_engine::Tenant;
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;
use tower::ServiceExt as _;

use crate::live::Socket;

/// For frames of what other tasks do: they may come a moment after the store shows it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Lines of a timeline that are compared; a longer one is not.
const TIMELINE_MAX: usize = 200;

thread_local! {
    /// Everybody who listens in this test.
    static LISTENERS: RefCell<Vec<Weak<Mutex<Listener>>>> = const { RefCell::new(Vec::new()) };
}

/// What is known, by what it is: `me`, `room <id>`, `members <id>`, …
type Held = BTreeMap<String, Value>;

/// Somebody's live socket, and what they hold.
pub(crate) struct Listener {
    place: usize,
    router: Router,
    host: String,
    token: String,
    me: String,
    socket: Socket,
    held: Held,
    /// What a frame said is to be fetched again.
    stale: BTreeSet<String>,
    /// The last frames, for whoever must find out what went wrong.
    heard: Vec<Value>,
}

/// Keeps a listener listening.
pub(crate) type Listening = Arc<Mutex<Listener>>;

/// Begins to listen for whoever has this token; nobody, if it may not read.
pub(crate) async fn listen(
    place: &Arc<Tenant>,
    router: &Router,
    host: &str,
    token: &str,
) -> Option<Listening> {
    let ask = Ask {
        router,
        host,
        token,
    };
    let me = ask.get("/v1/me").await?["fqid"].as_str()?.to_owned();
    let ticket = ask.send("POST", "/v1/stream/ticket").await?;
    let ticket = format!("ticket={}", ticket["ticket"].as_str()?);
    let socket = Socket::open(router, host, &ticket).await;
    let mut listener = Listener {
        place: Arc::as_ptr(place).addr(),
        router: router.clone(),
        host: host.to_owned(),
        token: token.to_owned(),
        me,
        socket,
        held: Held::new(),
        stale: BTreeSet::new(),
        heard: Vec::new(),
    };
    let (held, position) = listener.fetch().await?;
    // What was told until then is in what was fetched.
    listener.socket.up_to(position).await?;
    listener.held = held;
    let listening = Arc::new(Mutex::new(listener));
    LISTENERS.with_borrow_mut(|all| all.push(Arc::downgrade(&listening)));
    Some(listening)
}

/// Checks the rule for everybody who listens to this tenant as it runs. One that came after it, on the same
/// store, is another.
pub(crate) async fn check(place: &Arc<Tenant>) {
    let all: Vec<Listening> =
        LISTENERS.with_borrow(|all| all.iter().filter_map(Weak::upgrade).collect());
    for listening in all {
        let mut listener = listening.lock().await;
        if listener.place == Arc::as_ptr(place).addr() {
            listener.check().await;
        }
    }
}

struct Ask<'a> {
    router: &'a Router,
    host: &'a str,
    token: &'a str,
}

impl Ask<'_> {
    async fn get(&self, path: &str) -> Option<Value> {
        self.send("GET", path).await
    }

    async fn send(&self, method: &str, path: &str) -> Option<Value> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.host)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .body(Body::empty());
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 24).await.unwrap();
        let mut json: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        (parts.status == StatusCode::OK).then(|| json["data"].take())
    }

    async fn position(&self) -> Option<u64> {
        let newest = self.get("/v1/sync?since=9007199254740991").await?;
        newest["next_cursor"].as_u64()
    }
}

impl Listener {
    /// All that is compared, and the position at which it was so; none when the login has ended.
    async fn fetch(&self) -> Option<(Held, u64)> {
        let ask = Ask {
            router: &self.router,
            host: &self.host,
            token: &self.token,
        };
        loop {
            let before = ask.position().await?;
            let held = fetch(&ask, &self.me).await?;
            if ask.position().await? == before {
                return Some((held, before));
            }
        }
    }

    async fn check(&mut self) {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            let Some((fresh, position)) = self.fetch().await else {
                return;
            };
            let Some(frames) = self.socket.up_to(position).await else {
                return;
            };
            for frame in frames {
                self.fold(&frame);
                self.heard.push(frame);
            }
            let differs = self.differences(&fresh);
            if differs.is_empty() {
                self.held = fresh;
                self.stale.clear();
                self.heard.clear();
                return;
            }
            assert!(
                std::time::Instant::now() < deadline,
                "{}: frames do not tell what changed: {differs:#?}\nheard since it was right: {:#?}",
                self.me,
                self.heard
            );
            tokio::task::yield_now().await;
        }
    }

    /// What is otherwise than the frames say.
    fn differences(&self, fresh: &Held) -> Vec<String> {
        let names: BTreeSet<&String> = self.held.keys().chain(fresh.keys()).collect();
        let of = |held: &Held, name: &String| held.get(name).cloned().unwrap_or_default();
        let all = names.into_iter().filter(|name| !self.stale.contains(*name));
        let mut found = Vec::new();
        for name in all {
            differences(name, &of(&self.held, name), &of(fresh, name), &mut found);
        }
        found
    }

    fn is_stale(&mut self, kinds: &[&str], room_id: &str) {
        self.stale
            .extend(kinds.iter().map(|kind| format!("{kind} {room_id}")));
    }

    fn fold(&mut self, frame: &Value) {
        let room_id = frame["room_id"].as_str().unwrap_or_default().to_owned();
        // The list shows the newest line, counts and heads, and pins show messages: whatever happens in a
        // room is seen there.
        self.is_stale(&["room", "pins"], &room_id);
        if frame.get("event").is_some() {
            return self.fold_event(&room_id, &frame["event"]);
        }
        match frame["type"].as_str().unwrap_or_default() {
            "swp.room.edit" => self.fold_line(&room_id, frame, |line, frame| {
                line["content"] = frame["content"].clone();
                line["edited_at"] = frame["edited_at"].clone();
            }),
            "swp.room.redaction" => {
                self.fold_line(&room_id, frame, |line, frame| {
                    line["content"] = json!({});
                    line["reactions"] = json!([]);
                    line["edited_at"] = Value::Null;
                    line["redacted_at"] = frame["redacted_at"].clone();
                    line["redacted_by"] = frame["redacted_by"].clone();
                });
                self.stale.insert("inbox".to_owned());
            }
            "swp.room.reaction" => {
                let me = self.me.clone();
                self.fold_line(&room_id, frame, |line, frame| react(line, frame, &me));
            }
            "swp.room.member" => self.fold_member(&room_id, frame),
            // Settings, powers, pins and state.
            "swp.room.settings" => self.is_stale(&["members", "settings"], &room_id),
            // An invitation is told here too.
            "swp.notification" => {
                self.stale.insert("inbox".to_owned());
                self.stale.insert("invitations".to_owned());
            }
            "swp.me" => {
                let own = ["me", "preferences", "blocks", "inbox", "invitations"];
                self.stale.extend(own.map(str::to_owned));
                // Who is blocked is hidden everywhere.
                let everywhere = self.held.keys().filter(|name| name.contains("room-"));
                self.stale.extend(everywhere.cloned().collect::<Vec<_>>());
            }
            "swp.room.read_marker" => {
                self.stale.insert("inbox".to_owned());
            }
            _ => {}
        }
    }

    /// A line that is new, or is now sequenced or refused.
    fn fold_event(&mut self, room_id: &str, event: &Value) {
        let Some(lines) = self.timeline(room_id) else {
            return;
        };
        let (id, event) = line(event);
        if !lines.contains_key(&id) {
            let content = &event["content"];
            let answered = [&content["reply_to_event_id"], &content["thread_root"]];
            let answered: BTreeSet<_> = answered.iter().filter_map(|id| id.as_str()).collect();
            for line in answered {
                if let Some(line) = lines.get_mut(line) {
                    let count = line["reply_count"].as_u64().unwrap_or(0);
                    line["reply_count"] = (count + 1).into();
                }
            }
        }
        lines.insert(id, event);
    }

    fn fold_line(&mut self, room_id: &str, frame: &Value, change: impl FnOnce(&mut Value, &Value)) {
        let id = frame["event_id"].as_str().unwrap_or_default();
        let line = self.timeline(room_id).and_then(|lines| lines.get_mut(id));
        if let Some(line) = line {
            change(line, frame);
        }
    }

    fn fold_member(&mut self, room_id: &str, frame: &Value) {
        let who = frame["participant_id"].as_str().unwrap_or_default();
        if who == self.me {
            // One's own coming and going: everything about the room is to be had now, or no more.
            let all = ["members", "pins", "settings", "timeline"];
            self.is_stale(&all, room_id);
            self.stale.insert("invitations".to_owned());
            self.stale.insert("inbox".to_owned());
        }
        if let Some(name) = frame["display_name"].as_str() {
            let lines = self.timeline(room_id);
            let lines = lines.into_iter().flat_map(Map::values_mut);
            for line in lines.filter(|line| line["sender_id"] == who) {
                line["sender"]["display_name"] = name.into();
            }
        }
        let members = self.held.get_mut(&format!("members {room_id}"));
        if let Some(Value::Object(members)) = members {
            members.insert(who.to_owned(), frame["membership"].clone());
        }
    }

    fn timeline(&mut self, room_id: &str) -> Option<&mut Map<String, Value>> {
        let timeline = self.held.get_mut(&format!("timeline {room_id}"));
        timeline.and_then(Value::as_object_mut)
    }
}

/// Names every place at which two values differ.
fn differences(at: &str, held: &Value, fresh: &Value, found: &mut Vec<String>) {
    if let (Value::Object(held), Value::Object(fresh)) = (held, fresh) {
        let names: BTreeSet<&String> = held.keys().chain(fresh.keys()).collect();
        for name in names {
            let of = |object: &Map<String, Value>| object.get(name).cloned().unwrap_or_default();
            differences(&format!("{at} {name}"), &of(held), &of(fresh), found);
        }
    } else if held != fresh {
        found.push(format!("{at}: by frames {held}, fetched {fresh}"));
    }
}

fn react(line: &mut Value, frame: &Value, me: &str) {
    let Some(reactions) = line["reactions"].as_array_mut() else {
        return;
    };
    let (emoji, sender) = (&frame["emoji"], &frame["sender_id"]);
    let at = reactions.iter().position(|one| one["emoji"] == *emoji);
    let at = at.unwrap_or_else(|| {
        reactions.push(json!({"emoji": emoji, "count": 0, "me": false, "participants": []}));
        reactions.len() - 1
    });
    let reaction = &mut reactions[at];
    let participants = reaction["participants"].as_array_mut().unwrap();
    if frame["action"] == "add" {
        participants.push(sender.clone());
    } else {
        participants.retain(|one| one != sender);
    }
    let count = participants.len();
    reaction["count"] = count.into();
    if sender == me {
        reaction["me"] = (frame["action"] == "add").into();
    }
    reactions.retain(|one| one["count"] != 0);
}

/// A line by its id, without what only a frame or only a page says.
fn line(event: &Value) -> (String, Value) {
    let mut event = event.clone();
    let fields = event.as_object_mut().unwrap();
    fields.remove("stream_position");
    let id = event["id"].as_str().unwrap().to_owned();
    (id, event)
}

async fn fetch(ask: &Ask<'_>, me: &str) -> Option<Held> {
    let mut held = Held::new();
    for (name, path) in [
        ("me", "/v1/me"),
        ("preferences", "/v1/me/preferences"),
        ("invitations", "/v1/me/invitations"),
        ("inbox", "/v1/inbox/priority"),
        ("blocks", "/v1/me/blocks"),
    ] {
        held.insert(name.to_owned(), ask.get(path).await?);
    }
    for mut room in ask.get("/v1/rooms").await?.as_array()?.clone() {
        let id = room["id"].as_str()?.to_owned();
        // Entries that nobody is shown move it too.
        room.as_object_mut()?.remove("head");
        let hosted_here = room["hosted_here"] == true;
        let joined = room["membership"] == "join";
        held.insert(format!("room {id}"), room);
        if joined {
            fetch_room(ask, me, &id, hosted_here, &mut held).await?;
        }
    }
    Some(held)
}

async fn fetch_room(
    ask: &Ask<'_>,
    me: &str,
    id: &str,
    hosted_here: bool,
    held: &mut Held,
) -> Option<()> {
    let members = ask.get(&format!("/v1/rooms/{id}/members")).await?;
    let members = members.as_array()?.iter().map(|member| {
        let who = member["participant_id"].as_str().unwrap_or_default();
        (who.to_owned(), member["membership"].clone())
    });
    held.insert(format!("members {id}"), Value::Object(members.collect()));
    for kind in ["pins", "settings"] {
        let fetched = ask.get(&format!("/v1/rooms/{id}/{kind}")).await?;
        held.insert(format!("{kind} {id}"), fetched);
    }
    // Elsewhere a page may have to be fetched from the host, which a look must not bring about.
    if hosted_here {
        let path = format!("/v1/rooms/{id}/messages?limit={TIMELINE_MAX}");
        let page = ask.get(&path).await?;
        let mut lines: Map<String, Value> = page.as_array()?.iter().map(line).collect();
        if lines.len() < TIMELINE_MAX {
            lines.values_mut().for_each(|line| own(line, me));
            held.insert(format!("timeline {id}"), Value::Object(lines));
        }
    }
    Some(())
}

/// A frame is the same for everybody and does not say what is the viewer's own.
fn own(line: &mut Value, me: &str) {
    for reaction in line["reactions"].as_array_mut().into_iter().flatten() {
        let participants = reaction["participants"].as_array().unwrap();
        let mine = participants.iter().any(|one| one == me);
        assert_eq!(reaction["me"] == true, mine, "{reaction}");
    }
}
