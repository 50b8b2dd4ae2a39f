use std::sync::Arc;

use scaiwave_protocol::{EventId, Fqid, RoomId};
use scaiwave_store::record::{AuditRow, AuditSeverity, InboxRow, Role};
use scaiwave_store::{AuditFilter, Change, Commit};

use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::{Outcome, Tenant};

/// The last alarm that admins were told of.
const SETTING: &str = "alarms_announced";
/// Alarms told at once: whoever missed more reads the log.
const ALARMS_MAX: u32 = 50;
/// Accounts looked through for admins in one step.
const STEP_MAX: u32 = 200;
/// What a notification of an alarm says as its reason.
const REASON: &str = "alarm";

/// Tells admins of alarms that they have not been told of: a notification at once for those who are
/// there, and a line in the inbox when it is about a room. The audit log is the truth; this is a hint.
pub(crate) async fn announce(tenant: &Arc<Tenant>) -> Outcome<()> {
    let told = tenant.store.setting(SETTING).await?;
    let told = told.and_then(|text| EventId::parse(std::str::from_utf8(&text).ok()?).ok());
    let filter = AuditFilter {
        severity: Some(AuditSeverity::Alarm),
        limit: ALARMS_MAX,
        ..AuditFilter::default()
    };
    let mut alarms = tenant.store.audit(filter).await?;
    // Newest first: what lies before the one that was told last is new, whatever its id says.
    let new = alarms.iter().take_while(|row| Some(row.id) != told).count();
    alarms.truncate(new);
    let Some(newest) = alarms.first().map(|row| row.id) else {
        return Ok(());
    };
    let admins = admins(tenant).await?;
    let mut commit = Commit::of(vec![Change::PutSetting(
        SETTING,
        newest.to_string().into_bytes(),
    )]);
    let mut frames = Vec::new();
    // Oldest first, as they happened.
    for alarm in alarms.iter().rev() {
        for admin in &admins {
            commit.changes.extend(line(tenant, admin, alarm));
            frames.push(frame(tenant, admin, alarm));
        }
    }
    Ok(commit_and_publish(tenant, commit, frames).await?)
}

async fn admins(tenant: &Tenant) -> Outcome<Vec<Fqid>> {
    let mut admins = Vec::new();
    let mut offset = 0;
    loop {
        let page = tenant
            .store
            .participants("", false, None, STEP_MAX, offset)
            .await?;
        let count = page.len();
        for account in page {
            if account.role == Role::Admin {
                admins.push(tenant.fqid(&account.local_id)?);
            }
        }
        if count < STEP_MAX as usize {
            return Ok(admins);
        }
        offset += STEP_MAX;
    }
}

fn room_of(alarm: &AuditRow) -> Option<RoomId> {
    RoomId::parse(alarm.room_id.as_deref()?).ok()
}

/// A line of the inbox always stands in a room.
fn line(tenant: &Tenant, admin: &Fqid, alarm: &AuditRow) -> Option<Change> {
    Some(Change::PutInbox(InboxRow {
        participant: admin.clone(),
        event_id: alarm.id,
        room_id: room_of(alarm)?,
        sender: Fqid::of_server(tenant.server_name()),
        reason: REASON.to_owned(),
        snippet: alarm.message.clone(),
        created_at: alarm.at,
        seq: 0,
    }))
}

fn frame(tenant: &Tenant, admin: &Fqid, alarm: &AuditRow) -> Outgoing {
    Outgoing {
        room_id: room_of(alarm),
        only: Some(admin.clone()),
        body: FrameBody::Notification {
            reason: REASON.to_owned(),
            event_id: alarm.id,
            sender: Fqid::of_server(tenant.server_name()),
            snippet: alarm.message.clone(),
            // Whatever the hour.
            silent: false,
        },
    }
}
