//! Two servers that speak TLS themselves, in a network with an authority of its own.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::harness::{Ca, Process, eventually, free_port};

const PASSWORD: &str = "a password for tests";

/// A server of the network, and its own admin with a browser that believes the authority.
struct House {
    server: Process,
    browser: reqwest::Client,
    token: String,
    fqid: String,
}

impl House {
    async fn open(ca: &Ca, host: &'static str, port: u16, other: &str) -> Self {
        let file = |name: &str| name.to_owned();
        let settings = vec![
            ("SCAIWAVE_TLS_CERT_FILE", file("cert.pem")),
            ("SCAIWAVE_TLS_KEY_FILE", file("key.pem")),
            ("SCAIWAVE_FEDERATION_CA_FILE", file("ca.pem")),
            ("SCAIWAVE_FEDERATION_HOSTS", format!("{other}=127.0.0.1")),
        ];
        let mut server = Process::set_up(host, port, settings);
        ca.issue(host, server.directory());
        server.run_until_it_says_so().await;
        server.account("default", "admin", "admin", PASSWORD).await;
        let authority = reqwest::Certificate::from_pem(ca.pem().as_bytes()).expect("an authority");
        let browser = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([authority])
            .https_only(true)
            .resolve(host, SocketAddr::from(([127, 0, 0, 1], port)))
            .build()
            .expect("a browser");
        let mut house = House {
            fqid: format!("@admin:{}", server.name()),
            server,
            browser,
            token: String::new(),
        };
        let login = json!({"grant_type": "password", "username": "admin", "password": PASSWORD});
        let tokens = house.call("POST", "/v1/auth/token", Some(login)).await;
        house.token = tokens["access_token"].as_str().expect("a token").to_owned();
        house
    }

    /// Must go well; gives `data`.
    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let url = format!("https://{}{path}", self.server.name());
        let method = method.parse().expect("a method");
        let mut request = self.browser.request(method, url);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = &body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = request.send().await.expect("an answer");
        let (status, version) = (answer.status(), answer.version());
        let text = answer.text().await.expect("a text");
        assert_eq!(status, 200, "{path}: {text}");
        assert_eq!(version, http::Version::HTTP_2, "h2 is what both prefer");
        let mut json: Value = serde_json::from_str(&text).expect("JSON");
        json["data"].take()
    }

    /// The bodies of a room's messages.
    async fn said(&self, room: &str) -> Vec<String> {
        let path = format!("/v1/rooms/{room}/messages");
        let page = self.call("GET", &path, None).await;
        let bodies = page.as_array().expect("a page").iter().filter_map(|event| {
            let sequenced = event["seq"].is_u64();
            sequenced.then(|| event["content"]["body"].as_str().map(str::to_owned))?
        });
        bodies.collect()
    }

    async fn say(&self, room: &str, body: &str) {
        let path = format!("/v1/rooms/{room}/send");
        self.call("POST", &path, Some(json!({"content": {"body": body}})))
            .await;
    }
}

/// A room across two servers that prove themselves by certificates of a private authority, over HTTP/2;
/// and a certificate that is replaced while all goes on.
#[tokio::test]
async fn two_servers_over_tls() {
    let ca = Ca::new();
    let (at_a, at_b) = (free_port(), free_port());
    let a = House::open(&ca, "a.test", at_a, "b.test").await;
    let b = House::open(&ca, "b.test", at_b, "a.test").await;
    for (house, other) in [(&a, &b), (&b, &a)] {
        let policy = json!({"allowed_peers": [other.server.name()]});
        house
            .call("PUT", "/v1/admin/federation/policy", Some(policy))
            .await;
    }
    let room = json!({"room_type": "group", "name": "Sealed"});
    let room = a.call("POST", "/v1/rooms", Some(room)).await;
    let room = room["id"].as_str().expect("an id").to_owned();
    let path = format!("/v1/rooms/{room}/invitations");
    a.call("POST", &path, Some(json!({"fqid": b.fqid}))).await;
    let path = format!("/v1/me/invitations/{room}/accept");
    eventually("the invitation arrives", async || {
        let waiting = b.call("GET", "/v1/me/invitations", None).await;
        waiting
            .as_array()
            .filter(|waiting| !waiting.is_empty())
            .map(drop)
    })
    .await;
    b.call("POST", &path, None).await;
    a.say(&room, "from a").await;
    b.say(&room, "from b").await;

    let shown = async || ca.shown(a.server.address(), "a.test").await;
    let before = shown().await;
    ca.issue("a.test", a.server.directory());
    a.server.hang_up();
    eventually("the new certificate is shown", async || {
        (shown().await? != *before.as_ref()?).then_some(())
    })
    .await;
    a.say(&room, "after the change").await;
    b.say(&room, "still there").await;
    for house in [&a, &b] {
        eventually("everything is on both sides", async || {
            let mut said = house.said(&room).await;
            said.sort();
            let all = ["after the change", "from a", "from b", "still there"];
            (said == all).then_some(())
        })
        .await;
    }
}

/// A server that speaks TLS is not heard in plain, and one without a usable pair does not start.
#[tokio::test]
async fn nothing_in_plain() {
    let ca = Ca::new();
    let port = free_port();
    let house = House::open(&ca, "a.test", port, "b.test").await;
    let plain = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let answer = plain.get(format!("http://127.0.0.1:{port}/")).send().await;
    assert!(answer.is_err(), "{answer:?}");
    drop(house);
}
