//! What each type needs, as data (`docs/protocol.md` section 6, whose table is compared with this one).

use scaiwave_protocol::event::content as kind;

/// Who may send an event of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A joined participant with this level.
    Power(u8),
    /// A joined participant with this level, unless `settings.levels` names another.
    PowerSettable(u8),
    /// Rules of its own.
    Own,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The type.
    pub kind: &'static str,
    /// Who may send it.
    pub needs: Needs,
    /// Whether it may happen in a room that is archived or closed.
    pub when_not_open: bool,
}

const fn line(kind: &'static str, needs: Needs, when_not_open: bool) -> Line {
    Line {
        kind,
        needs,
        when_not_open,
    }
}

/// Every type of version 1. Membership decides for itself which of its changes survive archiving.
pub const TABLE: &[Line] = &[
    line(kind::CREATE, Needs::Own, false),
    line(kind::SERVER, Needs::Own, true),
    line(kind::MEMBER, Needs::Own, true),
    line(kind::NAME, Needs::PowerSettable(50), false),
    line(kind::TOPIC, Needs::PowerSettable(50), false),
    line(kind::POWER, Needs::Power(100), true),
    line(kind::SETTINGS, Needs::Power(100), false),
    line(kind::STATE, Needs::Own, true),
    line(kind::MESSAGE, Needs::PowerSettable(0), false),
    line(kind::EDIT, Needs::Power(0), false),
    line(kind::REACTION, Needs::Power(0), false),
    line(kind::REDACTION, Needs::Power(0), true),
    line(kind::PIN, Needs::PowerSettable(50), false),
    line(kind::CALL_START, Needs::Power(0), false),
    line(kind::CALL_END, Needs::Power(0), false),
    line(kind::TRANSFER, Needs::Own, false),
];

/// An unknown type may be sent by whoever may send messages.
const UNKNOWN: Line = line(kind::MESSAGE, Needs::PowerSettable(0), false);

/// The line of a type.
pub(crate) fn of(kind: &str) -> Line {
    TABLE
        .iter()
        .copied()
        .find(|line| line.kind == kind)
        .unwrap_or(UNKNOWN)
}
