use crate::binary::Hash;
use crate::code::{Code, Refusal};
use crate::event::LogPoint;
use crate::ids::RoomId;
use crate::json::{Fields, Json, Malformed};
use crate::keys::{PublicKey, Sig, Sign, Signable};

const DOMAIN: &str = "swp-checkpoint-v1\n";

/// The host's word that the log reads so up to here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which room.
    pub room_id: RoomId,
    /// Up to where, and what the chain is there.
    pub at: LogPoint,
    /// The host's clock in ms; not below the last entry's.
    pub ts: u64,
    /// By the term's host.
    pub sig: Sig,
}

impl Checkpoint {
    /// Signs a point of a log that we host.
    pub fn sign(room_id: RoomId, at: LogPoint, ts: u64, signer: &dyn Sign) -> Self {
        let sig = signer.sign(&signable(&room_id, &at, ts));
        Checkpoint {
            room_id,
            at,
            ts,
            sig,
        }
    }

    /// Reads the six members.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("checkpoint", json)?;
        let checkpoint = Checkpoint {
            room_id: fields.parsed("room_id", RoomId::parse)?,
            at: LogPoint {
                term: fields.count("term")?,
                seq: fields.count("seq")?,
                chain: fields.parsed("chain", Hash::parse)?,
            },
            ts: fields.count("ts")?,
            sig: Sig::parse(fields.any("sig")?)?,
        };
        fields.nothing_else()?;
        Ok(checkpoint)
    }

    /// Checks the signature; whether the key was the host's at that seq is the caller's question.
    pub fn verify(&self, key: &PublicKey) -> Result<(), Refusal> {
        if signable(&self.room_id, &self.at, self.ts).verifies(key, &self.sig) {
            return Ok(());
        }
        Err(Code::SignatureMismatch.because("the checkpoint's signature does not verify"))
    }

    /// As it stands on the wire.
    pub fn to_json(&self) -> Json {
        let mut json = unsigned(&self.room_id, &self.at, self.ts);
        if let Json::Obj(object) = &mut json {
            object.insert("sig".to_owned(), self.sig.to_json());
        }
        json
    }
}

fn unsigned(room_id: &RoomId, at: &LogPoint, ts: u64) -> Json {
    Json::object([
        ("room_id", room_id.into()),
        ("term", at.term.into()),
        ("seq", at.seq.into()),
        ("chain", at.chain.to_string().into()),
        ("ts", ts.into()),
    ])
}

fn signable(room_id: &RoomId, at: &LogPoint, ts: u64) -> Signable {
    Signable::canonical(DOMAIN, &unsigned(room_id, at, ts))
}
