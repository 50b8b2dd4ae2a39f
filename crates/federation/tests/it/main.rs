//! The edge between servers, with real tenants on stores in memory.

mod hostile;
mod http;
mod neighbours;
mod peer;
mod sockets;
mod town;
mod world;
