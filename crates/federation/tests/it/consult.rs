//! A new server comes into a room only if every server in it agrees.

use scaiwave_engine::policy::Mode;
use scaiwave_engine::{Viewer, invitations, rooms};
use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::{Fqid, RoomId};

use crate::neighbours::shared_room;
use crate::town::{House, Town, name, until};

struct Three {
    town: Town,
    acme: House,
    globex: House,
    initech: House,
    alice: Viewer,
    bob: Viewer,
    carol: Viewer,
    /// Hosted by acme; of globex, bob is in it.
    room_id: RoomId,
}

async fn three() -> Three {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let initech = town.tenant("initech", "initech.example").await;
    let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
    let carol = initech.person("carol").await;
    let room_id = shared_room(&acme, &alice, &globex, &bob).await;
    Three {
        town,
        acme,
        globex,
        initech,
        alice,
        bob,
        carol,
        room_id,
    }
}

fn pattern(text: &str) -> PeerPattern {
    PeerPattern::parse(text).unwrap()
}

async fn membership(house: &House, room_id: &RoomId, who: &Fqid) -> Option<Membership> {
    let member = house.store.member(room_id, who).await.unwrap();
    member.map(|member| member.membership)
}

// Everybody agrees: the newcomer is invited and comes in.
#[tokio::test]
async fn all_agree() {
    let three = three().await;
    rooms::invite(
        &three.acme.tenant,
        &three.alice,
        &three.room_id,
        &three.carol.fqid,
    )
    .await
    .unwrap();
    until("the invitation", || async {
        let waiting = invitations::list(&three.initech.tenant, &three.carol).await;
        !waiting.unwrap().is_empty()
    })
    .await;
    let view = invitations::accept(&three.initech.tenant, &three.carol, &three.room_id)
        .await
        .unwrap();
    assert_eq!(view.membership, Some(Membership::Join));
}

// One of the servers in the room does not admit the newcomer's: the inviter reads which one it is, and
// nothing is sequenced.
#[tokio::test]
async fn one_server_refuses_another() {
    let three = three().await;
    three
        .globex
        .policy(|policy| policy.blocked_peers = vec![pattern("initech.example")])
        .await;
    let denial = rooms::invite(
        &three.acme.tenant,
        &three.alice,
        &three.room_id,
        &three.carol.fqid,
    )
    .await
    .unwrap_err();
    assert_eq!(denial.code.as_str(), "SW_FED_POLICY_VIOLATION");
    assert!(denial.message.contains("globex.example"), "{denial}");
    let carol = membership(&three.acme, &three.room_id, &three.carol.fqid).await;
    assert_eq!(carol, None);
}

// A server that cannot be asked has not agreed, and is named.
#[tokio::test]
async fn one_server_is_away() {
    let three = three().await;
    *three.town.street.cut_off.lock() = Some((name("globex.example"), 0));
    let denial = rooms::invite(
        &three.acme.tenant,
        &three.alice,
        &three.room_id,
        &three.carol.fqid,
    )
    .await
    .unwrap_err();
    assert!(
        denial.message.contains("globex.example") && denial.message.contains("could not be asked"),
        "{denial}"
    );
    // It is not asked again at every try, and answers when it is back and some time has passed.
    *three.town.street.cut_off.lock() = None;
    let invite = || {
        rooms::invite(
            &three.acme.tenant,
            &three.alice,
            &three.room_id,
            &three.carol.fqid,
        )
    };
    assert!(invite().await.is_err());
    three.town.clock.pass(30);
    invite().await.unwrap();
}

// A follower's invitation is submitted; the host asks before it sequences, and the inviter sees why not.
#[tokio::test]
async fn an_invitation_by_a_follower() {
    let three = three().await;
    let dave = three.town.tenant("umbrella", "umbrella.example").await;
    let dave_person = dave.person("dave").await;
    rooms::invite(
        &three.acme.tenant,
        &three.alice,
        &three.room_id,
        &dave_person.fqid,
    )
    .await
    .unwrap();
    until("dave's invitation", || async {
        let waiting = invitations::list(&dave.tenant, &dave_person).await;
        !waiting.unwrap().is_empty()
    })
    .await;
    invitations::accept(&dave.tenant, &dave_person, &three.room_id)
        .await
        .unwrap();
    dave.policy(|policy| policy.blocked_peers = vec![pattern("initech.example")])
        .await;
    until("dave's join at globex", || async {
        membership(&three.globex, &three.room_id, &dave_person.fqid).await == Some(Membership::Join)
    })
    .await;
    rooms::invite(
        &three.globex.tenant,
        &three.bob,
        &three.room_id,
        &three.carol.fqid,
    )
    .await
    .unwrap();
    until("the host's refusal", || async {
        let pending = three.globex.store.pending(&three.room_id).await.unwrap();
        pending.iter().any(|row| {
            let refused = row.refused.as_ref();
            refused.is_some_and(|refused| {
                refused.code == "SW_FED_POLICY_VIOLATION"
                    && refused.message.contains("umbrella.example")
            })
        })
    })
    .await;
    assert_eq!(
        membership(&three.acme, &three.room_id, &three.carol.fqid).await,
        None
    );
}

// Between the invitation and the join another server has come, which refuses the newcomer's: the join is
// refused and the invitation stays.
#[tokio::test]
async fn somebody_came_in_between() {
    let town = Town::new();
    let acme = town.tenant("acme", "acme.example").await;
    let globex = town.tenant("globex", "globex.example").await;
    let initech = town.tenant("initech", "initech.example").await;
    let alice = acme.person("alice").await;
    let (bob, carol) = (globex.person("bob").await, initech.person("carol").await);
    let room_id = acme.room(&alice).await.id;
    for whom in [&carol.fqid, &bob.fqid] {
        rooms::invite(&acme.tenant, &alice, &room_id, whom)
            .await
            .unwrap();
    }
    until("both invitations", || async {
        let [a, b] = [
            invitations::list(&globex.tenant, &bob).await.unwrap(),
            invitations::list(&initech.tenant, &carol).await.unwrap(),
        ];
        !a.is_empty() && !b.is_empty()
    })
    .await;
    invitations::accept(&globex.tenant, &bob, &room_id)
        .await
        .unwrap();
    globex
        .policy(|policy| policy.blocked_peers = vec![pattern("initech.example")])
        .await;
    let denial = invitations::accept(&initech.tenant, &carol, &room_id)
        .await
        .unwrap_err();
    assert!(denial.message.contains("globex.example"), "{denial}");
    let waiting = invitations::list(&initech.tenant, &carol).await.unwrap();
    assert_eq!(waiting.len(), 1);
    // When the other one changes its mind, the same invitation is good.
    globex.policy(|policy| policy.blocked_peers.clear()).await;
    town.clock.pass(300);
    let view = invitations::accept(&initech.tenant, &carol, &room_id)
        .await
        .unwrap();
    assert_eq!(view.membership, Some(Membership::Join));
}

// The newcomer's own policy counts as well: it does not come into a room with somebody it refuses.
#[tokio::test]
async fn the_newcomer_refuses_somebody_inside() {
    let three = three().await;
    rooms::invite(
        &three.acme.tenant,
        &three.alice,
        &three.room_id,
        &three.carol.fqid,
    )
    .await
    .unwrap();
    until("the invitation", || async {
        let waiting = invitations::list(&three.initech.tenant, &three.carol).await;
        !waiting.unwrap().is_empty()
    })
    .await;
    three
        .initech
        .policy(|policy| {
            policy.default_mode = Mode::InviteOnly;
            policy.allowed_peers = vec![pattern("acme.example")];
        })
        .await;
    let denial = invitations::accept(&three.initech.tenant, &three.carol, &three.room_id)
        .await
        .unwrap_err();
    assert_eq!(denial.code.as_str(), "SW_FED_POLICY_VIOLATION");
    assert_eq!(
        membership(&three.acme, &three.room_id, &three.carol.fqid).await,
        Some(Membership::Invite)
    );
}
