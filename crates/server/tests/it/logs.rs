//! What a log tells, at its most talkative: nothing that lets its reader in, and nothing that people said.

use http::Method;
use serde_json::{Value, json};

use crate::harness::{Pair, Process, Stream, equal_histories, free_port};

const PASSWORD: &str = "canary-password-1";
const WRONG: &str = "canary-password-wrong";
const SAID: &str = "canary-words";

/// Everything secret that a person has, used as clients use it.
struct Secrets(Vec<String>);

impl Secrets {
    async fn of(server: &Process) -> Self {
        server.account("default", "carol", "admin", PASSWORD).await;
        let mut secrets = Secrets(vec![PASSWORD.to_owned(), WRONG.to_owned(), SAID.to_owned()]);
        let carol = server.nobody();
        let form =
            |password| json!({"grant_type": "password", "username": "carol", "password": password});
        let (status, code) = carol.refused("/v1/auth/token", form(WRONG)).await;
        assert_eq!(status, 401, "{code}");
        let tokens = carol.post("/v1/auth/token", form(PASSWORD)).await;
        let refresh = secrets.keep(&tokens["refresh_token"]);
        secrets.keep(&tokens["access_token"]);
        let tokens = carol
            .post("/v1/auth/refresh", json!({"refresh_token": refresh}))
            .await;
        secrets.keep(&tokens["refresh_token"]);
        let access = secrets.keep(&tokens["access_token"]);
        let carol = carol.with_token(&access);
        let made = carol
            .post(
                "/v1/me/tokens",
                json!({"name": "bot", "scopes": ["read", "write"]}),
            )
            .await;
        let api = secrets.keep(&made["token"]);
        let bot = server.nobody().with_token(&api);
        bot.get("/v1/me").await;
        let ticket = carol.post("/v1/stream/ticket", json!({})).await;
        let ticket = secrets.keep(&ticket["ticket"]);
        // As browsers do it, as ScaiWave's own tutorials do it, and once in vain.
        for query in [format!("ticket={ticket}"), format!("token={access}")] {
            let mut stream = server.stream_at(&format!("/v1/stream?{query}")).await;
            let room = carol.create_room(SAID).await;
            let said = carol.say(&room, json!({"body": SAID})).await;
            stream.sequenced(&said).await;
        }
        let path = format!("/v1/stream?access_token={access}&token={access}");
        let (status, _) = carol
            .call(Method::GET, &path, None)
            .await
            .expect("an answer");
        assert_eq!(status, 400);
        let search = json!({"q": SAID});
        carol.post("/v1/search", search).await;
        let odd = json!({"content": {"body": SAID}, SAID: PASSWORD});
        let room = carol.create_room("Room").await;
        let (status, code) = carol.refused(&format!("/v1/rooms/{room}/send"), odd).await;
        assert_eq!(status, 400, "{code}");
        secrets
    }

    fn keep(&mut self, secret: &Value) -> String {
        let secret = secret.as_str().expect("a secret").to_owned();
        self.0.push(secret.clone());
        secret
    }

    fn check(&self, log: &str) {
        for secret in &self.0 {
            let line = log.lines().find(|line| line.contains(secret.as_str()));
            assert_eq!(line, None, "{secret} stands in the log");
        }
    }
}

fn log_of(server: &Process) -> String {
    std::fs::read_to_string(server.directory().join("server.log")).expect("a log")
}

fn talkative(format: &str) -> Vec<(&'static str, String)> {
    vec![
        ("SCAIWAVE_LOG", "trace".to_owned()),
        ("SCAIWAVE_LOG_FORMAT", format.to_owned()),
    ]
}

#[tokio::test]
async fn no_log_lets_its_reader_in() {
    for format in ["text", "json"] {
        let mut server = Process::set_up("acme.localhost", free_port(), talkative(format));
        server.run().await;
        let secrets = Secrets::of(&server).await;
        let log = log_of(&server);
        assert!(
            log.contains("/v1/rooms/{room_id}/send"),
            "requests are logged: {log}"
        );
        secrets.check(&log);
        assert!(!log.contains('\u{1b}'), "colours in a file");
        if format == "json" {
            let lines = log.lines().filter(|line| line.contains("answered"));
            let lines: Vec<Value> = lines
                .map(|line| serde_json::from_str(line).expect("JSON"))
                .collect();
            assert!(
                lines
                    .iter()
                    .any(|line| line["status"] == 200 && line["level"] == "DEBUG")
            );
        }
    }
}

/// Between servers neither.
#[tokio::test]
async fn no_log_tells_what_was_said_on_another_server() {
    let pair = Pair::start_with(talkative("text")).await;
    let room = pair.room().await;
    let mut at_b: Stream = pair.bob.stream().await;
    let said = pair.alice.say(&room, json!({"body": SAID})).await;
    at_b.sequenced(&said).await;
    equal_histories(&pair.alice, &pair.bob, &room).await;
    for server in [&pair.a, &pair.b] {
        Secrets(vec![SAID.to_owned(), "password of".to_owned()]).check(&log_of(server));
    }
}
