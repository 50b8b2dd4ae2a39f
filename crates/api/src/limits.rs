//! Every limit of this edge, named, with the reason for its number.

use std::time::Duration;

/// Bytes of a request body: 64 KiB of content, and as much again for escapes and the rest.
pub const BODY_BYTES_MAX: usize = 128 * 1024;
/// Bytes of an answer that is kept for whoever asks again with the same key. Beyond it only that it was given is
/// kept: nearly all are below 4 KiB, and a thousand of these are 16 MiB of one person.
pub const ANSWER_KEPT_BYTES_MAX: usize = 16 * 1024;
/// For a whole request but long polls and sockets: accepting an invitation may wait 10 s for the host.
pub const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);

/// Lines of a page when the caller does not say.
pub const PAGE_DEFAULT: u32 = 50;
/// Lines of a page of messages, a directory, an inbox or a rejection log.
pub const PAGE_MAX: u32 = 200;
/// Hits of a search when the caller does not say.
pub const SEARCH_DEFAULT: u32 = 20;
/// Hits of a search.
pub const SEARCH_MAX: u32 = scaiwave_engine::search::PAGE_MAX;
/// Searches of one person that need no pause: a word that is typed letter by letter is a dozen.
pub const SEARCH_BURST: u32 = 30;
/// After that, one in this time: a search is up to 50 ms of work.
pub const SEARCH_EVERY: Duration = Duration::from_millis(500);
/// People, or tenants, whose pace is known at once; beyond that the one who has waited longest is forgotten.
pub const PACED_MAX: usize = 10_000;
/// What an operator can grant a tenant of anything: the largest number that every JSON reader keeps exact
/// (RFC 8259 section 6).
pub const TENANT_LIMIT_MAX: u64 = (1 << 53) - 1;
/// Events of a sync when the caller does not say.
pub const SYNC_DEFAULT: u32 = 100;
/// Events of a sync.
pub const SYNC_MAX: u32 = 500;
/// For how long a sync waits for something new; longer wishes are shortened.
pub const SYNC_WAIT_MAX: Duration = Duration::from_secs(60);
/// Long polls of one person at once: more tabs than anybody has.
pub const POLLS_PER_PERSON_MAX: u32 = 20;
/// Sockets of one person at once: devices and tabs.
pub const SOCKETS_PER_PERSON_MAX: u32 = 20;

/// Participants that a reaction names.
pub const REACTION_NAMES_MAX: usize = 10;
/// Bytes of a `User-Agent` that is kept with a session.
pub const USER_AGENT_BYTES_MAX: usize = 200;
/// Bytes of the cookie of a login by an identity provider; ours have 47.
pub const COOKIE_BYTES_MAX: usize = 64;
/// Bytes of a request id that a proxy may give; longer ones are replaced.
pub const REQUEST_ID_BYTES_MAX: usize = 64;

/// Failed logins of one name that cost no time: people mistype.
pub const LOGIN_FREE_FAILURES: u32 = 5;
/// Failed logins from one source that cost no time: an office has one address.
pub const LOGIN_FREE_FAILURES_OF_SOURCE: u32 = 50;
/// The wait after the first failure that is not free; each further one doubles it.
pub const LOGIN_DELAY_FIRST: Duration = Duration::from_secs(1);
/// The longest wait: 12 tries an hour find no password, and whoever is shut out by a stranger gets in.
pub const LOGIN_DELAY_MAX: Duration = Duration::from_secs(5 * 60);
/// How long after the last failure all are forgotten.
pub const LOGIN_MEMORY: Duration = Duration::from_secs(60 * 60);
/// Names, and sources, whose failures are remembered; beyond that the oldest is forgotten.
pub const LOGIN_NAMES_MAX: usize = 10_000;

/// How long a stream ticket can be used: it travels in an address, so not long.
pub const TICKET_TIME: Duration = Duration::from_secs(30);
/// Tickets that wait for their use, over all tenants.
pub const TICKETS_MAX: usize = 10_000;

/// Bytes of a message from a client on the socket; clients only say that they type.
pub const SOCKET_MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Bytes that a socket reads at once: every look for what a client says clears so many, and every socket
/// keeps them.
pub const SOCKET_READ_BYTES: usize = 2 * 1024;
/// Bytes that a socket gathers before it writes them.
pub const SOCKET_WRITE_BYTES: usize = 16 * 1024;
/// Messages of a client between two checks of its token.
pub const SOCKET_MESSAGES_PER_CHECK_MAX: u32 = 200;
/// How often a socket's token is looked at again.
pub const SOCKET_CHECK: Duration = Duration::from_secs(5);
/// A ping goes out at every such check: 30 s. No answer until the next one means that nobody is there.
pub const SOCKET_CHECKS_PER_PING: u32 = 6;
/// Each open socket adds so much to the pause between two bursts of a socket: with a few there is none, and
/// with a thousand two or three messages go out at once instead of one by one, for less than half the work.
pub const SOCKET_PAUSE_EACH: Duration = Duration::from_micros(25);
/// The longest pause between two bursts: nobody sees it.
pub const SOCKET_PAUSE_MAX: Duration = Duration::from_millis(25);
/// For how long a burst may wait for a client that does not read.
pub const SOCKET_WRITE_TIME_MAX: Duration = Duration::from_secs(10);
/// For how long a closing socket waits to say why.
pub const SOCKET_CLOSE_TIME_MAX: Duration = Duration::from_secs(1);
