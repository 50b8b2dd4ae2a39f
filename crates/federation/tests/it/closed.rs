//! The end of a tenant's work.

use scaiwave_engine::{ClientCode, messages};

use crate::neighbours::{heard, text};
use crate::town::Town;

// Once it is closed nothing begins any more: whoever closes it would wait for that, or end without it.
#[tokio::test]
async fn nothing_begins_after_the_end() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let alice = acme.person("alice").await;
    let room_id = acme.room(&alice).await.id;
    acme.tenant.close().await;
    let late = messages::post(&acme.tenant, &alice, &room_id, text("late"), None).await;
    assert_eq!(late.unwrap_err().code, ClientCode::Internal);
    acme.tenant.close().await;
    assert!(heard(&acme, &alice, &room_id).await.is_empty());
}
