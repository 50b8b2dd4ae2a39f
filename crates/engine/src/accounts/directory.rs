use scaiwave_protocol::Fqid;

use super::{Viewer, view};
use crate::view::ParticipantView;
use crate::{Denial, Outcome, Tenant};

/// Names in one page of the directory.
const PAGE_MAX: u32 = 200;

/// Of whom a directory tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Everybody of this tenant; `foreign` adds those of other servers with whom the viewer shares a room.
    All {
        /// Whether they come after ours.
        foreign: bool,
    },
    /// People of this tenant.
    People,
    /// Programs of this tenant.
    Bots,
    /// Only those of other servers with whom the viewer shares a room.
    Foreign,
}

/// Whom to look for.
#[derive(Clone, Copy, Debug)]
pub struct DirectoryQuery<'a> {
    /// Part of an id or a name.
    pub query: &'a str,
    /// Of whom.
    pub among: Among,
    /// At most 200.
    pub limit: u32,
    /// Leave out the first.
    pub offset: u32,
}

/// The viewer's own profile.
pub async fn me(tenant: &Tenant, viewer: &Viewer) -> Outcome<ParticipantView> {
    let row = tenant.store.participant(&viewer.local_id).await?;
    view(
        tenant,
        row.ok_or_else(|| crate::ClientCode::NotFound.because("this account is gone"))?,
    )
}

/// Those whose id or name contains `query`: ours by id, then those of other servers by full name.
pub async fn directory(
    tenant: &Tenant,
    viewer: &Viewer,
    wanted: DirectoryQuery<'_>,
) -> Result<Vec<ParticipantView>, Denial> {
    let (query, offset) = (wanted.query, wanted.offset);
    let limit = wanted.limit.min(PAGE_MAX);
    let (ours, bots, foreign) = match wanted.among {
        Among::All { foreign } => (true, None, foreign),
        Among::People => (true, Some(false), false),
        Among::Bots => (true, Some(true), false),
        Among::Foreign => (false, None, true),
    };
    let mut found = Vec::new();
    if ours {
        let rows = tenant.store.participants(query, false, bots, limit, offset);
        for row in rows.await? {
            found.push(view(tenant, row)?);
        }
    }
    let room = limit as usize - found.len();
    if !foreign || room == 0 {
        return Ok(found);
    }
    // Where the page begins among those that come after ours.
    let passed = match (ours, found.is_empty()) {
        (false, _) => offset as usize,
        (true, false) => 0,
        (true, true) => {
            let before = tenant.store.participants(query, false, bots, offset, 0);
            offset as usize - before.await?.len()
        }
    };
    let companions = companions(tenant, &viewer.fqid, query).await?;
    found.extend(companions.into_iter().skip(passed).take(room));
    Ok(found)
}

/// A search by any part of a name reads all names: those with whom somebody shares rooms, so thousands at most.
async fn companions(tenant: &Tenant, viewer: &Fqid, query: &str) -> Outcome<Vec<ParticipantView>> {
    let query = query.to_lowercase();
    let rows = tenant.store.foreign_companions(viewer).await?.into_iter();
    let views = rows.map(|row| ParticipantView {
        display_name: row
            .display_name
            .unwrap_or_else(|| row.participant.local().to_owned()),
        fqid: row.participant,
        avatar: None,
        bot: false,
        foreign: true,
        closed: false,
    });
    let matches = |view: &ParticipantView| {
        view.fqid.as_str().contains(&query) || view.display_name.to_lowercase().contains(&query)
    };
    Ok(views.filter(matches).collect())
}
