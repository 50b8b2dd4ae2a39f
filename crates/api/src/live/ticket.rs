use std::collections::HashMap;

use axum::extract::State;
use http::HeaderMap;
use parking_lot::Mutex;
use scaiwave_engine::World;
use scaiwave_protocol::binary;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, bearer};
use crate::failure::{Failure, Waiting};
use crate::limits::{TICKET_TIME, TICKETS_MAX};
use crate::state::ApiState;

/// Tickets that wait for their one use. In memory: they live for 30 s.
#[derive(Debug, Default)]
pub(crate) struct Tickets {
    /// Held for a look-up only. Bounded by [`TICKETS_MAX`].
    waiting: Mutex<HashMap<String, Ticket>>,
}

struct Ticket {
    tenant: String,
    token: String,
    until_ms: u64,
}

impl std::fmt::Debug for Ticket {
    /// Never prints the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

impl Tickets {
    /// A ticket that stands for this token of this tenant, once.
    fn issue(&self, world: &World, tenant: &str, token: &str) -> Result<String, Failure> {
        let now = world.now();
        let ticket = binary::encode(&world.random::<24>());
        let mut waiting = self.waiting.lock();
        if waiting.len() >= TICKETS_MAX {
            waiting.retain(|_, ticket| ticket.until_ms > now);
        }
        if waiting.len() >= TICKETS_MAX {
            return Err(Failure::too_fast(
                "too many tickets wait for their use",
                TICKET_TIME.as_secs(),
            ));
        }
        let kept = Ticket {
            tenant: tenant.to_owned(),
            token: token.to_owned(),
            until_ms: now + TICKET_TIME.as_millis() as u64,
        };
        waiting.insert(ticket.clone(), kept);
        Ok(ticket)
    }

    /// The token that a ticket stands for. Whatever the answer, the ticket is gone.
    pub(super) fn redeem(&self, world: &World, tenant: &str, ticket: &str) -> Option<String> {
        let ticket = self.waiting.lock().remove(ticket)?;
        (ticket.tenant == tenant && ticket.until_ms > world.now()).then_some(ticket.token)
    }
}

/// A ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = StreamTicket)]
struct TicketJson {
    /// For `/v1/stream?ticket=…`, once.
    ticket: String,
    /// Seconds.
    expires_in: u64,
}

/// A ticket with which a browser opens the stream, so that no token stands in an address.
#[utoipa::path(
    post,
    path = "/v1/stream/ticket",
    tag = "live",
    responses((status = 200, body = inline(Success<TicketJson>)), Waiting)
)]
pub(crate) async fn stream_ticket(
    State(state): State<ApiState>,
    headers: HeaderMap,
    caller: Caller,
) -> Answer {
    let token = bearer(&headers).unwrap_or_default();
    let ticket = state
        .tickets
        .issue(&state.world, caller.tenant.slug(), token)?;
    data(TicketJson {
        ticket,
        expires_in: TICKET_TIME.as_secs(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use scaiwave_engine::{Clock, Random};

    use super::*;

    struct Fake(AtomicU64);

    impl Clock for Fake {
        fn now_ms(&self) -> u64 {
            self.0.load(Ordering::Relaxed)
        }
    }

    struct Counting(AtomicU64);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            let number = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            bytes[..8].copy_from_slice(&number);
        }
    }

    fn world() -> (World, Arc<Fake>) {
        let clock = Arc::new(Fake(AtomicU64::new(1_000)));
        let random = Arc::new(Counting(AtomicU64::new(0)));
        (
            World {
                clock: clock.clone(),
                random,
            },
            clock,
        )
    }

    #[test]
    fn a_ticket_works_once_soon_and_in_its_tenant() {
        let (world, clock) = world();
        let tickets = Tickets::default();
        let issue = || {
            tickets
                .issue(&world, "acme", "token")
                .expect("there is room")
        };
        let redeem = |tenant, ticket: &str| tickets.redeem(&world, tenant, ticket);

        let ticket = issue();
        assert_eq!(redeem("acme", &ticket).as_deref(), Some("token"));
        assert_eq!(redeem("acme", &ticket), None, "a second time");
        let ticket = issue();
        assert_eq!(redeem("globex", &ticket), None, "another tenant");
        assert_eq!(redeem("acme", &ticket), None, "after such a try");
        let ticket = issue();
        clock
            .0
            .fetch_add(TICKET_TIME.as_millis() as u64, Ordering::Relaxed);
        assert_eq!(redeem("acme", &ticket), None, "too late");
        assert_eq!(redeem("acme", "nonsense"), None);
    }

    #[test]
    fn memory_stays_bounded_and_frees_itself() {
        let (world, clock) = world();
        let tickets = Tickets::default();
        for _ in 0..TICKETS_MAX {
            tickets
                .issue(&world, "acme", "token")
                .expect("there is room");
        }
        assert!(tickets.issue(&world, "acme", "token").is_err());
        clock
            .0
            .fetch_add(TICKET_TIME.as_millis() as u64, Ordering::Relaxed);
        tickets
            .issue(&world, "acme", "token")
            .expect("the old ones have ended");
    }
}
