//! What admins see and do about federation, over HTTP, with real tenants next door to each other.

mod access;
mod dead_letters;
mod delivery;
mod everyone;
mod foreign;
mod hosting;
mod keys;
mod peers;
mod policy;
mod records;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use scaiwave_api::{ApiState, TenantDirectory, router};
use scaiwave_engine::accounts::{self, Credentials, Device, NewAccount};
use scaiwave_engine::store::record::Role;
use scaiwave_engine::{Tenant, Viewer, invitations, messages, rooms};
use scaiwave_protocol::{EventId, Json, LocalId, RoomId};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::fresh::{self, Listening};
use crate::town::{House, Town, until};

/// A tenant's edge, and a login to use it with.
pub(crate) struct Desk {
    pub(crate) router: Router,
    pub(crate) host: String,
    pub(crate) token: String,
    /// Where it is, so that after each action those who listen there can be checked.
    tenant: Arc<Tenant>,
    _listening: Option<Listening>,
}

struct One(Arc<Tenant>);

impl TenantDirectory for One {
    fn by_host(&self, host: &str) -> Option<Arc<Tenant>> {
        (host == self.0.server_name().as_str()).then(|| self.0.clone())
    }
}

impl Desk {
    /// Logs a new person of this role in.
    pub(crate) async fn of(town: &Town, house: &House, local_id: &str, role: Role) -> Self {
        let new = NewAccount {
            local_id: LocalId::parse(local_id).unwrap(),
            display_name: local_id.to_owned(),
            role,
            password: Some("correct horse".to_owned()),
            bot: false,
        };
        accounts::create(&house.tenant, new).await.unwrap();
        Desk::again(town, house, local_id).await
    }

    /// Logs somebody in who is there already.
    pub(crate) async fn again(town: &Town, house: &House, local_id: &str) -> Self {
        let credentials = Credentials {
            username: local_id,
            password: "correct horse",
            code: None,
        };
        let login = accounts::login(&house.tenant, credentials, Device::default()).await;
        let state = ApiState::new(
            Arc::new(One(house.tenant.clone())),
            town.world.clone(),
            CancellationToken::new(),
        );
        let (router, host) = (router(state), house.tenant.server_name().to_string());
        let token = login.unwrap().access_token;
        let listening = fresh::listen(&house.tenant, &router, &host, &token).await;
        Desk {
            router,
            host,
            token,
            tenant: house.tenant.clone(),
            _listening: listening,
        }
    }

    /// The same edge with another token.
    pub(crate) fn bearing(&self, token: String) -> Self {
        Desk {
            router: self.router.clone(),
            host: self.host.clone(),
            token,
            tenant: self.tenant.clone(),
            _listening: None,
        }
    }

    async fn admin(town: &Town, house: &House) -> Self {
        Desk::of(town, house, "root", Role::Admin).await
    }

    /// Whose login it is.
    pub(crate) async fn viewer(&self, house: &House) -> Viewer {
        let bearer = accounts::authenticate(&house.tenant, &self.token).await;
        bearer.unwrap().viewer
    }

    /// Asks, with a body if there is one, and answers what came back.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
        let response = self.router.clone().oneshot(request.body(body).unwrap());
        let (parts, body) = response.await.unwrap().into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        if method != "GET" && parts.status.is_success() {
            fresh::check(&self.tenant).await;
        }
        (parts.status, json)
    }

    /// What must be answered with data.
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.done("GET", path).await
    }

    pub(crate) async fn post(&self, path: &str) -> Value {
        self.done("POST", path).await
    }

    pub(crate) async fn done(&self, method: &str, path: &str) -> Value {
        let (status, mut json) = self.ask(method, path, None).await;
        assert_eq!(status, StatusCode::OK, "{method} {path}: {json}");
        json["data"].take()
    }
}

pub(crate) fn text(body: &str) -> Json {
    Json::object([
        ("msgtype", "swp.text".into()),
        ("body", body.into()),
        ("mentions", Json::Arr(vec![])),
    ])
}

pub(crate) async fn say(house: &House, viewer: &Viewer, room_id: &RoomId, body: &str) -> EventId {
    let posted = messages::post(&house.tenant, viewer, room_id, text(body), None).await;
    posted.unwrap().id
}

/// Somebody of the room's host invites somebody else, who accepts.
async fn bring_in(
    host: &House,
    inviter: &Viewer,
    room_id: &RoomId,
    guests: &House,
    guest: &Viewer,
) {
    rooms::invite(&host.tenant, inviter, room_id, &guest.fqid)
        .await
        .unwrap();
    until("the invitation", || async {
        let waiting = invitations::list(&guests.tenant, guest).await.unwrap();
        !waiting.is_empty()
    })
    .await;
    invitations::accept(&guests.tenant, guest, room_id)
        .await
        .unwrap();
}

/// Alice of acme has a room with bob of globex.
pub(crate) struct Pair {
    pub(crate) town: Town,
    pub(crate) acme: House,
    pub(crate) globex: House,
    pub(crate) alice: Viewer,
    pub(crate) bob: Viewer,
    pub(crate) room_id: RoomId,
}

pub(crate) async fn pair() -> Pair {
    let town = Town::new();
    let (acme, globex) = (
        town.tenant("acme", "acme.example").await,
        town.tenant("globex", "globex.example").await,
    );
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let room_id = acme.room(&alice).await.id;
    bring_in(&acme, &alice, &room_id, &globex, &bob).await;
    // Entries of one moment are a millisecond apart; what comes next is at the clock's time again.
    town.clock.pass(1);
    Pair {
        town,
        acme,
        globex,
        alice,
        bob,
        room_id,
    }
}

impl Pair {
    /// Requests to this server are lost from now on.
    pub(crate) fn cut_off(&self, server: &House) {
        *self.town.street.cut_off.lock() = Some((server.tenant.server_name().clone(), 0));
    }

    pub(crate) fn mend(&self) {
        *self.town.street.cut_off.lock() = None;
    }
}
