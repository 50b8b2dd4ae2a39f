use scaiwave_engine::messages::{self, Arrival, Delivery, ServerDelivery};
use scaiwave_engine::view::EventState;
use scaiwave_protocol::EventId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data};
use crate::extract::{Caller, EventPath};
use crate::failure::InRoom;
use crate::shape::Time;

/// Where an event has arrived: servers, never readers.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
struct DeliveryJson<'a> {
    /// Which event.
    #[schema(value_type = String)]
    event_id: EventId,
    /// `sequenced`, `pending` (not yet at the room's host) or `refused`.
    #[schema(value_type = String, example = "sequenced")]
    state: &'static str,
    /// In the room's log.
    #[schema(required = true)]
    seq: Option<u64>,
    /// Servers with somebody in the room, by name, this one among them.
    #[schema(value_type = Vec<ServerDeliveryJson<'static>>)]
    servers: List<ServerDeliveryJson<'a>>,
    /// When the room's host told of the other servers; none where it is known at once.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    told_at: Option<Time>,
}

/// Whether one server has the event.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerDelivery)]
struct ServerDeliveryJson<'a> {
    /// Which.
    server_name: &'a str,
    /// Whether it hosts the room.
    host: bool,
    /// `acknowledged` (on its disk), `waiting`, `stopped` (it refused the room's entries), `refused` (the
    /// host said no) or `not known` (the host has not told yet).
    #[schema(value_type = String, example = "acknowledged")]
    state: &'static str,
    /// Since when it waits.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    waiting_since: Option<Time>,
    /// Since when this server cannot reach it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    unreachable_since: Option<Time>,
}

impl<'a> DeliveryJson<'a> {
    fn of(delivery: &'a Delivery) -> Self {
        DeliveryJson {
            event_id: delivery.event_id,
            state: match delivery.state {
                EventState::Pending => "pending",
                EventState::Sequenced => "sequenced",
                EventState::Refused { .. } => "refused",
            },
            seq: delivery.seq,
            servers: delivery
                .servers
                .iter()
                .map(ServerDeliveryJson::of)
                .collect(),
            told_at: delivery.told_at.map(Time::from),
        }
    }
}

impl<'a> ServerDeliveryJson<'a> {
    fn of(server: &'a ServerDelivery) -> Self {
        let (state, since) = match server.arrival {
            Arrival::Acknowledged => ("acknowledged", None),
            Arrival::Waiting { since } => ("waiting", Some(since)),
            Arrival::Stopped => ("stopped", None),
            Arrival::Refused => ("refused", None),
            Arrival::NotKnown => ("not known", None),
        };
        ServerDeliveryJson {
            server_name: server.server.as_str(),
            host: server.host,
            state,
            waiting_since: since.map(Time::from),
            unreachable_since: server.unreachable_since.map(Time::from),
        }
    }
}

/// On which servers' disks an event is, and which still lack it.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}/events/{event_id}/delivery",
    tag = "messages",
    params(("room_id" = String, Path), ("event_id" = String, Path)),
    responses((status = 200, body = inline(Success<DeliveryJson<'static>>)), InRoom)
)]
pub(crate) async fn event_delivery(
    caller: Caller,
    EventPath(room_id, event_id): EventPath,
) -> Answer {
    let (tenant, viewer) = (&caller.tenant, &caller.viewer);
    let delivery = messages::delivery(tenant, viewer, &room_id, &event_id).await?;
    data(DeliveryJson::of(&delivery))
}
