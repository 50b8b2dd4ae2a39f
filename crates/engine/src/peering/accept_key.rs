use scaiwave_protocol::ServerName;

use super::keys::keep;
use crate::audit::{self, Action, Actor, Happening};
use crate::{ClientCode, Outcome, Tenant, Viewer};

/// An admin believes in the keys that a peer shows now, although none of its known keys vouches for
/// them: they have compared the words of the fingerprint. It counts as a first contact; keys that the
/// peer lists no more verify only what is old.
pub async fn accept_key(tenant: &Tenant, viewer: &Viewer, server: &ServerName) -> Outcome<()> {
    viewer.must_be_admin()?;
    let now = tenant.world.now();
    let known = tenant.peers.get(server);
    let Some((candidate, _)) = known.and_then(|peer| peer.candidate) else {
        return Err(ClientCode::NotFound.because("no key of that server waits to be accepted"));
    };
    let accepted = tenant.peers.update(server, now, |peer| {
        let mut known = peer.known.replaced_by(&candidate, now);
        if known.learn(&candidate, now).is_err() {
            return false;
        }
        peer.known = known;
        peer.write_pins();
        peer.row.descriptor = Some(candidate.as_json().canonical());
        peer.row.descriptor_at = Some(now);
        peer.descriptor = Some(candidate.clone());
        peer.candidate = None;
        true
    });
    if !accepted {
        return Err(ClientCode::BadRequest.because(
            "the keys that the server showed have expired meanwhile; it must show newer ones first",
        ));
    }
    let happening = Happening {
        actor: Actor::Person(viewer),
        action: Action::PeerKeyAccepted,
        peer: Some(server),
        room_id: None,
        message: format!(
            "The key {} of {server} was accepted.",
            candidate.signed_with()
        ),
    };
    keep(tenant, server, vec![audit::note(tenant, happening)]).await;
    tenant.records.look_at(server);
    tenant.doorbells.announce_contact(server);
    Ok(())
}
