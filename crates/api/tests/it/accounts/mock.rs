//! The mode for development: any name, any password.

use scaiwave_engine::accounts::{self, Mode, Ways};
use serde_json::json;

use super::{Scene, Tokens};

fn mock() -> Ways {
    Ways {
        mode: Mode::Mock,
        provider: None,
    }
}

// Whoever says a name is let in, and the first one is an admin.
#[tokio::test]
async fn any_name_any_password() {
    let scene = Scene::empty([mock(), Ways::default()]).await;
    let config = scene.nobody().get("/v1/auth/config").await;
    assert_eq!(config["mode"], "mock");
    let login = async |name: &str, password: &str| -> Tokens {
        let outcome = scene.nobody().login(name, password).await;
        outcome.expect(name)
    };
    let dev = login("dev", "").await;
    let dev = scene.bearing(&dev.access);
    let ann = login("ann", "anything").await;
    login("@ann", "something else").await;
    let people = dev.get("/v1/admin/participants").await;
    let role = |n: usize| (people[n]["local_id"].clone(), people[n]["role"].clone());
    assert_eq!(role(0), (json!("ann"), json!("member")), "{people}");
    assert_eq!(role(1), (json!("dev"), json!("admin")), "{people}");
    assert_eq!(people.as_array().map(Vec::len), Some(2));
    for odd in ["", "_server", "TWO WORDS"] {
        let refused = scene.nobody().login(odd, "x").await.err().unwrap();
        assert_eq!(refused.0, 401, "{}", refused.1);
    }
    dev.done("POST", "/v1/admin/participants/ann/deactivate", None)
        .await;
    assert!(scene.nobody().login("ann", "x").await.is_err());
    assert!(!scene.bearing(&ann.access).is_in().await);
    // Only the tenant of the mode.
    let elsewhere = scene.nobody().at("globex.example");
    assert!(elsewhere.login("dev", "").await.is_err());
}

// Accounts that are somebody's are told from those that this mode has made.
#[tokio::test]
async fn accounts_that_are_somebody_s() {
    let scene = Scene::empty([mock(), Ways::default()]).await;
    for n in 0..201 {
        let name = format!("dev{n}");
        assert!(scene.nobody().login(&name, "x").await.is_ok());
    }
    assert!(!accounts::has_people(&scene.acme.tenant).await.unwrap());
    super::person(
        &scene.acme,
        "zoe",
        scaiwave_engine::store::record::Role::Member,
    )
    .await;
    assert!(accounts::has_people(&scene.acme.tenant).await.unwrap());
}
