//! Every limit of the wire, named, with its source. Each is tested on both sides of its edge.

/// Canonical `content` of an event, in bytes (protocol section 2).
pub const CONTENT_BYTES_MAX: usize = 65_536;
/// Canonical event, in bytes (protocol section 2).
///
/// The limits on content, names and integers already keep every event below it.
pub const EVENT_BYTES_MAX: usize = 72 * 1024;
/// Canonical event without its content, in bytes: the sum of all names, punctuation and longest values.
pub const EVENT_FRAME_BYTES_MAX: usize = 861;
const _: () = assert!(CONTENT_BYTES_MAX + EVENT_FRAME_BYTES_MAX <= EVENT_BYTES_MAX);
/// Nesting of an event, the event itself being level 1 (protocol section 2).
pub const EVENT_DEPTH_MAX: usize = 32;
/// Nesting of a request or answer body: "may be 8 deeper" (protocol section 2).
pub const BODY_DEPTH_MAX: usize = EVENT_DEPTH_MAX + 8;
/// Characters of a member name (protocol section 2).
pub const MEMBER_NAME_CHARS_MAX: usize = 128;
/// Largest integer that every JSON implementation keeps exactly, 2^53 − 1 (protocol section 2).
pub const INTEGER_MAX: i64 = (1 << 53) - 1;

/// Bytes of a server name without its port (protocol section 1).
pub const SERVER_NAME_BYTES_MAX: usize = 253;
/// Bytes of one label of a server name (RFC 1035 section 2.3.4).
pub const SERVER_LABEL_BYTES_MAX: usize = 63;
/// Characters of a `local_id` (protocol section 1).
pub const LOCAL_ID_CHARS_MAX: usize = 64;
/// Bytes of an FQID (protocol section 1).
pub const FQID_BYTES_MAX: usize = 255;
/// Characters of an event type (protocol section 1).
pub const EVENT_TYPE_CHARS_MAX: usize = 128;

/// Items of one `send` body (protocol section 5).
pub const SEND_ITEMS_MAX: usize = 256;
/// Entries of one `send` body, over all items (protocol section 5).
pub const SEND_ENTRIES_MAX: usize = 500;
/// Bytes of one `send` body (protocol section 5).
pub const SEND_BYTES_MAX: usize = 1 << 20;
/// Entries of one backfill answer (protocol section 5).
pub const BACKFILL_ENTRIES_MAX: u64 = 500;
/// Bytes after which a backfill answer stops (protocol section 5).
pub const BACKFILL_BYTES_MAX: usize = 4 << 20;
/// Bytes of a descriptor that we are willing to read (protocol section 6).
pub const DESCRIPTOR_BYTES_MAX: usize = 64 * 1024;
/// Keys that a descriptor lists: a year each, and as many emergencies. They leave a third of the 64 KiB to
/// the rest, so that a record in a room can hold every descriptor.
pub const DESCRIPTOR_KEYS_MAX: usize = 128;
/// Bytes of any other answer that we are willing to read (protocol section 6).
pub const ANSWER_BYTES_MAX: usize = 8 << 20;

/// Seconds between `created` and the receiver's clock, inclusive (protocol section 5).
pub const CLOCK_SKEW_S_MAX: u64 = 60;
/// Seconds for which a nonce is remembered (protocol section 5).
pub const NONCE_MEMORY_S: u64 = 120;

/// Characters of a display name (protocol section 3).
pub const DISPLAY_NAME_CHARS_MAX: usize = 100;
/// Bytes of a reaction's emoji (protocol section 3).
pub const EMOJI_BYTES_MAX: usize = 64;
/// The highest power level (protocol section 3).
pub const POWER_MAX: u8 = 100;
