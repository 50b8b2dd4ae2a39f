//! Every use case, one file each: the only place that builds changes.
//!
//! Edges call functions of this crate with a [`Tenant`] and, where a person asks, a [`Viewer`]. Folders
//! are nouns, files are verbs. What happens in a room goes through its lane (`lane/`), which alone holds
//! the room's state; what servers ask of each other is in `peering/`.

pub mod accounts;
pub mod audit;
pub mod blocks;
pub mod calendar;
mod damage;
pub mod denial;
pub mod doctor;
pub mod history;
pub mod invitations;
pub mod keyed;
pub mod keyring;
mod lane;
pub mod live;
pub mod messages;
pub mod notifications;
pub mod peering;
pub mod policy;
pub mod quota;
pub mod rejections;
pub mod reports;
pub mod rooms;
pub mod search;
mod source;
mod spelling;
mod stored;
mod tenant;
pub mod upkeep;
pub mod view;
pub mod world;

pub use accounts::Viewer;
pub use denial::{ClientCode, Denial, Outcome};
pub use scaiwave_store as store;
pub use source::Source;
pub use tenant::{Tenant, TenantParts};
pub use world::{Clock, IdentityProvider, Random, Remote, RemoteError, World};
