//! Two tenants of one process. In one of them there is something of every kind; in the other, and around,
//! are those whom it does not concern.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use scaiwave_api::{ApiState, router};
use scaiwave_engine::policy::Mode;
use scaiwave_engine::store::record::{
    DeadLetterRow, IdentityRow, PeerRow, RejectionDirection, RejectionRow, Role,
};
use scaiwave_engine::store::{Change, Commit};
use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::{EventId, LocalId, RoomId};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::fill::Things;
use crate::accounts::{Both, PASSWORD, person};
use crate::landlord::operator;
use crate::town::{House, Town, name, until};

/// Stands in all that is said in rooms of acme and kept for its people alone.
pub(super) const PRIVATE: &str = "canary-of-a-room";
/// Stands in what everybody of acme may know, and nobody else.
pub(super) const OF_THE_TENANT: &str = "canary-of-acme";
pub(super) const ACME: &str = "acme.example";
pub(super) const GLOBEX: &str = "globex.example";
/// A peer of acme's, with which it has had something to do.
const PEER: &str = "partner.example";
/// Another server, with whose Pat alice shares a room.
const SHARED: &str = "shared.example";
const LINE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

pub(super) struct Scene {
    _town: Arc<Town>,
    pub(super) acme: House,
    router: Router,
    /// What there is at acme, and what has the form of it and is not there.
    pub(super) theirs: Things,
    pub(super) absent: Things,
    /// The room into which alice is invited.
    pub(super) invited: String,
    /// The room that alice shares with somebody of another server, who is there, and what they said.
    pub(super) shared: Things,
}

/// Somebody at the edge of a tenant.
pub(super) struct Caller<'a> {
    pub(super) scene: &'a Scene,
    pub(super) host: &'static str,
    token: String,
    /// What their device calls itself.
    agent: &'static str,
}

/// All of an answer that a caller sees.
pub(super) struct Said {
    pub(super) status: StatusCode,
    pub(super) json: Value,
    /// Headers and body, as they are.
    pub(super) whole: String,
}

impl Caller<'_> {
    pub(super) async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Said {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.host)
            .header(header::USER_AGENT, self.agent)
            .header(header::CONTENT_TYPE, "application/json");
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
        let response = self
            .scene
            .router
            .clone()
            .oneshot(request.body(body).unwrap());
        let (parts, body) = response.await.unwrap().into_parts();
        let bytes = to_bytes(body, 1 << 22).await.unwrap();
        Said {
            status: parts.status,
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
            whole: format!("{:?} {}", parts.headers, String::from_utf8_lossy(&bytes)),
        }
    }

    pub(super) async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let mut said = self.ask(method, path, Some(&body)).await;
        assert_eq!(
            said.status,
            StatusCode::OK,
            "{method} {path}: {}",
            said.json
        );
        said.json["data"].take()
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let mut said = self.ask("GET", path, None).await;
        assert_eq!(said.status, StatusCode::OK, "GET {path}: {}", said.json);
        said.json["data"].take()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Nothing is on its way to another server.
async fn is_quiet(admin: &Caller<'_>) -> bool {
    let peers = admin.get("/v1/admin/federation/peers").await;
    let mut peers = peers.as_array().unwrap().iter();
    peers.all(|peer| peer["lag_events"] == 0 && peer["pending"] == 0)
}

impl Scene {
    pub(super) async fn set() -> Self {
        let town = Arc::new(Town::new());
        let acme = town.tenant("acme", ACME).await;
        let globex = town.tenant("globex", GLOBEX).await;
        let elsewhere = town.tenant("shared", SHARED).await;
        person(&elsewhere, "pat", Role::Member).await;
        // What is told by federation is another matter: there is none with globex.
        acme.policy(|policy| {
            policy.default_mode = Mode::InviteOnly;
            policy.allowed_peers = vec![PeerPattern::parse(SHARED).unwrap()];
        })
        .await;
        for (house, people) in [
            (&acme, &["alice", "bob", "eve"][..]),
            (&globex, &["mallory"]),
        ] {
            person(house, "root", Role::Admin).await;
            person(house, "boss", Role::Admin).await;
            for local_id in people {
                person(house, local_id, Role::Member).await;
            }
        }
        let state = ApiState::new(
            Arc::new(Both(vec![
                acme.tenant.clone(),
                globex.tenant.clone(),
                elsewhere.tenant.clone(),
            ])),
            town.world.clone(),
            CancellationToken::new(),
        )
        .with_operator(operator(&town, [&acme, &globex]));
        let mut scene = Scene {
            _town: town,
            acme,
            router: router(state),
            theirs: absent(),
            absent: absent(),
            invited: String::new(),
            shared: absent(),
        };
        scene.furnish().await;
        scene
    }

    pub(super) fn at(&self, host: &'static str, token: String) -> Caller<'_> {
        Caller {
            scene: self,
            host,
            token,
            agent: "Device",
        }
    }

    /// Logs somebody in who has the usual password.
    pub(super) async fn login(&self, host: &'static str, local_id: &str) -> (String, String) {
        let body = json!({"username": local_id, "password": PASSWORD});
        let mut nobody = self.at(host, String::new());
        if (host, local_id) == (ACME, "alice") {
            nobody.agent = PRIVATE;
        }
        let tokens = nobody.done("POST", "/v1/auth/login", body).await;
        (
            text(&tokens["access_token"]),
            text(&tokens["refresh_token"]),
        )
    }

    pub(super) async fn caller(&self, host: &'static str, local_id: &str) -> Caller<'_> {
        let (access, _) = self.login(host, local_id).await;
        self.at(host, access)
    }

    /// What somebody who asks at this host may have picked up, with a room. Whoever holds a secret of a
    /// tenant may use it there; elsewhere it is worth nothing.
    pub(super) fn known_to(&self, host: &'static str, room: &str) -> Things {
        let mut things = Things {
            room: room.to_owned(),
            ..self.theirs.clone()
        };
        if host == ACME {
            things.refresh_token.clone_from(&self.absent.refresh_token);
            things.reset_token.clone_from(&self.absent.reset_token);
        }
        things
    }

    pub(super) fn router(&self) -> &Router {
        &self.router
    }

    /// Puts something of every kind into acme.
    async fn furnish(&mut self) {
        let things = self.things_of_alice().await;
        self.things_of_admins(&things.room).await;
        let (invited, things) = {
            let bob = self.caller(ACME, "bob").await;
            let room = bob.room(&format!("{PRIVATE} of bob")).await;
            let path = format!("/v1/rooms/{room}/invite");
            bob.done("POST", &path, json!({"participant_id": "alice"}))
                .await;
            (room, things)
        };
        self.invited = invited;
        self.theirs = things;
        self.shared = self.share().await;
    }

    /// Alice has a room with pat of another server, and both have said something there.
    async fn share(&self) -> Things {
        let alice = self.caller(ACME, "alice").await;
        let pat = self.caller(SHARED, "pat").await;
        let root = self.caller(ACME, "root").await;
        let room = alice.room(&format!("{PRIVATE} with pat")).await;
        let at = format!("/v1/rooms/{room}");
        let fqid = "@pat:shared.example";
        let invite = json!({"fqid": fqid});
        alice
            .done("POST", &format!("{at}/invitations"), invite)
            .await;
        until("the invitation", || async {
            let waiting = pat.get("/v1/me/invitations").await;
            !waiting.as_array().unwrap().is_empty()
        })
        .await;
        let accept = format!("/v1/me/invitations/{room}/accept");
        pat.done("POST", &accept, json!({})).await;
        let send = format!("{at}/send");
        let content = json!({"content": {"body": PRIVATE}});
        alice.done("POST", &send, content.clone()).await;
        let said = pat.done("POST", &send, content).await;
        until("both have everything", || async {
            let (ours, theirs) = (alice.get(&at).await, pat.get(&at).await);
            let quiet = is_quiet(&root).await;
            quiet && theirs["pending"] == 0 && ours["head"] == theirs["head"]
        })
        .await;
        Things {
            room,
            event: text(&said["id"]),
            fqid: fqid.to_owned(),
            ..self.theirs.clone()
        }
    }

    async fn things_of_alice(&self) -> Things {
        let (access, refresh_token) = self.login(ACME, "alice").await;
        let alice = self.at(ACME, access);
        let name = json!({"display_name": format!("Alice {OF_THE_TENANT}")});
        alice.done("PUT", "/v1/me", name).await;
        let keywords = json!({"keywords": [PRIVATE]});
        alice.done("PUT", "/v1/me/preferences", keywords).await;
        let room = alice.room(PRIVATE).await;
        let (bob, at) = (self.caller(ACME, "bob").await, format!("/v1/rooms/{room}"));
        let whom = json!({"participant_id": "bob"});
        alice.done("POST", &format!("{at}/invite"), whom).await;
        bob.done("POST", &format!("{at}/join"), json!({})).await;
        let topic = json!({"topic": PRIVATE});
        alice.done("PUT", &format!("{at}/topic"), topic).await;
        let content =
            json!({"content": {"body": format!("{PRIVATE} for @bob"), "mentions": ["bob"]}});
        let said = alice.done("POST", &format!("{at}/send"), content).await;
        let event = text(&said["id"]);
        let on_event = format!("{at}/events/{event}");
        bob.done(
            "PUT",
            &format!("{on_event}/reactions/%F0%9F%8E%89"),
            json!({}),
        )
        .await;
        alice
            .done("POST", &format!("{on_event}/pin"), json!({}))
            .await;
        let report = json!({"category": "spam", "text": PRIVATE});
        bob.done("POST", &format!("{on_event}/report"), report)
            .await;
        let reports = alice.get(&format!("{at}/reports")).await;
        let token = json!({"name": PRIVATE, "scopes": ["read"]});
        let token = alice.done("POST", "/v1/me/tokens", token).await;
        let block = json!({"fqid": format!("@{PRIVATE}:elsewhere.example")});
        alice.done("POST", "/v1/me/blocks", block).await;
        let sessions = alice.get("/v1/me/sessions").await;
        let root = self.caller(ACME, "root").await;
        let link = root
            .done(
                "POST",
                "/v1/admin/participants/alice/password-reset",
                json!({}),
            )
            .await;
        let ticket = alice.done("POST", "/v1/stream/ticket", json!({})).await;
        Things {
            room,
            event,
            session: text(&sessions[0]["id"]),
            api_token: text(&token["id"]),
            identity: self.identity_of_alice().await,
            report: text(&reports[0]["id"]),
            line: LINE.to_owned(),
            local_id: "alice".to_owned(),
            fqid: "@alice:acme.example".to_owned(),
            peer: PEER.to_owned(),
            tenant: "acme".to_owned(),
            refresh_token,
            reset_token: text(&link["token"]),
            ticket: text(&ticket["ticket"]),
        }
    }

    /// Who she is elsewhere, put where it is kept: nobody here logs in by a provider.
    async fn identity_of_alice(&self) -> String {
        let id = EventId::parse(LINE).unwrap();
        let identity = IdentityRow {
            id,
            local_id: LocalId::parse("alice").unwrap(),
            issuer: "https://login.example".to_owned(),
            subject: PRIVATE.to_owned(),
            email: Some(PRIVATE.to_owned()),
            created_at: 1,
            last_used_at: None,
        };
        let put = Change::PutIdentity(Box::new(identity));
        self.acme.store.commit(Commit::of(vec![put])).await.unwrap();
        id.to_string()
    }

    /// What admins see of federation, put where it is kept: a peer, a refusal, a dead letter.
    async fn things_of_admins(&self, room: &str) {
        let (id, peer) = (EventId::parse(LINE).unwrap(), name(PEER));
        let rejection = RejectionRow {
            id,
            at: 1,
            direction: RejectionDirection::Inbound,
            peer: PEER.to_owned(),
            step: "item".to_owned(),
            room_id: Some(room.to_owned()),
            event_id: None,
            kind: None,
            code: "SW_FED_EVENT_INVALID".to_owned(),
            message: PRIVATE.to_owned(),
            size: 0,
            sample: PRIVATE.as_bytes().to_vec(),
        };
        let letter = DeadLetterRow {
            id,
            at: 1,
            peer: peer.clone(),
            kind: "submit".to_owned(),
            room_id: RoomId::parse(room).unwrap(),
            event_id: None,
            participant: None,
            code: "SW_FED_EVENT_INVALID".to_owned(),
            message: PRIVATE.to_owned(),
            item: b"{}".to_vec(),
        };
        let peer = PeerRow {
            server: peer,
            descriptor: None,
            descriptor_at: None,
            pinned_keys: Vec::new(),
            pinned_recovery: None,
            first_contact_at: 1,
            last_seen_at: None,
            last_error: Some(PRIVATE.to_owned()),
            last_error_at: Some(1),
            last_heard_at: None,
            unreachable_since: None,
            dropped_at: Some(1),
        };
        let commit = Commit::of(vec![
            Change::PutRejection(Box::new(rejection)),
            Change::PutDeadLetter(Box::new(letter)),
            Change::PutPeer(Box::new(peer)),
        ]);
        self.acme.store.commit(commit).await.unwrap();
    }
}

impl Caller<'_> {
    async fn room(&self, name: &str) -> String {
        let new = json!({"room_type": "group", "name": name});
        text(&self.done("POST", "/v1/rooms", new).await["id"])
    }
}

/// Well-formed, and nobody's.
fn absent() -> Things {
    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8058";
    Things {
        room: "room-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        event: ID.to_owned(),
        session: ID.to_owned(),
        api_token: ID.to_owned(),
        identity: ID.to_owned(),
        report: ID.to_owned(),
        line: ID.to_owned(),
        local_id: "ghost".to_owned(),
        fqid: "@ghost:acme.example".to_owned(),
        peer: "nobody.example".to_owned(),
        tenant: "nowhere".to_owned(),
        refresh_token: "x".repeat(43),
        reset_token: "x".repeat(43),
        ticket: "x".repeat(32),
    }
}
