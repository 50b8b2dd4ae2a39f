//! Behind a reverse proxy people are told apart by what it says, and nobody else is believed.

use serde_json::json;

use crate::harness::{Process, free_port};

/// Failed logins from one source that cost no time (`LOGIN_FREE_FAILURES_OF_SOURCE`).
const FREE_FAILURES: usize = 50;

/// Somebody who tries passwords, each time with another name; what they say they are is up to them.
struct Guesser<'a> {
    server: &'a Process,
    client: reqwest::Client,
    tries: usize,
}

impl<'a> Guesser<'a> {
    fn at(server: &'a Process) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        Guesser {
            server,
            client,
            tries: 0,
        }
    }

    async fn status(&mut self, forwarded: &str) -> u16 {
        self.tries += 1;
        let name = format!("nobody{}", self.tries);
        let form = json!({"grant_type": "password", "username": name, "password": "wrong"});
        let url = format!("http://{}/v1/auth/token", self.server.address());
        let request = self.client.post(url).header("host", self.server.name());
        let request = request.header("x-forwarded-for", forwarded);
        let request = request
            .header("content-type", "application/json")
            .body(form.to_string());
        request.send().await.expect("an answer").status().as_u16()
    }
}

async fn server(settings: Vec<(&'static str, String)>) -> Process {
    let mut server = Process::set_up("acme.localhost", free_port(), settings);
    server.run().await;
    server
}

#[tokio::test]
async fn a_trusted_proxy_tells_people_apart() {
    let settings = vec![("SCAIWAVE_TRUSTED_PROXIES", "127.0.0.1".to_owned())];
    let server = server(settings).await;
    let mut guesser = Guesser::at(&server);
    for n in 0..FREE_FAILURES {
        // What stands left of the proxy's own word is the guesser's.
        let forwarded = format!("198.51.100.{n}, 203.0.113.9");
        assert_eq!(guesser.status(&forwarded).await, 401, "{n}");
    }
    assert_eq!(guesser.status("198.51.100.99, 203.0.113.9").await, 429);
    assert_eq!(guesser.status("203.0.113.10").await, 401, "somebody else");
}

#[tokio::test]
async fn nobody_else_is_believed() {
    // The proxy stands elsewhere: this machine is a stranger, and loopback is no source.
    let settings = vec![("SCAIWAVE_TRUSTED_PROXIES", "10.9.8.7".to_owned())];
    let server = server(settings).await;
    let mut guesser = Guesser::at(&server);
    for n in 0..=FREE_FAILURES {
        assert_eq!(guesser.status("203.0.113.9").await, 401, "{n}");
    }
    let log = std::fs::read_to_string(server.directory().join("server.log")).expect("a log");
    let told = "list it in server.trusted_proxies";
    assert_eq!(log.matches(told).count(), 1, "{log}");
}
