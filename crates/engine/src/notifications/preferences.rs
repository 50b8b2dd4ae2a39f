//! What somebody has settled for themselves, on all their devices.

use std::sync::Arc;

use scaiwave_protocol::json::{Fields, Object, parse};
use scaiwave_protocol::{Json, Malformed};
use scaiwave_store::record::{NotificationMode, PreferencesRow};
use scaiwave_store::{Change, Commit, StoreError};

use super::{Keyword, QuietHours, Wishes};
use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::{ClientCode, Outcome, Tenant, Viewer};

/// Bytes of what clients keep for themselves, in canonical JSON.
pub const CLIENT_BYTES_MAX: usize = 16 * 1024;

/// What somebody has settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Preferences {
    /// What they want to hear of rooms for which they have not chosen otherwise.
    pub mode: NotificationMode,
    /// Words that they want to hear of wherever they are said.
    pub keywords: Vec<String>,
    /// When nothing makes a sound.
    pub quiet_hours: Option<QuietHours>,
    /// What clients keep for themselves.
    pub client: Object,
}

/// What to change; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct PreferencesPatch {
    /// Replaces the mode.
    pub mode: Option<NotificationMode>,
    /// Replaces the list.
    pub keywords: Option<Vec<String>>,
    /// Some(None) takes them away.
    pub quiet_hours: Option<Option<QuietHours>>,
    /// Member by member: null takes one away.
    pub client: Option<Object>,
}

/// What the viewer has settled.
pub async fn preferences(tenant: &Tenant, viewer: &Viewer) -> Outcome<Preferences> {
    let (wishes, client) = stored(tenant, viewer).await?;
    Ok(view(&wishes, client))
}

/// Changes what is named, leaves the rest, and tells the viewer's other devices.
pub async fn set_preferences(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    patch: PreferencesPatch,
) -> Outcome<Preferences> {
    let _changing = tenant.wanted.changing.lock().await;
    let (mut wishes, mut client) = stored(tenant, viewer).await?;
    if let Some(mode) = patch.mode {
        wishes.mode = mode;
    }
    if let Some(texts) = patch.keywords {
        let keywords = Keyword::list(texts.iter().map(String::as_str));
        let wrong = |malformed: Malformed| ClientCode::BadRequest.because(malformed.0);
        wishes.keywords = keywords.map_err(|malformed| wrong(malformed).at("keywords"))?;
    }
    if let Some(hours) = patch.quiet_hours {
        wishes.quiet_hours = hours;
    }
    for (name, value) in patch.client.iter().flat_map(Object::iter) {
        match value {
            Json::Null => drop(client.remove(name)),
            value => drop(client.insert(name.clone(), value.clone())),
        }
    }
    let bytes = Json::Obj(client.clone()).canonical();
    if bytes.len() > CLIENT_BYTES_MAX {
        let sentence = "the preferences of clients would have more than 16,384 bytes";
        return Err(ClientCode::ContentTooLarge.because(sentence).at("client"));
    }
    let row = PreferencesRow {
        participant: viewer.fqid.clone(),
        notify: document(&wishes).canonical(),
        client: bytes,
    };
    let commit = Commit::of(vec![Change::PutPreferences(Box::new(row))]);
    let frame = Outgoing {
        room_id: None,
        only: Some(viewer.fqid.clone()),
        body: FrameBody::Me,
    };
    commit_and_publish(tenant, commit, vec![frame]).await?;
    let settled = view(&wishes, client);
    let mut known = tenant.wanted.known.write();
    known.settle(viewer.fqid.clone(), wishes);
    Ok(settled)
}

async fn stored(tenant: &Tenant, viewer: &Viewer) -> Result<(Wishes, Object), StoreError> {
    let Some(row) = tenant.store.preferences(&viewer.fqid).await? else {
        let wishes = Wishes {
            mode: NotificationMode::Mentions,
            keywords: Vec::new(),
            quiet_hours: None,
        };
        return Ok((wishes, Object::new()));
    };
    match parse(&row.client).map_err(|malformed| damaged(&malformed))? {
        Json::Obj(client) => Ok((wishes(&row.notify)?, client)),
        _ => Err(damaged(&Malformed::new("preferences are an object"))),
    }
}

fn damaged(malformed: &Malformed) -> StoreError {
    StoreError::Damaged(malformed.to_string())
}

fn view(wishes: &Wishes, client: Object) -> Preferences {
    let keywords = wishes.keywords.iter().map(Keyword::as_str);
    Preferences {
        mode: wishes.mode,
        keywords: keywords.map(str::to_owned).collect(),
        quiet_hours: wishes.quiet_hours.clone(),
        client,
    }
}

/// As it is stored.
fn document(wishes: &Wishes) -> Json {
    let keywords: Vec<&str> = wishes.keywords.iter().map(Keyword::as_str).collect();
    let hours = wishes.quiet_hours.as_ref().map_or(Json::Null, |hours| {
        Json::object([
            ("from", hours.from().into()),
            ("to", hours.to().into()),
            ("time_zone", hours.time_zone().into()),
        ])
    });
    Json::object([
        ("mode", wishes.mode.as_str().into()),
        ("keywords", keywords.into()),
        ("quiet_hours", hours),
    ])
}

/// Reads what [`document`] wrote.
pub(super) fn wishes(document: &[u8]) -> Result<Wishes, StoreError> {
    read(document).map_err(|malformed| damaged(&malformed))
}

fn read(document: &[u8]) -> Result<Wishes, Malformed> {
    let mut fields = Fields::of("preferences", parse(document)?)?;
    let words = fields.array("keywords")?;
    let hours = match fields.any("quiet_hours")? {
        Json::Null => None,
        hours => {
            let mut hours = Fields::of("quiet hours", hours)?;
            let (from, to) = (hours.string("from")?, hours.string("to")?);
            let zone = hours.string("time_zone")?;
            Some(QuietHours::stored(&from, &to, &zone)?)
        }
    };
    Ok(Wishes {
        mode: fields.parsed("mode", str::parse)?,
        keywords: Keyword::list(words.iter().filter_map(Json::as_str))?,
        quiet_hours: hours,
    })
}
