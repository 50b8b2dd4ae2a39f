use scaiwave_protocol::Code;

/// One way to cheat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lie {
    /// Submits words of somebody of another server.
    SubmitForAnother,
    /// Changes words after they were signed.
    SubmitAltered,
    /// Gives new words the id of words that stand in the log.
    SubmitIdAgain,
    /// Counts its events backwards.
    SubmitOldNumber,
    /// Says to have seen what never was.
    SubmitUnseen,
    /// Joins somebody whom nobody has invited.
    SubmitUninvited,
    /// Lets somebody speak who is not in the room.
    SubmitStranger,
    /// Writes records as if it were the host.
    SubmitRecord,
    /// Takes people of other servers out.
    SubmitEviction,
    /// Pretends to have more of a log than there is.
    HeadsInflated,
    /// Pretends to have another log.
    HeadsOtherwise,
    /// Sequences in a room that it does not host.
    EntriesNotHost,
    /// Changes words in its log.
    EntriesAltered,
    /// Swaps two entries.
    EntriesReordered,
    /// Leaves one out.
    EntriesSkipped,
    /// Changes when something was said.
    EntriesRetimed,
    /// Jumps to another term.
    EntriesOtherTerm,
    /// Has somebody else sign its checkpoint.
    EntriesForeignCheckpoint,
    /// Signs a checkpoint of another chain.
    EntriesWrongCheckpoint,
    /// Signs a checkpoint that is older than what it is about.
    EntriesOldCheckpoint,
    /// Invites into a room of another host.
    InviteNotHost,
    /// Invites in the name of somebody of another server.
    InviteForged,
    /// Invites somebody who does not exist.
    InviteNobody,
    /// Invites into a room that does not exist.
    InviteNowhere,
    /// Takes a server out of a room of another host.
    RemovedNotHost,
    /// Says that somebody of another server is typing.
    TypingForAnother,
    /// An item of a kind that nobody knows.
    UnknownKind,
    /// An item with a fraction in it.
    Fraction,
    /// An item with the same member twice.
    TwiceNamed,
    /// Content above its limit.
    Oversized,
    /// Tells one follower something that it tells nobody else.
    Fork,
}

impl Lie {
    /// All of them.
    pub(crate) const ALL: &[Lie] = &[
        Lie::SubmitForAnother,
        Lie::SubmitAltered,
        Lie::SubmitIdAgain,
        Lie::SubmitOldNumber,
        Lie::SubmitUnseen,
        Lie::SubmitUninvited,
        Lie::SubmitStranger,
        Lie::SubmitRecord,
        Lie::SubmitEviction,
        Lie::HeadsInflated,
        Lie::HeadsOtherwise,
        Lie::EntriesNotHost,
        Lie::EntriesAltered,
        Lie::EntriesReordered,
        Lie::EntriesSkipped,
        Lie::EntriesRetimed,
        Lie::EntriesOtherTerm,
        Lie::EntriesForeignCheckpoint,
        Lie::EntriesWrongCheckpoint,
        Lie::EntriesOldCheckpoint,
        Lie::InviteNotHost,
        Lie::InviteForged,
        Lie::InviteNobody,
        Lie::InviteNowhere,
        Lie::RemovedNotHost,
        Lie::TypingForAnother,
        Lie::UnknownKind,
        Lie::Fraction,
        Lie::TwiceNamed,
        Lie::Oversized,
        Lie::Fork,
    ];

    /// Whether it gives a follower a history of its own, if it is taken: with an entry that nobody else has,
    /// or one that is void.
    pub(super) fn may_fork(self) -> bool {
        matches!(
            self,
            Lie::Fork
                | Lie::EntriesAltered
                | Lie::EntriesRetimed
                | Lie::EntriesReordered
                | Lie::EntriesSkipped
                | Lie::EntriesOtherTerm
                | Lie::EntriesForeignCheckpoint
                | Lie::EntriesWrongCheckpoint
                | Lie::EntriesOldCheckpoint
        )
    }

    /// How it must be refused. None: it may be answered like something honest, and must be without
    /// effect; that is for the checkers to see.
    pub(super) fn refused_with(self) -> Option<&'static [Code]> {
        Some(match self {
            Lie::SubmitForAnother | Lie::SubmitUninvited | Lie::SubmitStranger => {
                &[Code::NotAuthorized]
            }
            Lie::SubmitAltered => &[Code::SignatureMismatch],
            Lie::SubmitIdAgain => &[Code::EventConflict],
            Lie::SubmitUnseen => &[Code::ChainBroken],
            // Whose author may not write at all is told so first.
            Lie::SubmitOldNumber => &[Code::ChainBroken, Code::NotAuthorized],
            Lie::SubmitRecord | Lie::SubmitEviction => &[Code::NotAuthorized],
            // What the victim has already is compared by chain and then passed over; what lies below
            // its base is passed over at once.
            Lie::HeadsInflated
            | Lie::HeadsOtherwise
            | Lie::EntriesAltered
            | Lie::EntriesRetimed
            | Lie::EntriesReordered
            | Lie::EntriesSkipped
            | Lie::EntriesOtherTerm
            | Lie::EntriesForeignCheckpoint
            | Lie::EntriesWrongCheckpoint
            | Lie::EntriesOldCheckpoint
            | Lie::InviteNowhere
            | Lie::Fork => return None,
            Lie::EntriesNotHost | Lie::InviteNotHost | Lie::RemovedNotHost => &[Code::NotHost],
            Lie::InviteForged => &[Code::KeyUntrusted, Code::SignatureMismatch],
            Lie::InviteNobody => &[Code::ParticipantUnknown],
            Lie::TypingForAnother => &[Code::NotAuthorized],
            Lie::UnknownKind | Lie::Fraction | Lie::TwiceNamed | Lie::Oversized => {
                &[Code::EventInvalid]
            }
        })
    }
}
