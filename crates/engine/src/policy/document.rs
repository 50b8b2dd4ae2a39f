//! The policy as it is kept: one JSON document.

use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::json::{Fields, parse};
use scaiwave_protocol::{Json, Malformed};

use super::{AutoAccept, Mode, Policy};

impl Mode {
    /// The word in configuration and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Open => "open",
            Mode::InviteOnly => "invite_only",
            Mode::Closed => "closed",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        [Mode::Open, Mode::InviteOnly, Mode::Closed]
            .into_iter()
            .find(|mode| mode.as_str() == text)
            .ok_or_else(|| Malformed::new("must be open, invite_only or closed"))
    }
}

impl AutoAccept {
    /// The word in configuration and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            AutoAccept::None => "none",
            AutoAccept::AllowedPeers => "allowed_peers",
            AutoAccept::All => "all",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        [AutoAccept::None, AutoAccept::AllowedPeers, AutoAccept::All]
            .into_iter()
            .find(|value| value.as_str() == text)
            .ok_or_else(|| Malformed::new("must be none, allowed_peers or all"))
    }
}

pub(super) fn write(policy: &Policy) -> Vec<u8> {
    let patterns = |list: &[PeerPattern]| Json::Arr(list.iter().map(Into::into).collect());
    Json::object([
        ("default_mode", policy.default_mode.as_str().into()),
        ("allowed_peers", patterns(&policy.allowed_peers)),
        ("blocked_peers", patterns(&policy.blocked_peers)),
        ("auto_accept", policy.auto_accept.as_str().into()),
        (
            "max_foreign_participants_per_room",
            policy.max_foreign_participants_per_room.into(),
        ),
        (
            "max_backfill_events_per_request",
            policy.max_backfill_events_per_request.into(),
        ),
        (
            "invites_per_peer_per_hour",
            policy.invites_per_peer_per_hour.into(),
        ),
    ])
    .canonical()
}

pub(super) fn read(bytes: &[u8]) -> Result<Policy, Malformed> {
    let mut fields = Fields::of("policy", parse(bytes)?)?;
    let pattern = |json: &Json| PeerPattern::parse(json.as_str().unwrap_or_default());
    let patterns = |list: Vec<Json>| list.iter().map(pattern).collect::<Result<_, _>>();
    Ok(Policy {
        default_mode: fields.parsed("default_mode", Mode::parse)?,
        allowed_peers: patterns(fields.array("allowed_peers")?)?,
        blocked_peers: patterns(fields.array("blocked_peers")?)?,
        auto_accept: fields.parsed("auto_accept", AutoAccept::parse)?,
        max_foreign_participants_per_room: fields.count("max_foreign_participants_per_room")?,
        max_backfill_events_per_request: fields.count("max_backfill_events_per_request")?,
        invites_per_peer_per_hour: fields.count("invites_per_peer_per_hour")?,
    })
}
