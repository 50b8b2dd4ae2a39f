//! Alice and bob in one room: what one does, the other may be told of.

use scaiwave_engine::Viewer;
use serde_json::json;

use super::Person;
use crate::town::{House, Town};

pub(super) struct Scene {
    pub(super) town: Town,
    pub(super) house: House,
    pub(super) alice: Person,
    pub(super) bob: Person,
    pub(super) room: String,
}

impl Scene {
    pub(super) async fn new() -> Self {
        let town = Town::new();
        let house = town.tenant("acme", "acme.example").await;
        let alice = Person::of(&town, &house, "alice").await;
        let mut bob = Person::of(&town, &house, "bob").await;
        let room = alice.room(json!({"name": "tea"})).await;
        alice.bring_in(&room, &bob).await;
        bob.heard().await;
        Scene {
            town,
            house,
            alice,
            bob,
            room,
        }
    }

    /// Alice or bob, as the engine knows them.
    pub(super) fn viewer(&self, local_id: &str) -> Viewer {
        super::viewer(&self.house, local_id)
    }

    /// Another process with the same store.
    pub(super) async fn restarted(&self) -> House {
        let row = scaiwave_engine::store::record::TenantRow {
            slug: "acme".to_owned(),
            name: "acme".to_owned(),
            server_name: self.house.tenant.server_name().clone(),
            created_at: 0,
        };
        self.town.move_in(row, self.house.store.clone()).await
    }
}
