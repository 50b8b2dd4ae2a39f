//! Every limit of this edge, named, with its source. Limits of the protocol itself are in
//! `scaiwave_protocol::limits`.

use std::time::Duration;

use scaiwave_protocol::limits::NONCE_MEMORY_S;

// --- inbound: how much, how fast ---

/// Requests a second that one peer may go on making. A worker of ours has one request in flight, so a
/// peer on the same machine makes about a thousand; five times that leaves room for other designs.
pub const PEER_REQUESTS_PER_S: u32 = 5_000;
/// Requests that one peer may make at once after a pause.
pub const PEER_REQUESTS_BURST: u32 = 10_000;
/// Requests a second from one source (see `inbound::Source`), before anything of them is proven. Several
/// peers may stand behind one address. Loopback is exempt: there stands our own proxy, and behind it everybody.
pub const ADDRESS_REQUESTS_PER_S: u32 = 10_000;
/// Requests that one address may make at once after a pause.
pub const ADDRESS_REQUESTS_BURST: u32 = 20_000;
/// Peers and addresses whose rate is remembered; one that is forgotten starts afresh.
pub const RATES_REMEMBERED_MAX: u64 = 10_000;
/// After this time without a request a rate is full again, and is forgotten.
pub const RATE_MEMORY: Duration = Duration::from_secs(60);

/// Requests of one peer that are worked on at once.
pub const PEER_IN_FLIGHT_MAX: usize = 16;
/// Bytes of bodies of one peer that are worked on at once: one of the largest, or two batches of a worker
/// of ours. What a body becomes when it is parsed takes up to twenty times as much, so this keeps a peer
/// below its 64 MiB.
pub const PEER_BODY_BYTES_MAX: usize = 3 << 19;
/// Bytes a second of what one peer sends in vain: items that are refused, bodies that cannot be read, and
/// what is fleeting. One event in a hundred of a peer that submits ten thousand a second is a quarter of it.
pub const PEER_VAIN_BYTES_PER_S: u32 = 256 << 10;
/// The same at once after a pause: the refusal of some of the largest bodies. Reading one takes up to 20 ms.
pub const PEER_VAIN_BYTES_BURST: u32 = 4 << 20;
/// Bytes of answers to one peer that it has not taken yet: two of the largest backfills.
pub const PEER_ANSWER_BYTES_MAX: usize = 8 << 20;
/// Answers below this are not counted: there are no more of them than requests in a connection.
pub const ANSWER_BYTES_COUNTED: usize = 16 << 10;
/// Bytes of bodies that are being read or worked on, over all peers.
pub const BODY_BYTES_IN_FLIGHT_MAX: usize = 64 << 20;
/// The same from one address; loopback is exempt.
pub const ADDRESS_BODY_BYTES_IN_FLIGHT_MAX: usize = 16 << 20;
/// How long a peer may take to send a body. An honest one needs a second for a megabyte.
pub const BODY_READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Nonces remembered of one peer, over all tenants that it asks: 2,500 requests a second for two minutes,
/// some 60 bytes each, so 18 MB.
pub const PEER_NONCES_MAX: usize = 2_500 * NONCE_MEMORY_S as usize;
/// Nonces remembered of all peers that share no room with the tenant that they ask: whoever has a domain
/// has as many names as they like, and the other half stays free for those whom we know.
pub const STRANGERS_NONCES_MAX: usize = NONCES_MAX / 2;
/// Of these, from one source: half of them, so that one address does not keep other strangers out. Loopback
/// is exempt, as with the rates.
pub const SOURCE_NONCES_MAX: usize = STRANGERS_NONCES_MAX / 2;
/// Nonces remembered over all peers.
pub const NONCES_MAX: usize = 1_000_000;

/// Bodies above this are split and parsed off the async threads: 64 KiB take about a millisecond.
pub const PARSE_INLINE_BYTES_MAX: usize = 64 * 1024;
/// Rooms of one request that are worked on at once.
pub const ROOMS_AT_ONCE_MAX: usize = 32;
/// Bytes of what was refused that the rejection log keeps (protocol section 9).
pub const SAMPLE_BYTES_MAX: usize = 8 * 1024;
/// Refusals a second that are written to a tenant's rejection log before the request's signature was
/// verified; above it they are only counted, for anybody can make them in anybody's name.
pub const UNPROVEN_REJECTIONS_PER_S: u32 = 10;
/// The same at once after a pause.
pub const UNPROVEN_REJECTIONS_BURST: u32 = 200;
/// How long others may keep our descriptor without asking again.
pub const DESCRIPTOR_MAX_AGE_S: u32 = 300;
/// What a peer with an untrusted key is told to wait: a descriptor is fetched once a minute at most.
pub const KEY_RETRY_AFTER_S: u64 = 60;
/// What a peer above its rate is told to wait.
pub const RATE_RETRY_AFTER_S: u64 = 1;

// --- outbound ---

/// How long a connection may take to stand, DNS and TLS included (protocol section 6).
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request may take as a whole (protocol section 6).
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The same for the doctor: an admin waits for its answer, which the API cuts off after 30 s.
pub const DOCTOR_TIMEOUT: Duration = Duration::from_secs(8);
/// How long an unused connection is kept. Our servers close theirs after 10 s; letting go first
/// spares the race between their closing and our next request.
pub const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(8);
/// Unused connections kept for each peer.
pub const POOL_IDLE_MAX: usize = 4;
/// How long a peer's endpoints are remembered before its descriptor is fetched again.
pub const ENDPOINTS_MEMORY: Duration = Duration::from_secs(600);
/// Peers whose endpoints are remembered.
pub const ENDPOINTS_REMEMBERED_MAX: u64 = 10_000;

/// The first pause after a failure (protocol section 7).
pub const BACKOFF_MIN: Duration = Duration::from_secs(1);
/// The longest pause (protocol section 7).
pub const BACKOFF_MAX: Duration = Duration::from_secs(60);
/// A peer whose request woke us and that then failed again does not wake us within this time: it
/// may be able to reach us while we cannot reach it.
pub const CONTACT_PAUSE_MIN: Duration = Duration::from_millis(250);
/// Between two exchanges of heads with a peer (protocol section 5).
pub const HEADS_INTERVAL: Duration = Duration::from_secs(600);
/// The first pause before items are sent again of which the peer asked us to send all again; it
/// doubles while the peer takes nothing, and other items wait as long.
pub const ITEM_RETRY_MIN: Duration = Duration::from_millis(50);
/// The longest such pause.
pub const ITEM_RETRY_MAX: Duration = Duration::from_secs(1);
/// The pause after our own store failed.
pub const STORE_PAUSE: Duration = Duration::from_secs(5);
/// The pause before a worker starts again that ended by a bug.
pub const RESTART_PAUSE: Duration = Duration::from_secs(10);
