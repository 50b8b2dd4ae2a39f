//! What concerns a whole request and is no row of `tests/bad_inputs`.

use std::collections::BTreeSet;

use scaiwave_protocol::{Code, ServerName};
use scaiwave_testkit::hostile::HEADER_FAULTS;

use super::refused;
use super::scene::Scene;
use crate::peer::{Signed as _, Unsigned, inbound};

/// A good request with a good item.
fn good(scene: &Scene) -> Unsigned {
    scene
        .evil
        .send(&scene.acme_name(), &[scene.evil.submit(scene.message(2))])
}

// T001, T003, T004: every way in which a header can be wrong is seen before any key is asked for. Without two
// names there is no log to stand in.
#[tokio::test]
async fn every_fault_of_every_header() {
    let scene = Scene::set().await;
    let before = scene.dump().await;
    let stories: BTreeSet<&str> = HEADER_FAULTS.iter().map(|fault| fault.story).collect();
    assert_eq!(stories.len(), HEADER_FAULTS.len(), "each has its own name");
    for fault in HEADER_FAULTS {
        let mut raw = good(&scene).sign();
        (fault.spoil)(&mut raw);
        let is_name = |header| ServerName::parse(raw.get(header)).is_ok();
        let named = is_name("swp-origin") && raw.get("swp-destination") == "acme.example";
        let lines = scene.rejections().await.len();

        let response = scene.town.inbound.handle(inbound(raw)).await;

        let story = fault.story;
        assert_eq!(
            (response.status.as_u16(), refused(&response)),
            (401, Some(Code::SignatureMismatch)),
            "{story}: {:?}",
            response.body
        );
        let logged = scene.rejections().await;
        assert_eq!(logged.len() - lines, usize::from(named), "{story}");
        assert!(!named || logged[0].step == "headers", "{story}");
    }
    assert_eq!(scene.dump().await, before);
}

// The peer learns from `Date` what time it is here.
#[tokio::test]
async fn refusals_say_the_time() {
    let scene = Scene::set().await;
    let good = good(&scene);
    let early = Unsigned {
        created: good.created + 61,
        ..good
    };
    let response = scene.town.inbound.handle(early.signed()).await;
    assert_eq!(response.headers["date"], "Thu, 01 Jan 2026 00:10:00 GMT");
    assert!(
        String::from_utf8(response.body.to_vec())
            .unwrap()
            .contains("61 s ahead of")
    );
}
