//! The client edge: REST, WebSocket, admin, OpenAPI.
//!
//! Folders are nouns, one endpoint per file: its request, its answer, its description for OpenAPI and
//! its handler, which translates and decides nothing. What several endpoints show is in `shape/`, what
//! they take from a request in `extract/`. A request comes in through `around.rs`, which also gives
//! every failure its one form, and through `keyed/`, which does a write with a key once.

mod admin;
mod answer;
mod around;
mod auth;
mod blocks;
mod directory;
mod docs_page;
mod extract;
mod failure;
mod inbox;
mod invitations;
mod keyed;
pub mod limits;
mod live;
mod me;
mod messages;
pub mod openapi;
mod operator;
mod pace;
mod reports;
mod rooms;
mod router;
mod search;
mod setup;
mod shape;
mod state;
mod throttle;

pub use around::RefusedWith;
pub use operator::{Operator, Tenancy, TenantState};
pub use router::router;
pub use setup::{FirstRun, Setup, Stage};
pub use state::{ApiState, TenantDirectory};
