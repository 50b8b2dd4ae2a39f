//! Keys that are stolen, lost, or replaced without anybody to vouch for them.

use scaiwave_engine::audit::{self, Actor};
use scaiwave_engine::store::AuditFilter;
use scaiwave_engine::{peering, upkeep};
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::{KeyId, ServerName, json};

use crate::neighbours::{same_history, say};
use crate::outage::{Pair, pair};
use crate::town::{House, name, until};

const MINUTE_S: u64 = 60;
const DAY_S: u64 = 24 * 60 * MINUTE_S;

fn signing(house: &House) -> KeyId {
    let keys = house.tenant.keyring().keys();
    let key = keys.iter().find(|key| key.signing).unwrap();
    key.key_id.parse().unwrap()
}

/// What the audit log says of a kind, oldest first.
async fn audited(house: &House, action: &str) -> Vec<String> {
    let filter = AuditFilter {
        action: Some(action.to_owned()),
        limit: 100,
        ..AuditFilter::default()
    };
    let rows = audit::list(&house.tenant, &house.admin(), filter)
        .await
        .unwrap();
    rows.into_iter().rev().map(|row| row.message).collect()
}

/// The record of a server in the room's log at this house.
async fn revoked_in_log(house: &House, pair: &Pair, server: &ServerName, key: KeyId) -> bool {
    let servers = house.store.room_servers(&pair.room_id).await.unwrap();
    let row = servers.iter().find(|row| &row.server == server).unwrap();
    let descriptor = Descriptor::parse(json::parse(&row.descriptor).unwrap()).unwrap();
    descriptor.key(key).unwrap().revoked_at.is_some()
}

impl Pair {
    async fn upkeep(&self) {
        upkeep::run(&self.acme.tenant).await;
        upkeep::run(&self.globex.tenant).await;
    }

    async fn still_talk(&self, before: usize) {
        say(&self.acme, &self.alice, &self.room_id, "from acme").await;
        say(&self.globex, &self.bob, &self.room_id, "from globex").await;
        self.both_heard(before + 2).await;
        same_history(&self.acme, &self.globex, &self.room_id).await;
    }
}

// A stolen key with a recovery key at hand: revoked and replaced in one step, nobody has to do anything,
// and every room learns of the revocation. Once for the host's key, once for the follower's.
#[tokio::test(start_paused = true)]
async fn a_stolen_key_is_revoked() {
    let town_pair = pair().await;
    let mut heard = 0;
    for (victim, other) in [
        (&town_pair.acme, &town_pair.globex),
        (&town_pair.globex, &town_pair.acme),
    ] {
        // The peer pinned no recovery key when it met us first, so a successor must be known in time.
        victim
            .tenant
            .keyring()
            .rotate(Actor::Operator, true, None)
            .await
            .unwrap();
        town_pair.town.clock.pass(2 * DAY_S);
        town_pair.upkeep().await;
        town_pair.still_talk(heard).await;
        heard += 2;
        let first: KeyId = victim.tenant.keyring().keys()[0].key_id.parse().unwrap();
        let keyring = victim.tenant.keyring();
        let heir = keyring
            .revoke(Actor::Operator, first, None, false)
            .await
            .unwrap();
        assert!(heir.signing);
        town_pair.town.clock.pass(DAY_S + MINUTE_S);
        town_pair.upkeep().await;
        town_pair.upkeep().await;
        town_pair.still_talk(heard).await;
        heard += 2;
        let server = victim.tenant.server_name();
        for house in [victim, other] {
            assert!(revoked_in_log(house, &town_pair, server, first).await);
        }
        assert_eq!(audited(other, "peer.key_revoked").await.len(), 1);
        assert_eq!(audited(victim, "key.revoked").await.len(), 1);
    }
}

// The only key is stolen and nothing can vouch for another: it is refused unless forced; then the peers'
// admins see a candidate, nothing passes until one accepts it, and nothing is lost.
#[tokio::test(start_paused = true)]
async fn a_key_that_nobody_vouches_for_waits_for_an_admin() {
    let pair = pair().await;
    let keyring = pair.globex.tenant.keyring();
    let first = signing(&pair.globex);
    let refused = keyring.revoke(Actor::Operator, first, None, false).await;
    assert!(refused.is_err());
    assert_eq!(signing(&pair.globex), first);
    keyring
        .revoke(Actor::Operator, first, None, true)
        .await
        .unwrap();
    pair.town.clock.pass(10 * MINUTE_S);

    say(&pair.globex, &pair.bob, &pair.room_id, "with the new key").await;
    let globex = name("globex.example");
    until("the candidate", || async {
        let detail = peering::peer(&pair.acme.tenant, &pair.acme.admin(), &globex).await;
        detail.is_ok_and(|detail| detail.candidate.is_some())
    })
    .await;
    assert_eq!(audited(&pair.acme, "peer.key_untrusted").await.len(), 1);
    assert_eq!(
        pair.globex
            .store
            .pending(&pair.room_id)
            .await
            .unwrap()
            .len(),
        1
    );

    let nobody = pair.acme.person("carol").await;
    assert!(
        peering::accept_key(&pair.acme.tenant, &nobody, &globex)
            .await
            .is_err()
    );
    peering::accept_key(&pair.acme.tenant, &pair.acme.admin(), &globex)
        .await
        .unwrap();
    pair.both_heard(1).await;
    assert_eq!(audited(&pair.acme, "peer.key_accepted").await.len(), 1);
    let again = peering::accept_key(&pair.acme.tenant, &pair.acme.admin(), &globex).await;
    assert_eq!(again.unwrap_err().code.as_str(), "SW_NOT_FOUND");
}
