use crate::event::LogPoint;
use crate::ids::RoomId;
use crate::json::Json;
use crate::keys::{PublicKey, Sig, Sign, Signable};

const DOMAIN: &str = "swp-transfer-v1\n";

/// What a new host signs to say that it takes a room over (protocol section 3, `swp.room.transfer`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferConsent {
    /// Which room.
    pub room_id: RoomId,
    /// The old term + 1.
    pub term: u64,
    /// The `seen` of the transfer event.
    pub seen: LogPoint,
}

impl TransferConsent {
    /// Agrees.
    pub fn sign(&self, signer: &dyn Sign) -> Sig {
        signer.sign(&self.signable())
    }

    /// Whether this key agreed.
    pub fn is_signed_by(&self, key: &PublicKey, sig: &Sig) -> bool {
        self.signable().verifies(key, sig)
    }

    /// What is signed.
    pub fn signable(&self) -> Signable {
        let json = Json::object([
            ("room_id", (&self.room_id).into()),
            ("term", self.term.into()),
            ("seen", self.seen.to_json()),
        ]);
        Signable::canonical(DOMAIN, &json)
    }
}
