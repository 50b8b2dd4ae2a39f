//! Step 10. Items reach the engine in order within their room; rooms go side by side.
//!
//! Submits of one room that follow each other are handed over without waiting for each other's disk:
//! each is started in its turn, which queues it in the room's lane, and the lane writes them together.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream;
use scaiwave_engine::{Tenant, peering};
use scaiwave_protocol::wire::{Ephemeral, Item, ItemResult};
use scaiwave_protocol::{RoomId, ServerName};
use serde_json::value::RawValue;

use super::items::Element;
use super::{Response, record};
use crate::limits::ROOMS_AT_ONCE_MAX;

/// An item with its place in the body.
type Placed = (usize, Item, Box<RawValue>);
/// A result with the place of its item.
type Answered = (usize, ItemResult);

pub(super) async fn all(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    elements: Vec<Element>,
) -> Response {
    let mut results = vec![ItemResult::Retry { after_ms: 0 }; elements.len()];
    let mut good = Vec::with_capacity(elements.len());
    let mut bad = Vec::new();
    for (place, Element { raw, parsed }) in elements.into_iter().enumerate() {
        match parsed {
            Ok(item) => good.push((place, item, raw)),
            Err(misshapen) => {
                results[place] = ItemResult::Rejected(misshapen.refusal.clone());
                bad.push((misshapen, raw));
            }
        }
    }
    let receive = |item: Item, raw: Box<RawValue>| async move {
        peering::receive(tenant, peer, item, raw.get().as_bytes()).await
    };
    let records = bad
        .into_iter()
        .map(|(misshapen, raw)| record::item(tenant, peer, misshapen, raw));
    let (answered, _) = futures_util::join!(in_order(good, &receive), join_all(records));
    for (place, result) in answered {
        results[place] = result;
    }
    Response::json(ItemResult::answer(&results).canonical())
}

/// `heads` first: they may move what the other items stand on.
async fn in_order<F, Fut>(items: Vec<Placed>, receive: &F) -> Vec<Answered>
where
    F: Fn(Item, Box<RawValue>) -> Fut,
    Fut: Future<Output = ItemResult>,
{
    let (heads, others): (Vec<_>, Vec<_>) = items
        .into_iter()
        .partition(|(_, item, _)| matches!(item, Item::Heads { .. }));
    let mut answered = room(heads, receive).await;
    let rooms = by_room(others)
        .into_iter()
        .map(|items| room(items, receive));
    let side_by_side = stream::iter(rooms).buffer_unordered(ROOMS_AT_ONCE_MAX);
    answered.extend(side_by_side.collect::<Vec<_>>().await.into_iter().flatten());
    answered
}

fn by_room(items: Vec<Placed>) -> Vec<Vec<Placed>> {
    let mut index: HashMap<Option<RoomId>, usize> = HashMap::new();
    let mut rooms: Vec<Vec<Placed>> = Vec::new();
    for placed in items {
        let at = *index.entry(room_of(&placed.1)).or_insert(rooms.len());
        if at == rooms.len() {
            rooms.push(Vec::new());
        }
        rooms[at].push(placed);
    }
    rooms
}

/// The items of one room, one after the other, but for submits in a row.
async fn room<F, Fut>(items: Vec<Placed>, receive: &F) -> Vec<Answered>
where
    F: Fn(Item, Box<RawValue>) -> Fut,
    Fut: Future<Output = ItemResult>,
{
    let mut answered = Vec::with_capacity(items.len());
    let mut items = items.into_iter().peekable();
    while let Some((place, item, raw)) = items.next() {
        let submit = matches!(item, Item::Submit { .. });
        let mut started = vec![(place, receive(item, raw))];
        while let Some((place, item, raw)) =
            items.next_if(|(_, item, _)| submit && matches!(item, Item::Submit { .. }))
        {
            started.push((place, receive(item, raw)));
        }
        // Each is polled for the first time in the order in which it stands here.
        let ends = started
            .into_iter()
            .map(|(place, end)| async move { (place, end.await) });
        answered.extend(join_all(ends).await);
    }
    answered
}

fn room_of(item: &Item) -> Option<RoomId> {
    match item {
        Item::Invite { card, .. } => Some(card.room_id.clone()),
        Item::Submit { event } => Some(event.room_id()),
        Item::Entries { room_id, .. }
        | Item::Consult { room_id, .. }
        | Item::Report { room_id, .. }
        | Item::Transfer { room_id, .. }
        | Item::Removed { room_id, .. }
        | Item::Ephemeral(Ephemeral::Typing { room_id, .. } | Ephemeral::Call { room_id, .. }) => {
            Some(room_id.clone())
        }
        Item::Heads { .. } | Item::Ephemeral(Ephemeral::Presence { .. }) => None,
    }
}
