use scaiwave_protocol::{Code, Refusal};

use crate::view::GapView;
use crate::{ClientCode, RemoteError};

/// Why older entries are not here.
#[derive(Clone, Debug)]
pub(crate) struct Absent {
    pub(crate) code: ClientCode,
    pub(crate) message: String,
    /// Asking again may help.
    pub(crate) may_come: bool,
}

impl Absent {
    /// What a server's answer to a request for history means.
    pub(super) fn of(server: &scaiwave_protocol::ServerName, error: &RemoteError) -> Self {
        match error {
            RemoteError::Refused(refusal) => Absent {
                code: ClientCode::Federation(refusal.code),
                message: format!("{server} does not give out this part: {}", refusal.message),
                may_come: refusal.code == Code::RateLimited,
            },
            RemoteError::Unreachable(why) | RemoteError::Nonsense(why) => Absent {
                code: ClientCode::PeerUnreachable,
                message: format!("{server} cannot be asked for this part now: {why}"),
                may_come: true,
            },
        }
    }

    /// A server's page did not stand up to the check.
    pub(super) fn untrue(server: &scaiwave_protocol::ServerName, refusal: &Refusal) -> Self {
        Absent {
            code: ClientCode::Federation(refusal.code),
            message: format!(
                "what {server} sent as this part is not the room's history, and is not shown: {}",
                refusal.message
            ),
            may_come: true,
        }
    }

    /// As people see it.
    pub(crate) fn to_view(&self, after_seq: u64, before_seq: u64) -> GapView {
        GapView {
            after_seq,
            before_seq,
            code: self.code.as_str(),
            message: self.message.clone(),
        }
    }
}
