use crate::event::content::Membership;
use crate::ids::Fqid;
use crate::json::{Fields, Json, Malformed};
use crate::limits::POWER_MAX;

/// One line of a members answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberLine {
    /// Who.
    pub participant: Fqid,
    /// What they are to the room.
    pub membership: Membership,
    /// 0–100.
    pub power_level: u8,
    /// Of the last own join.
    pub display_name: Option<String>,
    /// Of the last own join.
    pub avatar: Option<String>,
}

impl MemberLine {
    /// Reads one line.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("member", json)?;
        Ok(MemberLine {
            participant: fields.parsed("participant", Fqid::parse_participant)?,
            membership: fields.parsed("membership", Membership::parse)?,
            power_level: u8::try_from(fields.count("power_level")?)
                .ok()
                .filter(|level| *level <= POWER_MAX)
                .ok_or_else(|| fields.wrong("power_level", "must be from 0 to 100"))?,
            display_name: fields.optional_string("display_name")?,
            avatar: fields.optional_string("avatar")?,
        })
    }

    fn to_json(&self) -> Json {
        let mut json = Json::object([
            ("participant", (&self.participant).into()),
            ("membership", self.membership.as_str().into()),
            ("power_level", self.power_level.into()),
        ]);
        if let Json::Obj(object) = &mut json {
            for (name, text) in [
                ("display_name", &self.display_name),
                ("avatar", &self.avatar),
            ] {
                if let Some(text) = text {
                    object.insert(name.to_owned(), text.as_str().into());
                }
            }
        }
        json
    }

    /// The whole answer.
    pub fn answer(lines: &[Self]) -> Json {
        Json::object([(
            "members",
            Json::Arr(lines.iter().map(Self::to_json).collect()),
        )])
    }
}
