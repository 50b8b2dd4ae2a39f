//! What a room's owner may set.

use scaiwave_engine::rooms::{self, RoomSettings};
use scaiwave_protocol::descriptor::PeerPattern;

use crate::town::Town;

// What settings a room takes, on both sides of each edge.
#[tokio::test]
async fn settings_have_two_sides() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let alice = acme.person("alice").await;
    let room_id = acme.room(&alice).await.id;
    let level = |kind: &str, level| Some([(kind.to_owned(), level)].into());
    let none = RoomSettings::default();
    let many = |n: usize| {
        let names = (0..n).map(|n| PeerPattern::parse(&format!("s{n}.example")).unwrap());
        Some(names.collect())
    };
    let cases = [
        (none.clone(), false),
        (
            RoomSettings {
                invite_level: Some(100),
                ..none.clone()
            },
            true,
        ),
        (
            RoomSettings {
                invite_level: Some(101),
                ..none.clone()
            },
            false,
        ),
        (
            RoomSettings {
                levels: level("swp.room.message", 100),
                ..none.clone()
            },
            true,
        ),
        (
            RoomSettings {
                levels: level("swp.room.message", 101),
                ..none.clone()
            },
            false,
        ),
        (
            RoomSettings {
                levels: level("swp.room.power", 0),
                ..none.clone()
            },
            false,
        ),
        (
            RoomSettings {
                denied_servers: many(rooms::DENIED_SERVERS_MAX),
                ..none.clone()
            },
            true,
        ),
        (
            RoomSettings {
                denied_servers: many(rooms::DENIED_SERVERS_MAX + 1),
                ..none
            },
            false,
        ),
    ];
    for (settings, fits) in cases {
        let what = format!("{settings:?}");
        let answer = rooms::set_settings(&acme.tenant, &alice, &room_id, settings).await;
        assert_eq!(
            answer.is_ok(),
            fits,
            "{}",
            what.chars().take(200).collect::<String>()
        );
    }
    let stored = rooms::settings(&acme.tenant, &alice, &room_id)
        .await
        .unwrap();
    assert_eq!(stored.invite_level, Some(100));
    assert_eq!(stored.federate, Some(true));
}
