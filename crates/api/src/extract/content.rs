use scaiwave_engine::Tenant;
use scaiwave_protocol::Json;

use super::participant;
use crate::failure::Failure;

/// Writes the mentions of a message out in full: a client may name people of this tenant without the
/// server's name. Whatever else is in a content, the engine judges.
pub(crate) fn with_full_mentions(tenant: &Tenant, mut content: Json) -> Result<Json, Failure> {
    let Json::Obj(object) = &mut content else {
        return Ok(content);
    };
    if let Some(Json::Arr(mentions)) = object.get_mut("mentions") {
        for mention in mentions {
            if let Json::Str(text) = mention
                && text != "@room"
                && !text.contains(':')
            {
                *text = participant(tenant, "content.mentions", text)?.to_string();
            }
        }
    }
    Ok(content)
}
