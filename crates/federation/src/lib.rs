//! The server-to-server edge: inbound pipeline, one outbound worker a peer, peer keys, discovery.
//!
//! ```text
//!        socket ── http::router ──┐                       ┌── client::Sockets ── socket
//!                                 ▼                       │
//!   tenant next door ────► inbound::Inbound       client::Client ◄── outbound::Supervisor
//!                                 │                       │            (one worker a peer)
//!                                 ▼                       └── client::Local ── tenant next door
//!                          engine::peering
//! ```
//!
//! Nothing here decides about rooms: requests are proven and split into items, and the engine judges
//! each. A tenant next door is reached by the same bytes, signatures and inbound function as a server
//! at the other end of the world; only the socket is skipped.

pub mod client;
pub mod http;
pub mod inbound;
pub mod limits;
pub mod outbound;

pub use client::{Client, Network, Reach};
pub use inbound::{Inbound, Request, Response, Source};
pub use outbound::Supervisor;
