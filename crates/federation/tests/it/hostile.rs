//! Bad input on the edge: each case gets the protocol's code, changes nothing in the store, stands in
//! the rejection log with its step, and is not echoed.

mod bodies;
mod items;
mod replay;
mod scene;
mod whole;

use scaiwave_engine::policy::Policy;
use scaiwave_federation::{Request, Response};
use scaiwave_protocol::wire::{ItemResult, error};
use scaiwave_protocol::{Code, json};

use scene::{CANARY, Scene};

/// What a case must come to.
enum Expect {
    /// The whole request is refused, with this step in the log, if it is to stand there.
    Whole(u16, Code, Option<&'static str>),
    /// The one item is refused, with this step in the log.
    Item(Code, &'static str),
}

struct Case {
    story: &'static str,
    policy: fn(&mut Policy),
    request: Box<dyn Fn(&Scene) -> Request>,
    expect: Expect,
}

async fn check(case: &Case) {
    let story = case.story;
    let scene = Scene::set().await;
    scene.acme.policy(case.policy).await;
    let request = (case.request)(&scene);
    let (before, lines_before) = (scene.dump().await, scene.rejections().await.len());

    let response = scene.town.inbound.handle(request).await;

    unchanged(story, &before, &scene.dump().await);
    let text = String::from_utf8(response.body.to_vec()).unwrap();
    assert!(!text.contains(CANARY), "{story}: echoed in {text}");
    let mut lines = scene.rejections().await;
    lines.truncate(lines.len() - lines_before);
    let logged: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| (line.code.as_str(), line.step.as_str()))
        .collect();
    match case.expect {
        Expect::Whole(status, code, step) => {
            assert_eq!(
                (response.status.as_u16(), refused(&response)),
                (status, Some(code)),
                "{story}: {text}"
            );
            let expected: Vec<_> = step.map(|step| (code.as_str(), step)).into_iter().collect();
            assert_eq!(logged, expected, "{story}");
            let wait = response.headers.contains_key("retry-after");
            assert_eq!(
                wait,
                matches!(code, Code::KeyUntrusted | Code::RateLimited),
                "{story}"
            );
        }
        Expect::Item(code, step) => {
            assert_eq!(response.status, 200, "{story}: {text}");
            let results = ItemResult::parse_answer(&response.body, 1).unwrap();
            let [ItemResult::Rejected(refusal)] = results.as_slice() else {
                panic!("{story}: {text}")
            };
            assert_eq!(refusal.code, code, "{story}: {text}");
            assert_eq!(logged, [(code.as_str(), step)], "{story}");
            assert_eq!(lines[0].message, refusal.message, "{story}");
            assert!(
                !lines[0].sample.is_empty() && lines[0].peer == "evil.example",
                "{story}"
            );
        }
    }
}

fn refused(response: &Response) -> Option<Code> {
    error::parse(json::parse_body(&response.body).ok()?).map(|refusal| refusal.code)
}

/// Shows the first line that differs, instead of everything.
fn unchanged(story: &str, before: &str, after: &str) {
    let changed = before
        .lines()
        .zip(after.lines())
        .find(|(before, after)| before != after);
    assert_eq!(changed, None, "{story}: the store is as it was");
    assert_eq!(before.len(), after.len(), "{story}: the store is as it was");
}
