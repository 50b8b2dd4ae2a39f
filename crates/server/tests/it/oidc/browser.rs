use std::collections::BTreeMap;

use http::{Method, StatusCode, header};
use reqwest::Url;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::harness::{Client, Process};

/// Redirects and pages until somebody is back from the provider; it needs seven.
const STEPS_MAX: usize = 20;

/// A browser with its cookies, whose owner clicks through what the provider shows.
pub(super) struct Browser {
    http: reqwest::Client,
    /// By host and name.
    cookies: BTreeMap<(String, String), String>,
    /// Of somebody who is logged in.
    token: Option<String>,
}

struct Page {
    status: StatusCode,
    location: Option<Url>,
    body: String,
}

impl Browser {
    /// Finds these names at the server.
    pub(super) fn new(server: &Process, names: &[&str]) -> Self {
        let mut http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy();
        for name in names {
            let host = name.split(':').next().expect("a host");
            http = http.resolve(host, server.address());
        }
        Browser {
            http: http.build().expect("a browser"),
            cookies: BTreeMap::new(),
            token: None,
        }
    }

    async fn ask(&mut self, method: Method, url: &Url, body: Option<(&str, String)>) -> Page {
        let host = url.host_str().expect("a host").to_owned();
        let cookies = self.cookies.iter().filter(|((of, _), _)| *of == host);
        let cookies: Vec<_> = cookies
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let mut request = self.http.request(method, url.clone());
        request = request.header(header::COOKIE, cookies.join("; "));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some((kind, body)) = body {
            request = request.header(header::CONTENT_TYPE, kind).body(body);
        }
        let response = request.send().await.expect("an answer");
        for line in response.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("text");
            let (name, rest) = line.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            let key = (host.clone(), name.to_owned());
            if value.is_empty() {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
        let location = response.headers().get(header::LOCATION);
        Page {
            status: response.status(),
            location: location.map(|to| url.join(to.to_str().expect("text")).expect("a URL")),
            body: response.text().await.expect("text"),
        }
    }

    /// A JSON request of a page of ours; gives status and answer.
    async fn post(&mut self, url: &str, body: &Value) -> (StatusCode, Value) {
        let url = url.parse().expect("a URL");
        let body = Some(("application/json", body.to_string()));
        let page = self.ask(Method::POST, &url, body).await;
        let json = serde_json::from_str(&page.body).expect("JSON");
        (page.status, json)
    }

    /// Begins at a tenant; gives the provider's address, or the code of the failure.
    pub(super) async fn start(&mut self, tenant: &str) -> Result<Url, String> {
        let url = format!("http://{tenant}/v1/auth/oidc/start");
        let (_, json) = self.post(&url, &json!({"return_to": "/rooms"})).await;
        match json["data"]["url"].as_str() {
            Some(url) => Ok(url.parse().expect("a URL")),
            None => Err(json["error"]["code"].as_str().expect("a code").to_owned()),
        }
    }

    /// Whoever is logged in begins to link their account; gives the provider's address.
    pub(super) async fn links(&mut self, tenant: &str, who: &Client, password: &str) -> Url {
        self.token = Some(who.token().to_owned());
        let url = format!("http://{tenant}/v1/me/identities");
        let body = json!({"password": password, "return_to": "/settings"});
        let (status, json) = self.post(&url, &body).await;
        self.token = None;
        assert_eq!(status, StatusCode::OK, "{json}");
        let url = json["data"]["url"].as_str().expect("a URL");
        url.parse().expect("a URL")
    }

    /// Is whoever the provider asks for, and agrees; gives the address that the provider then leads to.
    pub(super) async fn is(&mut self, address: Url, login: &str) -> Url {
        let mut next = address;
        for _ in 0..STEPS_MAX {
            if next.path() == "/v1/auth/oidc/callback" {
                return next;
            }
            let page = self.ask(Method::GET, &next, None).await;
            next = match page.location {
                Some(location) => location,
                None => self.fill_in(&next, &page, login).await,
            };
        }
        panic!("the provider leads nowhere: {next}");
    }

    /// Its pages are forms of one kind or the other.
    async fn fill_in(&mut self, url: &Url, page: &Page, login: &str) -> Url {
        assert_eq!(page.status, StatusCode::OK, "{url}: {}", page.body);
        let asks_who = page.body.contains("name=\"login\"");
        let prompt = if asks_who { "login" } else { "consent" };
        let fields = [("prompt", prompt), ("login", login), ("password", "x")];
        let form = Url::parse_with_params("http://x/", fields).expect("a form");
        let body = form.query().expect("fields").to_owned();
        let body = Some(("application/x-www-form-urlencoded", body));
        let page = self.ask(Method::POST, url, body).await;
        page.location.expect("the form leads on")
    }

    /// Says no, where the provider asks.
    pub(super) async fn says_no(&mut self, address: Url) -> Url {
        let page = self.ask(Method::GET, &address, None).await;
        let asked = page.location.expect("a page that asks");
        let abort = format!("{asked}/abort").parse().expect("a URL");
        let page = self.ask(Method::GET, &abort, None).await;
        let resumed = page.location.expect("it leads on");
        self.is(resumed, "").await
    }

    /// Comes back; gives where it goes on, or the code of the failure.
    pub(super) async fn back(&mut self, callback: &Url) -> Result<String, String> {
        let page = self.ask(Method::GET, callback, None).await;
        if let Some(location) = page.location {
            assert_eq!(page.status, StatusCode::SEE_OTHER);
            let fragment = location.fragment().unwrap_or_default();
            return Ok(format!("{}#{fragment}", location.path()));
        }
        let json: Value = serde_json::from_str(&page.body).expect("JSON");
        Err(json["error"]["code"].as_str().expect("a code").to_owned())
    }

    /// From a tenant's button to where the browser goes on.
    pub(super) async fn goes(&mut self, tenant: &str, login: &str) -> String {
        let address = self.start(tenant).await.expect("the provider's address");
        let callback = self.is(address, login).await;
        self.back(&callback).await.expect("a page of ours")
    }

    /// The same to the end: gives an access token.
    pub(super) async fn logs_in(&mut self, tenant: &str, login: &str) -> String {
        let page = self.goes(tenant, login).await;
        let code = page.strip_prefix("/rooms#login_code=").expect(&page);
        let url = format!("http://{tenant}/v1/auth/oidc/finish");
        let (status, json) = self.post(&url, &json!({"code": code})).await;
        assert_eq!(status, StatusCode::OK, "{json}");
        json["data"]["access_token"]
            .as_str()
            .expect("a token")
            .to_owned()
    }
}
