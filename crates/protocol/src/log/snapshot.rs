use crate::binary::Hash;
use crate::code::{Code, Refusal};
use crate::descriptor::without_sig;
use crate::event::LogPoint;
use crate::ids::RoomId;
use crate::json::{Fields, Json, Malformed};
use crate::keys::{PublicKey, Sig, Sign, Signable};

const DOMAIN: &str = "swp-snapshot-v1\n";

/// The room's state at one seq, signed by its host: what a new follower starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Which room.
    pub room_id: RoomId,
    /// The seq whose state this is.
    pub at: LogPoint,
    /// The host's clock in ms.
    pub ts: u64,
    /// The fold of the log up to `at`; its form is the `room` crate's.
    pub state: Json,
    /// By the host.
    pub sig: Sig,
}

impl Snapshot {
    /// Signs the state of a room that we host.
    pub fn sign(room_id: RoomId, at: LogPoint, ts: u64, state: Json, signer: &dyn Sign) -> Self {
        let unsigned = unsigned(&room_id, &at, ts, &state);
        let sig = signer.sign(&Signable::canonical(DOMAIN, &unsigned));
        Snapshot {
            room_id,
            at,
            ts,
            state,
            sig,
        }
    }

    /// Reads the seven members.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("snapshot", json)?;
        let snapshot = Snapshot {
            room_id: fields.parsed("room_id", RoomId::parse)?,
            at: LogPoint {
                term: fields.count("term")?,
                seq: fields.count("seq")?,
                chain: fields.parsed("chain", Hash::parse)?,
            },
            ts: fields.count("ts")?,
            state: Json::Obj(fields.object("state")?),
            sig: Sig::parse(fields.any("sig")?)?,
        };
        fields.nothing_else()?;
        Ok(snapshot)
    }

    /// Checks the signature.
    pub fn verify(&self, key: &PublicKey) -> Result<(), Refusal> {
        let unsigned = without_sig(&self.to_json());
        if Signable::canonical(DOMAIN, &unsigned).verifies(key, &self.sig) {
            return Ok(());
        }
        Err(Code::SignatureMismatch.because("the snapshot's signature does not verify"))
    }

    /// As it stands on the wire.
    pub fn to_json(&self) -> Json {
        let mut json = unsigned(&self.room_id, &self.at, self.ts, &self.state);
        if let Json::Obj(object) = &mut json {
            object.insert("sig".to_owned(), self.sig.to_json());
        }
        json
    }
}

fn unsigned(room_id: &RoomId, at: &LogPoint, ts: u64, state: &Json) -> Json {
    Json::object([
        ("room_id", room_id.into()),
        ("term", at.term.into()),
        ("seq", at.seq.into()),
        ("chain", at.chain.to_string().into()),
        ("ts", ts.into()),
        ("state", state.clone()),
    ])
}
