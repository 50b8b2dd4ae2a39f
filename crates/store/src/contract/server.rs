use std::sync::Arc;

use super::fixture::{
    ann, appended, event_id, good, joined, messages, page, put, room_id, server, stream_row, tenant,
};
use crate::record::{TenantLimits, TenantRow, TenantStanding};
use crate::{Change, CommitError, Direction, ServerStore, TenantStore};

async fn create(store: &dyn ServerStore, slug: &str) {
    let created = store.create_tenant(tenant(slug)).await;
    assert!(created.is_ok(), "{created:?}");
}

async fn open(store: &dyn ServerStore, slug: &str) -> Arc<dyn TenantStore> {
    good(store.open(slug).await)
}

pub(super) async fn tenants_are_listed_by_slug(store: &dyn ServerStore) {
    assert_eq!(good(store.tenants().await), []);
    create(store, "zoo").await;
    create(store, "acme").await;
    assert_eq!(good(store.tenants().await), [tenant("acme"), tenant("zoo")]);
}

pub(super) async fn slugs_and_names_are_unique(store: &dyn ServerStore) {
    create(store, "acme").await;
    let same_slug = TenantRow {
        server_name: server("other.example.org"),
        ..tenant("acme")
    };
    let same_name = TenantRow {
        slug: "other".to_owned(),
        ..tenant("acme")
    };
    // A slug names a file: nothing that leads elsewhere.
    let path = TenantRow {
        slug: "../acme".to_owned(),
        ..tenant("other")
    };
    for row in [same_slug, same_name, path] {
        let answer = store.create_tenant(row).await;
        assert!(
            matches!(answer, Err(CommitError::Conflict(_))),
            "{answer:?}"
        );
    }
    assert_eq!(good(store.tenants().await), [tenant("acme")]);
}

pub(super) async fn a_tenant_gets_another_name(store: &dyn ServerStore) {
    create(store, "zoo").await;
    create(store, "acme").await;
    let renamed = store.rename_tenant("acme", "Acme & Söhne").await;
    assert!(renamed.is_ok(), "{renamed:?}");
    let other = TenantRow {
        name: "Acme & Söhne".to_owned(),
        ..tenant("acme")
    };
    assert_eq!(good(store.tenants().await), [other, tenant("zoo")]);
    let nobody = store.rename_tenant("nobody", "Nobody").await;
    assert!(
        matches!(nobody, Err(CommitError::Conflict(_))),
        "{nobody:?}"
    );
    assert_eq!(good(store.tenants().await).len(), 2);
}

pub(super) async fn standings_are_kept_by_slug(store: &dyn ServerStore) {
    create(store, "zoo").await;
    create(store, "acme").await;
    assert_eq!(good(store.standings().await), []);
    let full = TenantStanding {
        limits: TenantLimits {
            participants: Some(1),
            rooms: Some(2),
            storage_bytes: Some(3),
            requests_per_minute: Some(4),
        },
        suspended_at: Some(5),
    };
    let put = async |slug: &str, standing| {
        let answer = store.put_standing(slug, standing).await;
        assert!(answer.is_ok(), "{answer:?}");
    };
    put("zoo", full).await;
    put("acme", full).await;
    put("acme", TenantStanding::default()).await;
    let expected = [
        ("acme".to_owned(), TenantStanding::default()),
        ("zoo".to_owned(), full),
    ];
    assert_eq!(good(store.standings().await), expected);
    let nobody = store.put_standing("nobody", full).await;
    assert!(
        matches!(nobody, Err(CommitError::Conflict(_))),
        "{nobody:?}"
    );
    assert_eq!(good(store.tenants().await).len(), 2);
}

pub(super) async fn an_open_tenant_is_the_same_one(store: &dyn ServerStore) {
    create(store, "acme").await;
    let (one, two) = (open(store, "acme").await, open(store, "acme").await);
    assert!(Arc::ptr_eq(&one, &two));
    put(&*one, vec![Change::PutSetting("policy", b"1".to_vec())]).await;
    drop((one, two));
    let again = open(store, "acme").await;
    assert_eq!(good(again.setting("policy").await), Some(b"1".to_vec()));
}

pub(super) async fn an_unknown_tenant_cannot_be_opened(store: &dyn ServerStore) {
    create(store, "acme").await;
    for slug in ["other", "", "..", "acme/../acme", "ACME"] {
        assert!(store.open(slug).await.is_err(), "{slug:?}");
    }
}

pub(super) async fn tenants_do_not_see_each_other(store: &dyn ServerStore) {
    create(store, "acme").await;
    create(store, "zoo").await;
    let (acme, zoo) = (open(store, "acme").await, open(store, "zoo").await);
    let mut changes = appended(1, messages(1, 1, 3));
    changes.push(joined(&room_id(1), &ann(), 1));
    changes.push(Change::Stream(stream_row(&room_id(1), event_id(1, 1))));
    changes.push(Change::PutSetting("policy", b"acme".to_vec()));
    let positions = put(&*acme, changes.clone()).await.positions;
    assert_eq!(good(zoo.room(&room_id(1)).await), None);
    assert_eq!(good(zoo.rooms_of(&ann()).await), []);
    assert_eq!(good(zoo.entry(&room_id(1), &event_id(1, 1)).await), None);
    let page = page(1, None, Direction::Back, 9);
    assert_eq!(good(zoo.timeline(page).await), []);
    assert_eq!(good(zoo.stream_after(0, 9, usize::MAX).await), []);
    assert_eq!(good(zoo.setting("policy").await), None);
    // The same rows under the same keys: each tenant counts for itself.
    assert_eq!(put(&*zoo, changes).await.positions, positions);
    assert_eq!(good(acme.stream_after(0, 9, usize::MAX).await).len(), 1);
}
