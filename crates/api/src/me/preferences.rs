use scaiwave_engine::notifications::{self, Preferences, PreferencesPatch, QuietHours};
use scaiwave_engine::store::record::NotificationMode;
use scaiwave_protocol::Json;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Body, Caller};
use crate::failure::{Failure, Reading, Settling};

/// What the caller has settled for all their devices.
#[derive(Serialize, ToSchema)]
#[schema(as = Preferences)]
struct PreferencesJson {
    /// What they want to hear of rooms for which they have not chosen otherwise: `all`, `mentions` or `none`.
    /// With `mentions`, all of a dm is heard.
    #[schema(value_type = String, example = "mentions")]
    notification_mode: &'static str,
    /// Words that alert the caller in every room and mode, in whatever case.
    keywords: Vec<String>,
    /// When nothing makes a sound.
    #[schema(required = true)]
    quiet_hours: Option<HoursJson>,
    /// What clients keep for themselves.
    #[schema(value_type = Object)]
    client: Json,
}

/// Every day from one time to another, in the caller's own time.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(as = QuietHours)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoursJson {
    /// When they begin.
    #[schema(example = "22:00")]
    from: String,
    /// When they end; the next day, if that is an earlier time.
    #[schema(example = "07:00")]
    to: String,
    /// A name of the time zone database.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
}

/// What to change. What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPreferences {
    /// `all`, `mentions` or `none`.
    #[schema(example = "mentions")]
    notification_mode: Option<String>,
    /// Replaces the list: at most 50, of 1–64 characters each.
    keywords: Option<Vec<String>>,
    /// Null takes them away.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<HoursJson>)]
    quiet_hours: Option<Option<HoursJson>>,
    /// Member by member: null takes one away. At most 16 KiB in the end.
    #[schema(value_type = Option<Object>)]
    client: Option<Json>,
}

/// Tells null from what is left out.
fn named<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Option<HoursJson>>, D::Error> {
    Option::deserialize(input).map(Some)
}

impl PreferencesJson {
    fn of(settled: Preferences) -> Self {
        let hours = settled.quiet_hours.map(|hours| HoursJson {
            from: hours.from(),
            to: hours.to(),
            time_zone: hours.time_zone().to_owned(),
        });
        PreferencesJson {
            notification_mode: settled.mode.as_str(),
            keywords: settled.keywords,
            quiet_hours: hours,
            client: Json::Obj(settled.client),
        }
    }
}

impl NewPreferences {
    fn read(self) -> Result<PreferencesPatch, Failure> {
        let mode = self.notification_mode.as_deref().map(|text| {
            let mode = text.parse::<NotificationMode>();
            mode.map_err(|_| Failure::at("notification_mode", "must be all, mentions or none"))
        });
        let hours = |hours: HoursJson| {
            QuietHours::parse(&hours.from, &hours.to, &hours.time_zone)
                .map_err(|malformed| Failure::at("quiet_hours", malformed.0))
        };
        let quiet_hours = self.quiet_hours.map(|given| given.map(hours).transpose());
        let client = match self.client {
            None => None,
            Some(Json::Obj(client)) => Some(client),
            Some(_) => return Err(Failure::at("client", "must be an object")),
        };
        Ok(PreferencesPatch {
            mode: mode.transpose()?,
            keywords: self.keywords,
            quiet_hours: quiet_hours.transpose()?,
            client,
        })
    }
}

/// What the caller has settled for all their devices.
#[utoipa::path(
    get,
    path = "/v1/me/preferences",
    tag = "me",
    responses((status = 200, body = inline(Success<PreferencesJson>)), Reading)
)]
pub(crate) async fn get_preferences(caller: Caller) -> Answer {
    let settled = notifications::preferences(&caller.tenant, &caller.viewer).await?;
    data(PreferencesJson::of(settled))
}

/// Changes what is named and leaves the rest; the caller's other devices are told.
#[utoipa::path(
    put,
    path = "/v1/me/preferences",
    tag = "me",
    request_body = NewPreferences,
    responses((status = 200, body = inline(Success<PreferencesJson>)), Settling)
)]
pub(crate) async fn put_preferences(caller: Caller, Body(body): Body<NewPreferences>) -> Answer {
    let patch = body.read()?;
    let settled = notifications::set_preferences(&caller.tenant, &caller.viewer, patch).await?;
    data(PreferencesJson::of(settled))
}
