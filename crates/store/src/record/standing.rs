/// What the operator grants a tenant; none: as much as it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TenantLimits {
    /// Accounts that are not closed.
    pub participants: Option<u64>,
    /// Rooms that are kept here.
    pub rooms: Option<u64>,
    /// Bytes of its data.
    pub storage_bytes: Option<u64>,
    /// Requests of clients in a minute.
    pub requests_per_minute: Option<u64>,
}

/// How a tenant stands with the operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TenantStanding {
    /// What it may use.
    pub limits: TenantLimits,
    /// Since when its people are shut out.
    pub suspended_at: Option<u64>,
}

/// What a tenant uses. Kept with every write, so that asking costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TenantUsage {
    /// Accounts that are not closed.
    pub participants: u64,
    /// Those that are.
    pub closed_participants: u64,
    /// Rooms that are kept here, also those that are hosted elsewhere.
    pub rooms: u64,
    /// Bytes of its data, without what is free to be used again.
    pub storage_bytes: u64,
}
