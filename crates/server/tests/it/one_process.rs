//! One process, two tenants: they meet through the same inbound function as strangers do.

use serde_json::json;

use crate::harness::{Process, equal_histories, free_port};

#[tokio::test]
async fn two_tenants_of_one_process_share_a_room() {
    let port = free_port();
    let mut process = Process::without_tenants(port);
    let names = ["red", "blue"].map(|slug| (slug, format!("{slug}.localhost:{port}")));
    for (slug, name) in &names {
        let args = [
            "admin",
            "create-tenant",
            "--slug",
            slug,
            "--name",
            slug,
            "--json",
        ];
        process
            .admin(&[&args[..], &["--server-name", name]].concat(), "")
            .await;
    }
    process.run().await;
    let [(_, red), (_, blue)] = &names;
    let rita = process.person_at(red, "red", "rita", "admin").await;
    let ben = process.person_at(blue, "blue", "ben", "admin").await;
    // Neighbours are strangers until both sides let them in.
    let room = rita.create_room("Corridor").await;
    let path = format!("/v1/rooms/{room}/invitations");
    let (status, code) = rita.refused(&path, json!({"fqid": ben.fqid})).await;
    assert_eq!(status, 403, "{code}");
    rita.allow(&[blue]).await;
    ben.allow(&[red]).await;

    let (mut at_red, mut at_blue) = (rita.stream().await, ben.stream().await);
    rita.invite(&room, &ben).await;
    ben.accept(&room).await;
    let hello = rita.say(&room, json!({"body": "hello"})).await;
    at_blue.sequenced(&hello).await;
    let reply = ben.say(&room, json!({"body": "hi"})).await;
    at_red.sequenced(&reply).await;
    let history = equal_histories(&rita, &ben, &room).await;
    // Genesis, both joins, the invitation and two messages: what was before Ben is fetched when he looks.
    assert_eq!(history.lines.len(), 6, "{history:?}");

    // Each tenant answers to its own name only.
    assert_eq!(rita.room(&room).await["host"], red.as_str());
    let peers = ben.get("/v1/admin/federation/peers").await;
    assert_eq!(peers[0]["server_name"], red.as_str());
    assert_eq!(peers[0]["state"], "reachable");
}
