use scaiwave_engine::store::record::{TenantLimits, TenantUsage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TenantState;
use crate::failure::Failure;
use crate::limits::TENANT_LIMIT_MAX;
use crate::shape::Time;

/// What a tenant may use; what is null or left out has no limit.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TenantLimits)]
pub(crate) struct LimitsJson {
    /// Accounts that are not closed.
    participants: Option<u64>,
    /// Rooms that are kept here. Invitations into rooms of others are accepted beyond it.
    rooms: Option<u64>,
    /// Bytes of its data, without files. What comes from other servers is taken beyond it.
    storage_bytes: Option<u64>,
    /// Requests of all its clients together in a minute.
    requests_per_minute: Option<u64>,
}

impl LimitsJson {
    pub(crate) fn of(limits: TenantLimits) -> Self {
        LimitsJson {
            participants: limits.participants,
            rooms: limits.rooms,
            storage_bytes: limits.storage_bytes,
            requests_per_minute: limits.requests_per_minute,
        }
    }

    pub(crate) fn limits(self) -> Result<TenantLimits, Failure> {
        Ok(TenantLimits {
            participants: within("participants", self.participants)?,
            rooms: within("rooms", self.rooms)?,
            storage_bytes: within("storage_bytes", self.storage_bytes)?,
            requests_per_minute: within("requests_per_minute", self.requests_per_minute)?,
        })
    }
}

fn within(field: &'static str, limit: Option<u64>) -> Result<Option<u64>, Failure> {
    if limit.is_some_and(|limit| limit > TENANT_LIMIT_MAX) {
        let sentence = "a limit is at most 9,007,199,254,740,991; leave it out to have none";
        return Err(Failure::at(field, sentence));
    }
    Ok(limit)
}

/// What a tenant uses.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = TenantUsage)]
pub(crate) struct UsageJson {
    /// Accounts that are not closed.
    participants: u64,
    /// Accounts that are.
    deactivated_participants: u64,
    /// Rooms that are kept here, also those that are hosted elsewhere.
    rooms: u64,
    /// Bytes of its data, without files.
    storage_bytes: u64,
}

impl UsageJson {
    pub(crate) fn of(usage: TenantUsage) -> Self {
        UsageJson {
            participants: usage.participants,
            deactivated_participants: usage.closed_participants,
            rooms: usage.rooms,
            storage_bytes: usage.storage_bytes,
        }
    }
}

/// A tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = Tenant)]
pub(super) struct TenantJson<'a> {
    /// The same as `slug`.
    id: &'a str,
    /// Short, for commands and files.
    slug: &'a str,
    /// For people.
    name: &'a str,
    /// For the world.
    server_name: &'a str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// Since when its people are shut out.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    suspended_at: Option<Time>,
    /// What it may use.
    limits: LimitsJson,
    /// What it uses; null while it is being opened.
    #[schema(required = true)]
    usage: Option<UsageJson>,
}

impl<'a> TenantJson<'a> {
    pub(super) fn of(tenant: &'a TenantState) -> Self {
        TenantJson {
            id: &tenant.row.slug,
            slug: &tenant.row.slug,
            name: &tenant.row.name,
            server_name: tenant.row.server_name.as_str(),
            created_at: tenant.row.created_at.into(),
            suspended_at: tenant.standing.suspended_at.map(Time::from),
            limits: LimitsJson::of(tenant.standing.limits),
            usage: tenant.usage.map(UsageJson::of),
        }
    }
}
