//! Step 10. Items reach the engine in order within their room; rooms go side by side.
//!
//! Submits of one room that follow each other are handed over together: the lane decides on them in
//! their order, writes them together, and when one has to be sent again, so have those after it.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream;
use scaiwave_engine::{Tenant, peering};
use scaiwave_protocol::event::Received;
use scaiwave_protocol::wire::{Ephemeral, Item, ItemResult};
use scaiwave_protocol::{RoomId, ServerName};
use serde_json::value::RawValue;

use super::items::Element;
use super::record;
use crate::limits::ROOMS_AT_ONCE_MAX;

/// An item with its place in the body, and as it came.
type Placed = (usize, Item, Box<RawValue>);
/// A result with the place of its item.
type Answered = (usize, ItemResult);

pub(super) async fn all(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    elements: Vec<Element>,
) -> Vec<ItemResult> {
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
    let records = bad
        .into_iter()
        .map(|(misshapen, raw)| record::item(tenant, peer, misshapen, raw));
    let (answered, _) = futures_util::join!(in_order(tenant, peer, good), join_all(records));
    for (place, result) in answered {
        results[place] = result;
    }
    results
}

/// `heads` first: they may move what the other items stand on.
async fn in_order(tenant: &Arc<Tenant>, peer: &ServerName, items: Vec<Placed>) -> Vec<Answered> {
    let (heads, others): (Vec<_>, Vec<_>) = items
        .into_iter()
        .partition(|(_, item, _)| matches!(item, Item::Heads { .. }));
    let mut answered = one_room(tenant, peer, heads).await;
    let rooms = by_room(others)
        .into_iter()
        .map(|items| one_room(tenant, peer, items));
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

/// One after the other, but for submits in a row.
async fn one_room(tenant: &Arc<Tenant>, peer: &ServerName, items: Vec<Placed>) -> Vec<Answered> {
    let mut answered = Vec::with_capacity(items.len());
    let mut submits = Vec::new();
    for (place, item, raw) in items {
        match item {
            Item::Submit { event } => submits.push((place, *event, raw)),
            other => {
                answered.extend(submit(tenant, peer, std::mem::take(&mut submits)).await);
                let result = peering::receive(tenant, peer, other, raw.get().as_bytes()).await;
                answered.push((place, result));
            }
        }
    }
    answered.extend(submit(tenant, peer, submits).await);
    answered
}

/// Hands submits of one room over.
async fn submit(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    submits: Vec<(usize, Received, Box<RawValue>)>,
) -> Vec<Answered> {
    let Some(room_id) = submits.first().map(|(_, event, _)| event.room_id()) else {
        return Vec::new();
    };
    let mut places = Vec::with_capacity(submits.len());
    let mut events = Vec::with_capacity(submits.len());
    for (place, event, raw) in submits {
        places.push(place);
        events.push((event, Box::<str>::from(raw).into_string().into_bytes()));
    }
    let results = peering::receive_submits(tenant, peer, &room_id, events).await;
    places.into_iter().zip(results).collect()
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
