//! How each route is called when it is to name a certain room, person, session and so on.

use serde_json::{Value, json};

use super::routes::Route;
use crate::accounts::PASSWORD;

/// A name for everything that a request can name.
#[derive(Clone, Debug)]
pub(super) struct Things {
    pub(super) room: String,
    pub(super) event: String,
    pub(super) session: String,
    pub(super) api_token: String,
    pub(super) identity: String,
    pub(super) report: String,
    pub(super) line: String,
    pub(super) local_id: String,
    pub(super) fqid: String,
    pub(super) peer: String,
    pub(super) tenant: String,
    /// Secrets: whoever has one of the tenant asked may use it.
    pub(super) refresh_token: String,
    pub(super) reset_token: String,
    pub(super) ticket: String,
}

/// A request that is ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filled {
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

impl Filled {
    /// Whether this stands in it.
    pub(super) fn names(&self, what: &str) -> bool {
        let body = self.body.as_ref().map(Value::to_string);
        self.path.contains(what) || body.is_some_and(|body| body.contains(what))
    }
}

/// Calls a route so that it names these things wherever it can.
pub(super) fn fill(route: &Route, things: &Things) -> Filled {
    let mut path = route.path.clone();
    for name in route.parameters("path") {
        let Some(value) = in_path(name, things) else {
            panic!(
                "{}: say in isolation/fill.rs, in `in_path`, what `{{{name}}}` names",
                route.name()
            )
        };
        path = path.replace(&format!("{{{name}}}"), value);
    }
    let mut separator = '?';
    for name in route.parameters("query") {
        let Some(value) = in_query(name, things) else {
            panic!(
                "{}: say in isolation/fill.rs, in `in_query`, whether `{name}` names something",
                route.name()
            )
        };
        if !value.is_empty() {
            path.push_str(&format!("{separator}{name}={value}"));
            separator = '&';
        }
    }
    let body = route.takes_body().then(|| {
        body(route.name(), things).unwrap_or_else(|| {
            panic!(
                "{}: say in isolation/fill.rs, in `body`, how it is called",
                route.name()
            )
        })
    });
    Filled { path, body }
}

fn in_path<'a>(name: &str, things: &'a Things) -> Option<&'a str> {
    Some(match name {
        "room_id" => &things.room,
        "event_id" => &things.event,
        "session_id" => &things.session,
        "token_id" => &things.api_token,
        "identity_id" => &things.identity,
        "report_id" => &things.report,
        "line_id" => &things.line,
        "participant_id" => &things.fqid,
        "server_name" => &things.peer,
        "slug" => &things.tenant,
        "emoji" => "%F0%9F%91%8D",
        _ => return None,
    })
}

/// Empty: it names nothing that is somebody's, and is left out.
fn in_query<'a>(name: &str, things: &'a Things) -> Option<&'a str> {
    Some(match name {
        "room_id" => &things.room,
        "event_id" | "thread" | "around" => &things.event,
        "before" => &things.line,
        "ids" | "fqid" | "inviter" => &things.fqid,
        "peer" => &things.peer,
        "ticket" => &things.ticket,
        // Beside `fqid`, which names somebody.
        "server" => "",
        // The stream's: who asks has a login of their own.
        "token" => "",
        "limit" | "offset" | "since" | "from" | "direction" | "q" | "room_type" | "state"
        | "type" | "include_federated" | "timeout" | "severity" | "action" | "code" | "iss"
        | "error" => "",
        _ => return None,
    })
}

fn body(operation: &str, things: &Things) -> Option<Value> {
    let Things {
        room,
        event,
        local_id,
        fqid,
        peer,
        tenant,
        refresh_token,
        reset_token,
        ..
    } = things;
    let content = json!({"body": "hello", "reply_to_event_id": event, "mentions": [fqid]});
    Some(match operation {
        // The names of servers are public, and these ask the network: all the same for both.
        "check_server" | "hand_over" => json!({"server_name": "globex.example"}),
        "put_policy" => json!({"blocked_peers": [peer]}),
        "simulate_policy" => json!({"peer": peer, "fqid": fqid, "room_id": room}),
        "rotate_key" => json!({"force": true}),
        "set_role" => json!({"role": "member"}),
        "create_tenant" => json!({"slug": tenant, "name": "Taken over", "server_name": peer}),
        "set_up" => {
            let admin = json!({"local_id": local_id, "display_name": "x", "password": PASSWORD});
            json!({"code": reset_token, "tenant_name": "Taken over", "admin": admin})
        }
        "set_limits" => json!({"rooms": 0}),
        "federate_room" => json!({"enabled": true}),
        "admin_invite" | "open_federated_dm" | "invite_fqid" => json!({"fqid": fqid}),
        "login" | "sign_in" => json!({"username": local_id, "password": "not the password"}),
        "token" => {
            json!({"grant_type": "password", "username": local_id, "password": "not the password"})
        }
        "refresh_tokens" => json!({"refresh_token": refresh_token}),
        "register" => {
            json!({"participant_id": fqid, "tenant_id": tenant, "display_name": "Somebody"})
        }
        "reset_password" => json!({"token": reset_token, "new_password": "another password"}),
        "put_me" => json!({"display_name": "Somebody else"}),
        "add_block" => json!({"fqid": fqid}),
        "block_invitation" => json!({"whom": "inviter"}),
        "change_password" => json!({"current": PASSWORD, "new": PASSWORD}),
        "put_preferences" => json!({"keywords": ["tea"]}),
        "set_presence" => json!({"presence": "busy"}),
        "create_token" => json!({"name": "bot", "scopes": ["read"]}),
        "begin_totp" | "end_totp" | "link_identity" | "unlink_identity" => {
            json!({"password": PASSWORD})
        }
        "start_oidc" => json!({"return_to": "/"}),
        "finish_oidc" | "sign_in_oidc" => json!({"code": reset_token}),
        "confirm_totp" => json!({"code": "000000"}),
        "create_room" => json!({"room_type": "group", "name": "Own"}),
        "open_dm" | "invite" | "uninvite" | "kick" | "ban" | "unban" => {
            json!({"participant_id": fqid})
        }
        "edit_message" => json!({"content": content}),
        "send_message" => json!({"content": content, "event_uuid": event}),
        "redact_event" => json!({"reason": "spam"}),
        "report_event" => json!({"category": "spam", "text": "look"}),
        "mute_room" => json!({"until": null}),
        "rename_room" => json!({"name": "Taken over"}),
        "set_topic" => json!({"topic": "Taken over"}),
        "set_notification_mode" => json!({"mode": "all"}),
        "set_power" => json!({"participant_id": fqid, "level": 100}),
        "mark_read" => json!({"event_id": event}),
        "put_settings" => json!({"federate": true}),
        "search" => json!({"q": "canary", "room_id": room, "sender": fqid}),
        "set_typing" => json!({"room_id": room, "typing": true}),
        _ => return None,
    })
}

/// The body is one that the document allows: the fields that it has, and all that must be there.
pub(super) fn assert_documented(route: &Route, document: &Value, body: &Value) {
    let content = &route.operation["requestBody"]["content"]["application/json"]["schema"];
    let schema = match content["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => content,
    };
    let fields = schema["properties"].as_object().unwrap();
    let given = body.as_object().unwrap();
    for name in given.keys() {
        assert!(
            fields.contains_key(name),
            "{}: the document knows no field `{name}`: {schema}",
            route.name()
        );
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(
            given.contains_key(name.as_str().unwrap()),
            "{}: the document wants {name}",
            route.name()
        );
    }
}
