//! What a peer sends and nobody here keeps costs it of a rate of its own: an honest peer has little of it,
//! and one that sends nothing else is told to wait before its next body is even read.

use scaiwave_protocol::ServerName;
use scaiwave_protocol::wire::{Item, ItemResult};

use super::items::Element;
use super::{Inbound, Request, rate};

/// `{"items":[]}`, with room for somebody's white space.
const FRAME_BYTES: usize = 32;

/// An item before it is answered.
pub(super) struct Weight {
    bytes: usize,
    fleeting: bool,
}

pub(super) fn weights(elements: &[Element]) -> Vec<Weight> {
    let weight = |element: &Element| Weight {
        bytes: element.raw.get().len(),
        fleeting: matches!(element.parsed, Ok(Item::Ephemeral(_))),
    };
    elements.iter().map(weight).collect()
}

/// A body that could not be read.
pub(super) fn body(inbound: &Inbound, peer: &ServerName, request: &Request) {
    let bytes = request.body.len();
    inbound.peers_vain_bytes.owe(peer, bytes, rate::now());
}

/// A body whose items were answered. What stands beside the items says nothing to us.
pub(super) fn items(
    inbound: &Inbound,
    peer: &ServerName,
    request: &Request,
    weights: &[Weight],
    results: &[ItemResult],
) {
    let useful = |(weight, result): &(&Weight, &ItemResult)| {
        !weight.fleeting && !matches!(result, ItemResult::Rejected(_))
    };
    let answered = weights.iter().zip(results).filter(useful);
    // With its comma.
    let useful: usize = answered.map(|(weight, _)| weight.bytes + 1).sum();
    let bytes = request.body.len().saturating_sub(useful + FRAME_BYTES);
    if bytes > 0 {
        inbound.peers_vain_bytes.owe(peer, bytes, rate::now());
    }
}
