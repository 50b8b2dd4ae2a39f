use crate::ids::Fqid;
use crate::json::{Fields, Json, Malformed};
use crate::limits::DISPLAY_NAME_CHARS_MAX;

/// What a server tells a peer about one of its people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Who.
    pub fqid: Fqid,
    /// What they are called: 1–100 characters.
    pub display_name: String,
    /// A media id of their server.
    pub avatar: Option<String>,
    /// A person or a bot.
    pub bot: bool,
}

impl Profile {
    /// Reads an answer.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("profile", json)?;
        let avatar = match fields.any("avatar")? {
            Json::Null => None,
            Json::Str(text) => Some(text),
            _ => return Err(fields.wrong("avatar", "must be a string or null")),
        };
        let bot = match fields.string("participant_type")?.as_str() {
            "human" => false,
            "bot" => true,
            _ => return Err(fields.wrong("participant_type", "must be human or bot")),
        };
        let display_name = fields.string("display_name")?;
        if !(1..=DISPLAY_NAME_CHARS_MAX).contains(&display_name.chars().count()) {
            return Err(fields.wrong("display_name", "must have 1–100 characters"));
        }
        Ok(Profile {
            fqid: fields.parsed("fqid", Fqid::parse_participant)?,
            display_name,
            avatar,
            bot,
        })
    }

    /// As it stands on the wire.
    pub fn to_json(&self) -> Json {
        Json::object([
            ("fqid", (&self.fqid).into()),
            ("display_name", self.display_name.as_str().into()),
            (
                "avatar",
                self.avatar.as_deref().map_or(Json::Null, Into::into),
            ),
            (
                "participant_type",
                if self.bot { "bot" } else { "human" }.into(),
            ),
        ])
    }
}
