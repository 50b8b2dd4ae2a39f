//! Refusals that are said in more than one place, so that they are said in the same words.

use scaiwave_protocol::{Code, Refusal, ServerName};

use crate::{ClientCode, Denial, RemoteError};

/// Never tells which: no such room, not federated, or not yours to ask about.
pub(crate) fn room_unknown() -> Refusal {
    Code::RoomUnknown.because("there is no such room for this server")
}

/// Spoken to, or by, the wrong server.
pub(crate) fn not_host(sentence: &'static str) -> Refusal {
    Code::NotHost.because(sentence)
}

/// An admitted peer's refused act; the sentence names the rule.
pub(crate) fn policy(sentence: &'static str) -> Refusal {
    Code::PolicyViolation.because(sentence)
}

/// We do not know that server's keys.
pub(crate) fn no_descriptor() -> Refusal {
    Code::PeerUnknown.because("that server's descriptor is not known here")
}

/// A peer answered something that is not what was asked for.
pub(crate) fn nonsense(server: &ServerName) -> Denial {
    let sentence = format!("{server} answered something that is not this protocol");
    ClientCode::PeerUnreachable.because(sentence)
}

/// What a failed request to another server means to one of our people.
pub(crate) fn to_client(server: &ServerName, error: RemoteError) -> Denial {
    match error {
        RemoteError::Refused(refusal) => {
            let sentence = format!("{server} refused: {}", refusal.message);
            ClientCode::Federation(refusal.code).because(sentence)
        }
        RemoteError::Unreachable(why) => {
            ClientCode::PeerUnreachable.because(format!("{server} cannot be reached: {why}"))
        }
        RemoteError::Nonsense(why) => {
            ClientCode::PeerUnreachable.because(format!("{server}: {why}"))
        }
    }
}
