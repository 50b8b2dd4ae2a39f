//! Requests that are refused as a whole.

use bytes::Bytes;
use http::{HeaderValue, Method};
use scaiwave_engine::policy::{Mode, Policy};
use scaiwave_federation::Request;
use scaiwave_protocol::request::header;
use scaiwave_protocol::{Code, SigningKey};

use super::scene::{CANARY, Scene};
use super::{Case, Expect, check, refused};
use crate::peer::{Peer, Unsigned};
use crate::town::name;

const INVALID: Code = Code::EventInvalid;
const MISMATCH: Code = Code::SignatureMismatch;

fn case(
    story: &'static str,
    status: u16,
    code: Code,
    step: &'static str,
    request: fn(&Scene) -> Request,
) -> Case {
    Case {
        story,
        policy: |_| {},
        request: Box::new(request),
        expect: Expect::Whole(status, code, Some(step)),
    }
}

fn under(policy: fn(&mut Policy), case: Case) -> Case {
    Case { policy, ..case }
}

fn unlogged(case: Case) -> Case {
    let Expect::Whole(status, code, _) = case.expect else {
        return case;
    };
    Case {
        expect: Expect::Whole(status, code, None),
        ..case
    }
}

/// A good request with a good item.
fn good(scene: &Scene) -> Unsigned {
    scene
        .evil
        .send(&scene.acme_name(), &[scene.evil.submit(scene.message(2))])
}

fn with_body(scene: &Scene, body: impl Into<Bytes>) -> Request {
    Unsigned {
        body: body.into(),
        ..good(scene)
    }
    .signed()
}

fn with_header(scene: &Scene, name: &'static str, value: &'static str) -> Request {
    let mut request = good(scene).signed();
    request
        .headers
        .insert(name, HeaderValue::from_static(value));
    request
}

fn skewed(scene: &Scene, seconds: i64) -> Request {
    let good = good(scene);
    Unsigned {
        created: good.created.saturating_add_signed(seconds),
        ..good
    }
    .signed()
}

fn stranger(scene: &Scene) -> Request {
    let stranger = Peer::new(&scene.town, "stranger.example", 9);
    stranger.send(&scene.acme_name(), &[]).signed()
}

fn cases() -> Vec<Case> {
    let closed = |policy: &mut Policy| policy.default_mode = Mode::Closed;
    let invite_only = |policy: &mut Policy| policy.default_mode = Mode::InviteOnly;
    let blocked = |policy: &mut Policy| policy.blocked_peers = vec!["*.example".parse().unwrap()];
    vec![
        case("compressed", 415, INVALID, "size_and_rate", |s| {
            with_header(s, "content-encoding", "gzip")
        }),
        case(
            "identity is a coding too",
            415,
            INVALID,
            "size_and_rate",
            |s| with_header(s, "content-encoding", "identity"),
        ),
        case("text", 415, INVALID, "size_and_rate", |s| {
            with_header(s, "content-type", "text/plain")
        }),
        case("utf-16", 415, INVALID, "size_and_rate", |s| {
            with_header(s, "content-type", "application/json; charset=utf-16")
        }),
        case("no content type", 415, INVALID, "size_and_rate", |s| {
            let mut request = good(s).signed();
            request.headers.remove("content-type");
            request
        }),
        case(
            "a megabyte and one byte",
            413,
            INVALID,
            "size_and_rate",
            |s| with_body(s, vec![b' '; (1 << 20) + 1]),
        ),
        case("announced too large", 413, INVALID, "size_and_rate", |s| {
            with_header(s, "content-length", "1048577")
        }),
        unlogged(case("misdirected", 421, Code::WrongDestination, "", |s| {
            Unsigned {
                destination: name("other.example"),
                ..good(s)
            }
            .signed()
        })),
        unlogged(case("unknown path", 404, INVALID, "", |s| {
            Unsigned {
                path: "/_scaiwave/federation/v1/nothing".to_owned(),
                ..good(s)
            }
            .signed()
        })),
        unlogged(case("send by GET", 404, INVALID, "", |s| {
            Unsigned {
                method: Method::GET,
                ..good(s)
            }
            .signed()
        })),
        unlogged(case(
            "another version",
            400,
            Code::ProtocolVersion,
            "",
            |s| {
                Unsigned {
                    path: "/_scaiwave/federation/v2/send".to_owned(),
                    ..good(s)
                }
                .signed()
            },
        )),
        under(
            closed,
            case("closed", 403, Code::PeerUnknown, "policy", stranger),
        ),
        under(
            invite_only,
            case(
                "not on the list",
                403,
                Code::PeerUnknown,
                "policy",
                stranger,
            ),
        ),
        under(
            blocked,
            case(
                "blocked, although it shares a room",
                403,
                Code::PeerUnknown,
                "policy",
                |s| good(s).signed(),
            ),
        ),
        case("nobody is there", 403, Code::PeerUnknown, "key", |s| {
            Unsigned {
                origin: name("nobody.localhost:1"),
                ..good(s)
            }
            .signed()
        }),
        case("an unknown key", 401, Code::KeyUntrusted, "key", |s| {
            Unsigned {
                key: SigningKey::from_seed(&[1; 32]),
                ..good(s)
            }
            .signed()
        }),
        case("61 s behind", 401, Code::ClockSkew, "created", |s| {
            skewed(s, -61)
        }),
        case("61 s ahead", 401, Code::ClockSkew, "created", |s| {
            skewed(s, 61)
        }),
        case("altered body", 401, MISMATCH, "digest", |s| {
            let signed = good(s).signed();
            Request {
                body: good(s).body,
                ..signed
            }
        }),
        case("altered query", 401, MISMATCH, "signature", |s| Request {
            query: Some(CANARY.to_owned()),
            ..good(s).signed()
        }),
        case(
            "signature of another request",
            401,
            MISMATCH,
            "signature",
            |s| {
                let mut request = good(s).signed();
                let other = good(s).signed().headers.remove(header::SIGNATURE).unwrap();
                request.headers.insert(header::SIGNATURE, other);
                request
            },
        ),
        case("in another's name", 401, Code::KeyUntrusted, "key", |s| {
            let victim = Peer::new(&s.town, "victim.example", 10);
            Unsigned {
                origin: victim.name,
                ..good(s)
            }
            .signed()
        }),
        case("no JSON", 400, INVALID, "parse", |s| with_body(s, CANARY)),
        case("no items", 400, INVALID, "parse", |s| with_body(s, "{}")),
        case("items twice", 400, INVALID, "parse", |s| {
            with_body(s, r#"{"items":[],"items":[]}"#)
        }),
        case("a float beside the items", 400, INVALID, "parse", |s| {
            with_body(s, r#"{"items":[],"x":1.0}"#)
        }),
        case("a byte-order mark", 400, INVALID, "parse", |s| {
            with_body(s, "\u{feff}{\"items\":[]}")
        }),
        case("not UTF-8", 400, INVALID, "parse", |s| {
            with_body(s, &b"{\"items\":[\"\xff\"]}"[..])
        }),
        case("257 items", 400, INVALID, "parse", |s| {
            let items = vec![r#"{"kind":"heads","rooms":{}}"#; 257].join(",");
            with_body(s, format!(r#"{{"items":[{items}]}}"#))
        }),
        case("501 entries", 400, INVALID, "parse", |s| {
            let item = |n: usize| {
                format!(
                    r#"{{"kind":"entries","entries":[{}]}}"#,
                    vec!["0"; n].join(",")
                )
            };
            with_body(s, format!(r#"{{"items":[{},{}]}}"#, item(500), item(1)))
        }),
    ]
}

#[tokio::test]
async fn refused_as_a_whole() {
    for case in cases() {
        check(&case).await;
    }
}

// Each of the five headers must be there, and once. Without a name there is no log to stand in.
#[tokio::test]
async fn headers_missing_and_doubled() {
    let scene = Scene::set().await;
    let before = scene.dump().await;
    for name in header::ALL {
        for doubled in [false, true] {
            let mut request = good(&scene).signed();
            let value = request.headers.remove(name).unwrap();
            if doubled {
                request.headers.append(name, value.clone());
                request.headers.append(name, value);
            }
            let named = doubled || ![header::ORIGIN, header::DESTINATION].contains(&name);
            let lines = scene.rejections().await.len();
            let response = scene.town.inbound.handle(request).await;
            assert_eq!(
                (response.status.as_u16(), refused(&response)),
                (401, Some(MISMATCH)),
                "{name}"
            );
            let logged = scene.rejections().await;
            assert_eq!(logged.len() - lines, usize::from(named), "{name} {doubled}");
            assert!(!named || logged[0].step == "headers", "{name}");
        }
    }
    assert_eq!(scene.dump().await, before);
}

// 60 s are inside, on both sides.
#[tokio::test]
async fn clock_edges_inside() {
    let scene = Scene::set().await;
    for seconds in [-60, 0, 60] {
        let good = scene.evil.send(&scene.acme_name(), &[]);
        let created = good.created.saturating_add_signed(seconds);
        let response = scene
            .town
            .inbound
            .handle(Unsigned { created, ..good }.signed())
            .await;
        assert_eq!(response.status, 200, "{seconds}: {:?}", response.body);
    }
}

// The peer learns from `Date` what time it is here.
#[tokio::test]
async fn refusals_say_the_time() {
    let scene = Scene::set().await;
    let response = scene.town.inbound.handle(skewed(&scene, 61)).await;
    assert_eq!(response.headers["date"], "Thu, 01 Jan 2026 00:10:00 GMT");
    assert!(
        String::from_utf8(response.body.to_vec())
            .unwrap()
            .contains("61 s ahead of")
    );
}
