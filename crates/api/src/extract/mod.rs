//! What handlers take from a request. Everything that is wrong becomes a `Failure`.

mod body;
mod caller;
mod content;
mod device;
mod explain;
mod own_page;
mod participant;
mod path;
mod query;
mod tenant;

pub(crate) use body::{Body, BodyOrForm, whole_body};
pub(crate) use caller::{Admin, Caller, Person, READS_BY_POST, Writer, bearer, not_in_scope};
pub(crate) use content::with_full_mentions;
pub(crate) use device::Client;
pub(crate) use own_page::OwnPage;
pub(crate) use participant::participant;
pub(crate) use path::{
    EventPath, ForeignPath, IdentityPath, LinePath, PeerPath, PersonPath, ReactionPath, ReportPath,
    RoomPath, SessionPath, TenantPath, TokenPath,
};
pub(crate) use query::{Params, cursor, page_limit, position};
pub(crate) use tenant::ThisTenant;
