//! What an operator grants a tenant, on both sides of each limit.

use http::StatusCode;
use scaiwave_engine::store::record::{Role, TenantLimits, TenantStanding};
use serde_json::{Value, json};

use crate::admin::Desk;
use crate::everyday::Person;
use crate::town::{House, Town, until};

const STATS: &str = "/v1/admin/stats";

struct Scene {
    town: Town,
    house: House,
    /// An admin.
    root: Person,
}

impl Scene {
    async fn new() -> Self {
        let town = Town::new();
        let house = town.tenant("acme", "acme.example").await;
        let desk = Desk::of(&town, &house, "root", Role::Admin).await;
        let root = Person::at(desk, &house, "root").await;
        Scene { town, house, root }
    }

    fn limit(&self, limits: TenantLimits) {
        limited(&self.house, limits);
    }

    async fn make_account(&self, local_id: &str) -> (u16, String) {
        let body =
            json!({"participant_id": local_id, "tenant_id": "acme", "display_name": local_id});
        let (status, json) = self
            .root
            .desk
            .ask("POST", "/v1/auth/register", Some(body))
            .await;
        (status.as_u16(), code(&json))
    }
}

/// Somebody of whom nothing is asked but what the test asks: no socket is compared with what is fetched anew.
async fn unheard(town: &Town, house: &House, local_id: &str) -> Desk {
    let desk = Desk::of(town, house, local_id, Role::Admin).await;
    desk.bearing(desk.token.clone())
}

fn limited(house: &House, limits: TenantLimits) {
    house.tenant.set_standing(TenantStanding {
        limits,
        suspended_at: None,
    });
}

fn code(json: &Value) -> String {
    json["error"]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn full() -> (u16, String) {
    (409, "SW_TENANT_CAPACITY".to_owned())
}

fn fine() -> (u16, String) {
    (200, String::new())
}

#[tokio::test]
async fn so_many_accounts() {
    let scene = Scene::new().await;
    scene.limit(TenantLimits {
        participants: Some(2),
        ..TenantLimits::default()
    });
    assert_eq!(scene.make_account("ann").await, fine());
    assert_eq!(scene.make_account("bob").await, full());
    assert_eq!(
        scene.make_account("ann").await,
        fine(),
        "she is there already"
    );
    // A closed account gives its place free, and needs one to be opened again.
    let path = |who: &str, what: &str| format!("/v1/admin/participants/{who}/{what}");
    scene.root.desk.post(&path("ann", "deactivate")).await;
    assert_eq!(scene.make_account("bob").await, fine());
    let told = scene
        .root
        .refused("POST", &path("ann", "reactivate"), Value::Null)
        .await;
    assert_eq!((told.0, told.1), full());
    let stats = scene.root.desk.get(STATS).await;
    assert_eq!(
        (&stats["participants"], &stats["deactivated_participants"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(stats["limits"]["participants"], 2);
    scene.limit(TenantLimits::default());
    scene.root.desk.post(&path("ann", "reactivate")).await;
    let stats = scene.root.desk.get(STATS).await;
    assert_eq!(
        (&stats["participants"], &stats["limits"]["participants"]),
        (&json!(3), &Value::Null)
    );
    assert!(stats["storage_bytes"].as_u64().unwrap() > 0, "{stats}");
    let mut nobody = Desk::again(&scene.town, &scene.house, "root").await;
    nobody.token = String::new();
    assert_eq!(
        nobody.ask("GET", STATS, None).await.0,
        StatusCode::UNAUTHORIZED
    );
    let mia = Desk::of(&scene.town, &scene.house, "mia", Role::Member).await;
    assert_eq!(mia.ask("GET", STATS, None).await.0, StatusCode::FORBIDDEN);
}

// Many at one moment take the last places, and no more.
#[tokio::test]
async fn the_last_place_is_taken_once() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let root = unheard(&town, &house, "root").await;
    unheard(&town, &house, "bob").await;
    let limits = TenantLimits {
        rooms: Some(3),
        ..TenantLimits::default()
    };
    limited(&house, limits);
    let post = async |path: &str, body: Value| {
        let (status, json) = root.ask("POST", path, Some(body)).await;
        (status.as_u16(), code(&json))
    };
    let make = || post("/v1/rooms", json!({"name": "tea"}));
    let (a, b, c, d, e) = tokio::join!(make(), make(), make(), make(), make());
    let mut answers = [a, b, c, d, e];
    answers.sort();
    assert_eq!(answers, [fine(), fine(), fine(), full(), full()]);
    assert_eq!(root.get(STATS).await["rooms"], 3);
    let dm = json!({"participant_id": "bob"});
    assert_eq!(post("/v1/rooms/dm", dm).await, full());
}

// Beyond its limit a tenant says nothing new, and reads what is there.
#[tokio::test]
async fn so_much_data() {
    let scene = Scene::new().await;
    let room = scene.root.room(json!({"name": "tea"})).await;
    let event = scene.root.say(&room, json!({"body": "hello"})).await;
    let used = scene.house.store.usage().await.unwrap().storage_bytes;
    let limit = |bytes| {
        scene.limit(TenantLimits {
            storage_bytes: Some(bytes),
            ..TenantLimits::default()
        });
    };
    limit(used + 1);
    scene.root.say(&room, json!({"body": "still room"})).await;
    let used = scene.house.store.usage().await.unwrap().storage_bytes;
    limit(used);
    let content = json!({"content": {"body": "no more"}});
    let (send, edit) = (
        format!("/v1/rooms/{room}/send"),
        format!("/v1/rooms/{room}/events/{event}/edit"),
    );
    for path in [&send, &edit] {
        let told = scene.root.refused("POST", path, content.clone()).await;
        assert_eq!((told.0, told.1), full(), "{path}");
    }
    let told = scene
        .root
        .refused("POST", "/v1/rooms", json!({"name": "another"}))
        .await;
    assert_eq!((told.0, told.1), full());
    let page = scene
        .root
        .desk
        .get(&format!("/v1/rooms/{room}/messages"))
        .await;
    assert_eq!(
        page.as_array().unwrap().last().unwrap()["content"]["body"],
        "still room"
    );
    // Whoever wants room takes something away.
    let redact = format!("/v1/rooms/{room}/events/{event}/redact");
    scene.root.send("POST", &redact, json!({})).await;
}

// A full tenant takes what others say in rooms that it shares, and is invited: nobody else stands still.
#[tokio::test]
async fn what_comes_from_others_is_taken() {
    let scene = Scene::new().await;
    let globex = scene.town.tenant("globex", "globex.example").await;
    let eve = Person::of(&scene.town, &globex, "eve").await;
    scene.limit(TenantLimits {
        participants: Some(0),
        rooms: Some(0),
        storage_bytes: Some(0),
        requests_per_minute: None,
    });
    let room = eve.room(json!({"name": "tea"})).await;
    let invite = json!({"fqid": scene.root.fqid});
    eve.send("POST", &format!("/v1/rooms/{room}/invitations"), invite)
        .await;
    until("the invitation", || async {
        scene.root.desk.get("/v1/me/invitations").await != json!([])
    })
    .await;
    scene
        .root
        .desk
        .post(&format!("/v1/me/invitations/{room}/accept"))
        .await;
    let hello = eve.say(&room, json!({"body": "hello"})).await;
    until("her message", || async {
        scene.root.line(&room).await["last_event"]["id"] == hello
    })
    .await;
    let content = json!({"content": {"body": "hi"}});
    let told = scene
        .root
        .refused("POST", &format!("/v1/rooms/{room}/send"), content)
        .await;
    assert_eq!((told.0, told.1), full());
}

// All clients of a tenant together, each request counted once; another tenant has a count of its own.
#[tokio::test]
async fn so_many_requests_in_a_minute() {
    let town = Town::new();
    let house = town.tenant("acme", "acme.example").await;
    let root = unheard(&town, &house, "root").await;
    let globex = town.tenant("globex", "globex.example").await;
    let eve = Person::of(&town, &globex, "eve").await;
    let limits = TenantLimits {
        requests_per_minute: Some(3),
        ..TenantLimits::default()
    };
    limited(&house, limits);
    let ask = async |path: &str| {
        let (status, json) = root.ask("GET", path, None).await;
        (
            status.as_u16(),
            code(&json),
            json["error"]["details"]["retry_after_s"].clone(),
        )
    };
    // One that asks for its tenant twice, and one without a token.
    let path = "/v1/admin/participants/root/role";
    let (status, _) = root.ask("PUT", path, Some(json!({"role": "admin"}))).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(ask("/v1/auth/config").await.0, 200);
    assert_eq!(ask("/v1/me").await.0, 200);
    let (status, code, wait) = ask("/v1/me").await;
    assert_eq!((status, code.as_str()), (429, "SW_RATE_LIMIT_EXCEEDED"));
    assert!((1..=20).contains(&wait.as_u64().unwrap_or(20)), "{wait}");
    eve.desk.get("/v1/me").await;
    town.clock.pass(19);
    assert_eq!(ask("/v1/me").await.0, 429);
    town.clock.pass(1);
    assert_eq!(ask("/v1/me").await.0, 200);
    assert_eq!(ask("/v1/me").await.0, 429);
}

// Beyond the searches of a moment each further one waits.
#[tokio::test]
async fn so_many_searches() {
    let scene = Scene::new().await;
    let bob = Person::of(&scene.town, &scene.house, "bob").await;
    let body = || Some(json!({"q": "tea"}));
    for n in 0..scaiwave_api::limits::SEARCH_BURST {
        let (status, json) = scene.root.desk.ask("POST", "/v1/search", body()).await;
        assert_eq!(status, StatusCode::OK, "{n}: {json}");
    }
    let told = scene
        .root
        .refused("POST", "/v1/search", json!({"q": "tea"}))
        .await;
    assert_eq!((told.0, told.1.as_str()), (429, "SW_RATE_LIMIT_EXCEEDED"));
    bob.send("POST", "/v1/search", json!({"q": "tea"})).await;
    scene.town.clock.pass(1);
    scene
        .root
        .send("POST", "/v1/search", json!({"q": "tea"}))
        .await;
}
