use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use scaiwave_protocol::request::{Target, sign};
use scaiwave_protocol::{ServerName, SigningKey};

/// A request before it is signed; tests change what they like.
#[derive(Clone, Debug)]
pub struct Unsigned {
    /// `GET` or `POST`, or anything.
    pub method: Method,
    /// As it stands in the request line.
    pub path: String,
    /// Without its question mark.
    pub query: Option<String>,
    /// Who says it asks.
    pub origin: ServerName,
    /// Whom it asks.
    pub destination: ServerName,
    /// Seconds since the Unix epoch.
    pub created: u64,
    /// Used once, or not.
    pub nonce: [u8; 16],
    /// The whole body.
    pub body: Bytes,
    /// Whoever's it is.
    pub key: SigningKey,
}

/// A signed request on its way.
#[derive(Clone, Debug)]
pub struct Raw {
    /// The method.
    pub method: Method,
    /// As it stands in the request line.
    pub path: String,
    /// Without its question mark.
    pub query: Option<String>,
    /// The five of the signature, and the content type.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Unsigned {
    /// Signs it as the protocol says.
    pub fn sign(&self) -> Raw {
        let target = Target {
            method: self.method.as_str(),
            path: &self.path,
            query: self.query.as_deref().unwrap_or_default(),
        };
        let signed = sign(
            target,
            &self.body,
            &self.origin,
            &self.destination,
            self.created,
            self.nonce,
            &self.key,
        );
        let mut raw = Raw {
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query.clone(),
            headers: HeaderMap::new(),
            body: self.body.clone(),
        };
        for (name, value) in signed.0 {
            raw.set(name, &value);
        }
        raw.set(CONTENT_TYPE.as_str(), "application/json");
        raw
    }
}

impl Raw {
    /// A header's first value; empty when it is not there.
    pub fn get(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Puts a header there, once. Its value may be any bytes that HTTP lets through.
    pub fn set(&mut self, name: &str, value: &str) {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
        self.headers.insert(named(name), value);
    }

    /// Adds a header, also when it is there already.
    pub fn add(&mut self, name: &str, value: &str) {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
        self.headers.append(named(name), value);
    }

    /// Takes a header away.
    pub fn remove(&mut self, name: &str) {
        self.headers.remove(name);
    }

    /// Changes a part of a header, which must be there.
    pub fn replace(&mut self, name: &str, from: &str, to: &str) {
        let value = self.get(name).to_owned();
        assert!(value.contains(from), "{name} has no {from}: {value}");
        self.set(name, &value.replacen(from, to, 1));
    }
}

fn named(name: &str) -> HeaderName {
    HeaderName::try_from(name).expect("a header's name")
}
