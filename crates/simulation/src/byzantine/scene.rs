use std::sync::Arc;

use scaiwave_engine::Tenant;
use scaiwave_protocol::event::content::{self as kinds, Membership};
use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::{
    EventId, EventType, Fqid, Hash, Json, LocalId, RoomId, ServerName, SigningKey,
};
use scaiwave_store::{StoreError, TenantStore};

use super::glimpse::Glimpse;
use crate::world::SharedChance;

/// Everything that a lie to one server is made of.
pub(super) struct Scene {
    pub(super) us: ServerName,
    pub(super) victim: ServerName,
    pub(super) signer: Arc<SigningKey>,
    pub(super) chance: SharedChance,
    pub(super) now: u64,
    /// A room that the victim hosts, one that we host, one of a third server.
    pub(super) theirs: Option<Glimpse>,
    pub(super) ours: Option<Glimpse>,
    pub(super) others: Option<Glimpse>,
}

impl Scene {
    pub(super) async fn of(
        tenant: &Arc<Tenant>,
        store: &dyn TenantStore,
        victim: &ServerName,
        chance: &SharedChance,
    ) -> Result<Self, StoreError> {
        let us = tenant.server_name().clone();
        let mut scene = Scene {
            signer: tenant.keyring().signer(),
            chance: chance.clone(),
            now: tenant.world().now(),
            victim: victim.clone(),
            us,
            theirs: None,
            ours: None,
            others: None,
        };
        for glimpse in Glimpse::all(store, victim).await? {
            let place = if &glimpse.row.host == victim {
                &mut scene.theirs
            } else if glimpse.row.host == scene.us {
                &mut scene.ours
            } else {
                &mut scene.others
            };
            // The last one as often as the first.
            if place.is_none() || chance.permille(500) {
                *place = Some(glimpse);
            }
        }
        Ok(scene)
    }

    /// Somebody of ours who is nowhere.
    pub(super) fn ghost(&self) -> Option<Fqid> {
        let local_id = LocalId::parse("ghost").ok()?;
        Fqid::new(&local_id, &self.us).ok()
    }

    /// The first draft of an event in this room.
    pub(super) fn draft(
        &self,
        room: &Glimpse,
        sender: Fqid,
        kind: &str,
        content: Json,
    ) -> Option<Draft> {
        Some(Draft {
            event_id: self.id(),
            room_id: Some(room.row.room_id.clone()),
            kind: EventType::parse(kind).ok()?,
            origin_ts: i64::try_from(self.now).unwrap_or(0),
            origin_seq: room.next_number(sender.server(), self.now),
            seen: Some(room.row.head),
            content,
            salt: self.bytes(),
            sender,
        })
    }

    /// The same, signed with our key whoever the sender is.
    pub(super) fn sign(&self, draft: Draft) -> Option<Json> {
        let event = draft.sign(&*self.signer).ok()?;
        Some(event.into_event().to_json())
    }

    pub(super) fn words(&self) -> Json {
        Json::object([
            ("msgtype", "swp.text".into()),
            ("body", format!("lie {}", self.chance.next()).into()),
            ("mentions", Json::Arr(Vec::new())),
        ])
    }

    pub(super) fn id(&self) -> EventId {
        EventId::v7(self.now, self.bytes())
    }

    pub(super) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        scaiwave_engine::Random::fill(&self.chance, &mut bytes);
        bytes
    }

    /// A room id that nothing is behind.
    pub(super) fn nowhere(&self) -> RoomId {
        RoomId::of_genesis(&self.made_up_hash())
    }

    pub(super) fn made_up_hash(&self) -> Hash {
        Hash::of(&[&self.bytes::<16>()])
    }

    /// A point that is in no log.
    pub(super) fn made_up(&self, at: LogPoint, ahead: u64) -> LogPoint {
        LogPoint {
            term: at.term,
            seq: at.seq + ahead,
            chain: self.made_up_hash(),
        }
    }
}

/// `swp.room.member` content.
pub(super) fn membership(who: &Fqid, to: Membership) -> (&'static str, Json) {
    let content = Json::object([
        ("participant", who.into()),
        ("membership", to.as_str().into()),
    ]);
    (kinds::MEMBER, content)
}
