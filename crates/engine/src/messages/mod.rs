//! What people say: posting, changing, taking back, reading.

mod around;
mod delivery;
mod edit;
mod found;
mod page;
mod pin;
mod post;
mod react;
mod read;
mod redact;
pub(crate) mod view;

pub use around::{AroundQuery, around};
pub use delivery::{Arrival, Delivery, ServerDelivery, delivery};
pub use edit::edit;
pub use page::{PageQuery, get, page};
pub use pin::{PinView, pin, pins};
pub use post::post;
pub use react::react;
pub use read::mark_read;
pub use redact::redact;
pub(crate) use view::{current_view, current_views, current_views_within, for_viewer, is_hidden};
