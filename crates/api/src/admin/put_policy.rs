use scaiwave_engine::policy::{self, AutoAccept, Mode, Policy};
use scaiwave_protocol::Malformed;
use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::limits::INTEGER_MAX;
use serde::Deserialize;
use utoipa::ToSchema;

use super::affected_rooms::PolicyMeta;
use super::policy::PolicyJson;
use crate::answer::{Answer, Success, data_with};
use crate::extract::{Admin, Body};
use crate::failure::{Administering, Failure};

/// Names in one list: read at every request, so not endless.
const PEERS_MAX: usize = 1000;

/// What to change; the rest stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyPatch {
    /// `open` (any peer), `invite_only` (only `allowed_peers`) or `closed`.
    default_mode: Option<String>,
    /// Names, or `*.d` for the subdomains of d. Replaces the list.
    allowed_peers: Option<Vec<String>>,
    /// The same; blocked wins. Replaces the list.
    blocked_peers: Option<Vec<String>>,
    /// Which invitations need no answer: `none`, `allowed_peers` or `all`.
    auto_accept: Option<String>,
    /// In rooms that are hosted here.
    max_foreign_participants_per_room: Option<u64>,
    /// 0 closes backfill.
    max_backfill_events_per_request: Option<u64>,
    /// New ones; above it a peer is told to try later.
    invites_per_peer_per_hour: Option<u64>,
}

/// Changes the federation policy: what is named is replaced, the rest stays. Answers the whole policy,
/// which is in force at once, and in `meta` the rooms that it turns against.
#[utoipa::path(
    put,
    path = "/v1/admin/federation/policy",
    tag = "admin",
    request_body = PolicyPatch,
    responses((status = 200, body = inline(Success<PolicyJson<'static>, PolicyMeta>)), Administering)
)]
pub(crate) async fn put_policy(Admin(caller): Admin, Body(patch): Body<PolicyPatch>) -> Answer {
    let mut changed = (*policy::get(&caller.tenant)).clone();
    patch.apply(&mut changed)?;
    let rooms = policy::put(&caller.tenant, &caller.viewer, changed.clone()).await?;
    data_with(PolicyJson::of(&changed), PolicyMeta::of(rooms))
}

impl PolicyPatch {
    fn apply(self, policy: &mut Policy) -> Result<(), Failure> {
        let at = |field| move |malformed: Malformed| Failure::at(field, malformed.0);
        if let Some(text) = self.default_mode {
            policy.default_mode = Mode::parse(&text).map_err(at("default_mode"))?;
        }
        if let Some(text) = self.auto_accept {
            policy.auto_accept = AutoAccept::parse(&text).map_err(at("auto_accept"))?;
        }
        if let Some(names) = self.allowed_peers {
            policy.allowed_peers = patterns("allowed_peers", &names)?;
        }
        if let Some(names) = self.blocked_peers {
            policy.blocked_peers = patterns("blocked_peers", &names)?;
        }
        let numbers = [
            (
                "max_foreign_participants_per_room",
                self.max_foreign_participants_per_room,
                &mut policy.max_foreign_participants_per_room,
            ),
            (
                "max_backfill_events_per_request",
                self.max_backfill_events_per_request,
                &mut policy.max_backfill_events_per_request,
            ),
            (
                "invites_per_peer_per_hour",
                self.invites_per_peer_per_hour,
                &mut policy.invites_per_peer_per_hour,
            ),
        ];
        for (field, number, place) in numbers {
            match number {
                None => {}
                Some(number) if number <= INTEGER_MAX.unsigned_abs() => *place = number,
                Some(_) => return Err(Failure::at(field, "is too large")),
            }
        }
        Ok(())
    }
}

fn patterns(field: &'static str, names: &[String]) -> Result<Vec<PeerPattern>, Failure> {
    if names.len() > PEERS_MAX {
        return Err(Failure::at(
            field,
            "has more than 1000 names; use a pattern such as *.example",
        ));
    }
    let read = |(n, name): (usize, &String)| {
        PeerPattern::parse(name)
            .map_err(|malformed| Failure::at(format!("{field}[{n}]"), malformed.0))
    };
    names.iter().enumerate().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patched(json: &str) -> Result<Policy, Vec<u8>> {
        let mut policy = Policy {
            default_mode: Mode::Open,
            allowed_peers: vec![PeerPattern::parse("a.example").expect("a name")],
            ..Policy::default()
        };
        let patch: PolicyPatch = serde_json::from_str(json).expect(json);
        patch
            .apply(&mut policy)
            .map(|()| policy)
            .map_err(|failure| failure.body("r"))
    }

    #[test]
    fn what_is_not_named_stays() {
        let before = patched("{}").expect("nothing to do");
        assert_eq!(before.default_mode, Mode::Open);
        let after = patched(r#"{"blocked_peers":["*.b.example"],"auto_accept":"all"}"#);
        let expected = Policy {
            blocked_peers: vec![PeerPattern::parse("*.b.example").expect("a pattern")],
            auto_accept: AutoAccept::All,
            ..before
        };
        assert_eq!(after.expect("it fits"), expected);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let cases = [
            (r#"{"default_mode":"half"}"#, "default_mode"),
            (r#"{"auto_accept":"yes"}"#, "auto_accept"),
            (
                r#"{"allowed_peers":["ok.example","NO"]}"#,
                "allowed_peers[1]",
            ),
            (
                r#"{"invites_per_peer_per_hour":9007199254740992}"#,
                "invites_per_peer_per_hour",
            ),
        ];
        for (json, field) in cases {
            let body = patched(json).expect_err(json);
            let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            assert_eq!(body["error"]["details"]["field"], field, "{json}");
        }
    }
}
