//! The edge between servers, with real tenants on stores in memory.

#![expect(clippy::unwrap_used, reason = "a test may stop with a panic")]

mod audited;
mod bad_inputs;
mod clocks;
mod cloned;
mod closed;
mod consult;
mod damaged;
mod dms;
mod doctor;
mod dying;
mod emergency;
mod endless;
mod follower;
mod handing_over;
mod history;
mod hostile;
mod hosting;
mod http;
mod keyring;
mod mended;
mod moderation;
mod neighbours;
mod outage;
mod peer;
mod policy;
mod restored;
mod room_settings;
mod skew;
mod sockets;
mod tls;
mod town;
mod world;
mod years;
