//! Acme hosts a room; of evil.example, mallory is in it and trudy is invited.

use http::Method;
use scaiwave_engine::store::RejectionFilter;
use scaiwave_engine::store::record::RejectionRow;
use scaiwave_engine::{Viewer, rooms};
use scaiwave_federation::Response;
use scaiwave_protocol::event::content::Membership;
use scaiwave_protocol::event::{Draft, LogPoint};
use scaiwave_protocol::log::Snapshot;
use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{Fqid, Json, RoomId, ServerName, json};

use crate::peer::{Peer, Signed as _};
use crate::town::{House, Town};

/// Stands in every input that must not be echoed.
pub(crate) const CANARY: &str = "canary-7f3a";

pub(crate) struct Scene {
    pub(crate) town: Town,
    pub(crate) acme: House,
    pub(crate) alice: Viewer,
    pub(crate) evil: Peer,
    pub(crate) room_id: RoomId,
    pub(crate) seen: LogPoint,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let town = Town::new();
        let acme = town.tenant("acme", "acme.example").await;
        let alice = acme.person("alice").await;
        let evil = Peer::new(&town, "evil.example", 66);
        let room_id = acme.room(&alice).await.id;
        for person in ["mallory", "trudy"] {
            rooms::invite(&acme.tenant, &alice, &room_id, &evil.person(person))
                .await
                .unwrap();
        }
        let nowhere = LogPoint {
            term: 0,
            seq: 0,
            chain: scaiwave_protocol::Hash::ZERO,
        };
        let mut scene = Scene {
            town,
            acme,
            alice,
            evil,
            room_id,
            seen: nowhere,
        };
        scene.seen = scene.snapshot().await.at;
        let join = scene.evil.submit(scene.join("mallory", 1));
        let response = scene
            .town
            .inbound
            .handle(scene.evil.send(&scene.acme_name(), &[join]).signed())
            .await;
        let results = ItemResult::parse_answer(&response.body, 1).unwrap();
        assert!(matches!(results[0], ItemResult::Ok(_)), "{results:?}");
        scene.seen = scene.snapshot().await.at;
        // Everything that follows was made after the process began to listen, whatever its clock says.
        scene.town.clock.pass(600);
        scene
    }

    pub(crate) fn acme_name(&self) -> ServerName {
        self.acme.tenant.server_name().clone()
    }

    pub(crate) async fn get(&self, what: &str, query: Option<&str>) -> Response {
        let path = format!("/_scaiwave/federation/v1/rooms/{}/{what}", self.room_id);
        let mut unsigned = self.evil.ask(&self.acme_name(), Method::GET, &path, "");
        unsigned.query = query.map(str::to_owned);
        self.town.inbound.handle(unsigned.signed()).await
    }

    async fn snapshot(&self) -> Snapshot {
        let response = self.get("snapshot", None).await;
        Snapshot::parse(json::parse_body(&response.body).unwrap()).unwrap()
    }

    pub(crate) fn join(&self, person: &str, origin_seq: u64) -> Draft {
        let content = Json::object([
            ("participant", (&self.evil.person(person)).into()),
            ("membership", "join".into()),
        ]);
        let draft = self.evil.draft(
            &self.room_id,
            self.seen,
            "swp.room.member",
            origin_seq,
            content,
        );
        Draft {
            sender: self.evil.person(person),
            ..draft
        }
    }

    pub(crate) fn message(&self, origin_seq: u64) -> Draft {
        let content = Json::object([
            ("msgtype", "swp.text".into()),
            ("body", CANARY.into()),
            ("mentions", Json::Arr(vec![])),
        ]);
        self.evil.draft(
            &self.room_id,
            self.seen,
            "swp.room.message",
            origin_seq,
            content,
        )
    }

    /// All that must not change.
    pub(crate) async fn dump(&self) -> String {
        dump(&self.acme, &self.room_id, &self.evil.name, &self.alice).await
    }

    /// Newest first.
    pub(crate) async fn rejections(&self) -> Vec<RejectionRow> {
        rejections(&self.acme).await
    }
}

/// What a tenant holds of a room, of what goes to a peer, and for a person.
pub(crate) async fn dump(
    house: &House,
    room_id: &RoomId,
    peer: &ServerName,
    person: &Viewer,
) -> String {
    let store = &house.store;
    let members = store.members(room_id).await.unwrap();
    let invited = |person: &Option<Fqid>| {
        members.iter().any(|member| {
            Some(&member.participant) == person.as_ref() && member.membership == Membership::Invite
        })
    };
    // An invitation that has ended goes when the peer's worker looks the next time, whenever that is.
    let mut waiting = store.outbox(peer, 1000).await.unwrap();
    waiting.retain(|row| row.kind != "invite" || invited(&row.participant));
    format!(
        "{:#?}",
        (
            store.rooms().await.unwrap(),
            &members,
            store.room_servers(room_id).await.unwrap(),
            store
                .entries_after(room_id, 0, 1000, usize::MAX)
                .await
                .unwrap(),
            store.pending(room_id).await.unwrap(),
            waiting,
            store.followers(room_id).await.unwrap(),
            store.invitations(&person.fqid).await.unwrap(),
            store.inbox(&person.fqid, 100, 0).await.unwrap(),
            store.stream_after(0, 1000, usize::MAX).await.unwrap(),
        )
    )
}

/// Newest first.
pub(crate) async fn rejections(house: &House) -> Vec<RejectionRow> {
    let filter = RejectionFilter {
        limit: 1000,
        ..RejectionFilter::default()
    };
    house.store.rejections(filter).await.unwrap()
}
