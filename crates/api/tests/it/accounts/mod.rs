//! Accounts, logins and what admins do about them, over HTTP, with a tenant next door.

mod browsers;
mod mock;
mod oidc;
mod passwords;
mod people;
mod register;
mod sessions;
mod setup;
mod throttle;
mod tokens;
mod totp;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use http::response::Parts;
use http::{Request, StatusCode, header};
use parking_lot::Mutex;
use scaiwave_api::{ApiState, TenantDirectory, router};
use scaiwave_engine::Tenant;
use scaiwave_engine::accounts::{self, NewAccount, Ways};
use scaiwave_engine::store::record::{Role, TenantRow};
use scaiwave_protocol::LocalId;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::fresh::{self, Listening};
use crate::landlord::{operator, setup};
use crate::town::{House, Town};

pub(crate) const PASSWORD: &str = "correct horse";
const NOBODYS_ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// A process with two tenants, and its edge.
pub(crate) struct Scene {
    pub(crate) town: Arc<Town>,
    acme: House,
    globex: House,
    pub(crate) router: Router,
    pub(crate) state: ApiState,
    /// Of `new.example`, where nobody has an account.
    pub(crate) setup_code: String,
    /// Those who have logged in and listen; none where nobody is to.
    listening: Option<Mutex<Vec<Listening>>>,
}

pub(crate) struct Both(pub(crate) Vec<Arc<Tenant>>);

impl TenantDirectory for Both {
    fn by_host(&self, host: &str) -> Option<Arc<Tenant>> {
        let mut tenants = self.0.iter();
        tenants
            .find(|tenant| tenant.server_name().as_str() == host)
            .cloned()
    }
}

/// Somebody at the edge of a tenant.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    scene: &'a Scene,
    host: &'static str,
    token: &'a str,
    address: &'a str,
    cookie: &'a str,
}

/// What a login gives.
pub(crate) struct Tokens {
    pub(crate) access: String,
    refresh: String,
}

impl Scene {
    /// With `root`, an admin of both tenants, and `alice` and `bob` of acme.
    pub(crate) async fn new() -> Self {
        let scene = Scene::empty([Ways::default(), Ways::default()]).await;
        scene.people().await;
        scene
    }

    /// The same, and nobody listens beside those who ask.
    pub(crate) async fn unheard() -> Self {
        let mut scene = Scene::new().await;
        scene.listening = None;
        scene
    }

    /// With the same people, who log in in these ways at acme and globex.
    async fn by(ways: [Ways; 2]) -> Self {
        let scene = Scene::empty(ways).await;
        scene.people().await;
        scene
    }

    async fn empty([at_acme, at_globex]: [Ways; 2]) -> Self {
        let town = Arc::new(Town::new());
        let acme = house(&town, "acme", "acme.example", at_acme).await;
        let globex = house(&town, "globex", "globex.example", at_globex).await;
        let new = town.tenant("new", "new.example").await;
        let tenants = [&acme, &globex, &new].map(|house| house.tenant.clone());
        let (setup, setup_code) = setup(&town, Some(&new));
        let state = ApiState::new(
            Arc::new(Both(tenants.into())),
            town.world.clone(),
            CancellationToken::new(),
        )
        .with_operator(operator(&town, [&acme, &globex]))
        .with_setup(setup);
        Scene {
            setup_code,
            router: router(state.clone()),
            state,
            town,
            acme,
            globex,
            listening: Some(Mutex::default()),
        }
    }

    /// Whose host it is.
    fn tenant(&self, host: &str) -> &Arc<Tenant> {
        let at_globex = self.globex.tenant.server_name().as_str() == host;
        let house = if at_globex { &self.globex } else { &self.acme };
        &house.tenant
    }

    /// Whoever has this token listens from now on to what is told.
    async fn listen(&self, host: &str, token: &str) {
        let Some(all) = &self.listening else { return };
        let listening = fresh::listen(self.tenant(host), &self.router, host, token).await;
        all.lock().extend(listening);
    }

    async fn people(&self) {
        person(&self.acme, "root", Role::Admin).await;
        person(&self.globex, "root", Role::Admin).await;
        person(&self.acme, "alice", Role::Member).await;
        person(&self.acme, "bob", Role::Member).await;
    }

    fn nobody(&self) -> Caller<'_> {
        self.bearing("")
    }

    pub(crate) fn bearing<'a>(&'a self, token: &'a str) -> Caller<'a> {
        Caller {
            scene: self,
            host: "acme.example",
            token,
            address: "203.0.113.9",
            cookie: "",
        }
    }

    /// An admin gives out a link, and whoever has it sets the usual password.
    async fn reset_by_link(&self, admin: &Caller<'_>, name: &str) {
        let path = format!("/v1/admin/participants/{name}/password-reset");
        let link = admin.done("POST", &path, None).await;
        let body = json!({"token": link["token"], "new_password": PASSWORD});
        let nobody = self.nobody();
        nobody.done("POST", "/v1/auth/reset", Some(body)).await;
    }

    pub(crate) async fn login(&self, name: &str) -> Tokens {
        self.nobody().login(name, PASSWORD).await.unwrap()
    }

    /// Somebody's tokens are looked up in the store the next time, because one of them ended.
    async fn believe_nothing(&self, name: &str) {
        let tokens = self.login(name).await;
        let caller = self.bearing(&tokens.access);
        caller.done("POST", "/v1/auth/logout", None).await;
    }
}

async fn house(town: &Town, slug: &str, server_name: &str, ways: Ways) -> House {
    let house = town.tenant(slug, server_name).await;
    if ways.provider.is_none() && ways.mode == Ways::default().mode {
        return house;
    }
    // Set up otherwise, and started anew.
    house.shutdown.cancel();
    let row = TenantRow {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        server_name: house.tenant.server_name().clone(),
        created_at: town.world.now(),
    };
    town.move_in_by(row, house.store, ways).await
}

pub(crate) async fn person(house: &House, local_id: &str, role: Role) {
    let new = NewAccount {
        local_id: LocalId::parse(local_id).unwrap(),
        display_name: local_id.to_owned(),
        role,
        password: Some(PASSWORD.to_owned()),
        bot: false,
    };
    accounts::create(&house.tenant, new).await.unwrap();
}

impl<'a> Caller<'a> {
    fn at(self, host: &'static str) -> Self {
        Caller { host, ..self }
    }

    fn from(self, address: &'a str) -> Self {
        Caller { address, ..self }
    }

    fn with_cookie(self, cookie: &'a str) -> Self {
        Caller { cookie, ..self }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let (parts, json) = self.answer(method, path, body).await;
        (parts.status, json)
    }

    async fn answer(&self, method: &str, path: &str, body: Option<Value>) -> (Parts, Value) {
        let address: SocketAddr = (self.address.parse::<std::net::IpAddr>().unwrap(), 9).into();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.host)
            .header(header::USER_AGENT, "Test/1.0")
            .header(header::CONTENT_TYPE, "application/json")
            .extension(ConnectInfo(address));
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        if !self.cookie.is_empty() {
            request = request.header(header::COOKIE, self.cookie);
        }
        let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
        let response = self
            .scene
            .router
            .clone()
            .oneshot(request.body(body).unwrap());
        let (parts, body) = response.await.unwrap().into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let mut json: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if method != "GET" && parts.status.is_success() {
            fresh::check(self.scene.tenant(self.host)).await;
        }
        // It differs from request to request, and answers are compared.
        if let Some(error) = json["error"].as_object_mut() {
            error.remove("request_id");
        }
        (parts, json)
    }

    /// What must be answered with data.
    pub(crate) async fn done(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, mut json) = self.ask(method, path, body).await;
        assert_eq!(status, StatusCode::OK, "{method} {path}: {json}");
        json["data"].take()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.done("GET", path, None).await
    }

    /// Must be refused with this status and code.
    pub(crate) async fn refused(
        &self,
        (method, path): (&str, &str),
        body: Option<Value>,
        (status, code): (u16, &str),
    ) -> Value {
        let (got, json) = self.ask(method, path, body).await;
        assert_eq!(got, status, "{method} {path}: {json}");
        assert_eq!(json["error"]["code"], code, "{method} {path}: {json}");
        json
    }

    async fn login(&self, name: &str, password: &str) -> Result<Tokens, (StatusCode, Value)> {
        let body = json!({"username": name, "password": password});
        let (status, json) = self.ask("POST", "/v1/auth/login", Some(body)).await;
        if status != StatusCode::OK {
            return Err((status, json));
        }
        let token = |name: &str| json["data"][name].as_str().unwrap().to_owned();
        let tokens = Tokens {
            access: token("access_token"),
            refresh: token("refresh_token"),
        };
        self.scene.listen(self.host, &tokens.access).await;
        Ok(tokens)
    }

    /// Whether the token lets in.
    async fn is_in(&self) -> bool {
        self.ask("GET", "/v1/me", None).await.0 == StatusCode::OK
    }

    async fn can_refresh(&self, refresh: &str) -> bool {
        let body = json!({"refresh_token": refresh});
        self.ask("POST", "/v1/auth/refresh", Some(body)).await.0 == StatusCode::OK
    }
}
