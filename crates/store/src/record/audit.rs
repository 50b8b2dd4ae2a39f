use scaiwave_protocol::EventId;

/// How much a line of the audit log wants to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditSeverity {
    /// Somebody changed something, or something changed by itself as it should.
    Change,
    /// Something is wrong that an admin must know: a host at fault, forged keys, an equivocation.
    Alarm,
}

/// One line of the audit log: who changed what about this tenant and its federation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its name; rising.
    pub id: EventId,
    /// When.
    pub at: u64,
    /// A change or an alarm.
    pub severity: AuditSeverity,
    /// Who: a full name, `operator` (the command line) or `server` (by itself).
    pub actor: String,
    /// What, as a stable word such as `policy.changed`.
    pub action: String,
    /// The other server that it is about.
    pub peer: Option<String>,
    /// The room that it is about.
    pub room_id: Option<String>,
    /// A sentence.
    pub message: String,
}
