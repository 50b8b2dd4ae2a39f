//! One dm for a pair, whoever begins it.

use scaiwave_engine::{invitations, rooms};
use scaiwave_protocol::Fqid;
use scaiwave_protocol::event::content::{Membership, RoomLife};

use crate::policy::membership;
use crate::town::{House, Town, until};

// Both begin a dm at once: afterwards there is one, in which both are, and nothing waits.
#[tokio::test]
async fn one_dm_for_a_pair() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let (a, b) = tokio::join!(
        rooms::dm(&acme.tenant, &alice, &bob.fqid),
        rooms::dm(&globex.tenant, &bob, &alice.fqid),
    );
    let (a, b) = (a.unwrap().id, b.unwrap().id);
    let stays = a.clone().min(b.clone());
    let joined = async |house: &House, who: &Fqid| {
        membership(house, &stays, who).await == Some(Membership::Join)
    };
    until("both are in the one that stays", || async {
        joined(&acme, &alice.fqid).await
            && joined(&acme, &bob.fqid).await
            && joined(&globex, &alice.fqid).await
            && joined(&globex, &bob.fqid).await
    })
    .await;
    for (house, viewer, other) in [(&acme, &alice, &bob), (&globex, &bob, &alice)] {
        until("no invitation waits", || async {
            invitations::list(&house.tenant, viewer)
                .await
                .unwrap()
                .is_empty()
        })
        .await;
        let again = rooms::dm(&house.tenant, viewer, &other.fqid).await.unwrap();
        assert_eq!(again.id, stays);
    }
    if a != b {
        let (house, viewer, gone) = if a == stays {
            (&globex, &bob, b)
        } else {
            (&acme, &alice, a)
        };
        let view = rooms::get(&house.tenant, viewer, &gone).await.unwrap();
        assert_eq!(view.life, RoomLife::Closed);
    }
}

// Who is invited to a dm and opens one accepts the one that there is.
#[tokio::test]
async fn opening_a_dm_accepts_it() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let first = rooms::dm(&acme.tenant, &alice, &bob.fqid).await.unwrap().id;
    until("the invitation", || async {
        !invitations::list(&globex.tenant, &bob)
            .await
            .unwrap()
            .is_empty()
    })
    .await;
    let view = rooms::dm(&globex.tenant, &bob, &alice.fqid).await.unwrap();
    assert_eq!((view.id, view.membership), (first, Some(Membership::Join)));
}
