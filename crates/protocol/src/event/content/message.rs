use crate::binary::Hash;
use crate::ids::{EventId, Fqid};
use crate::json::{Fields, Json, Malformed};
use crate::limits::EMOJI_BYTES_MAX;

/// Somebody who is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mention {
    /// One participant.
    Participant(Fqid),
    /// Everybody: `@room`.
    Room,
}

/// A file that a message refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Its name at the sender's server.
    pub media_id: String,
    /// What its bytes must hash to.
    pub sha256: Hash,
    /// Bytes.
    pub size: u64,
    /// What the sender says it is.
    pub mime_type: String,
    /// What the sender calls it.
    pub name: String,
}

/// `swp.room.message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `swp.text`, `swp.code`, `swp.media`, …
    pub msgtype: String,
    /// Text, or a text for clients that cannot show the rest.
    pub body: String,
    /// Who is notified.
    pub mentions: Vec<Mention>,
    /// The message that this one answers.
    pub reply_to_event_id: Option<EventId>,
    /// The first message of the thread that this one stands in.
    pub thread_root: Option<EventId>,
    /// Files.
    pub media: Vec<Media>,
}

impl Message {
    /// Reads the content of a message. The lists may be missing, which means that they are empty.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("message", json)?;
        let mentions = list(&mut fields, "mentions")?;
        let media = list(&mut fields, "media")?;
        let msgtype = fields.string("msgtype")?;
        if msgtype == "swp.code" {
            fields.optional_string("lang")?;
        }
        Ok(Message {
            msgtype,
            body: fields.string("body")?,
            mentions: mentions.iter().map(mention).collect::<Result<_, _>>()?,
            reply_to_event_id: fields.optional_parsed("reply_to_event_id", EventId::parse)?,
            thread_root: fields.optional_parsed("thread_root", EventId::parse)?,
            media: media
                .into_iter()
                .map(Media::parse)
                .collect::<Result<_, _>>()?,
        })
    }
}

fn list(fields: &mut Fields, name: &'static str) -> Result<Vec<Json>, Malformed> {
    if fields.has(name) {
        fields.array(name)
    } else {
        Ok(Vec::new())
    }
}

fn mention(json: &Json) -> Result<Mention, Malformed> {
    match json.as_str() {
        Some("@room") => Ok(Mention::Room),
        Some(text) => Fqid::parse_participant(text).map(Mention::Participant),
        None => Err(Malformed::new(
            "message: each of `mentions` must be a string",
        )),
    }
}

impl Media {
    fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("media", json)?;
        let media = Media {
            media_id: fields.string("media_id")?,
            sha256: fields.parsed("sha256", Hash::parse)?,
            size: fields.count("size")?,
            mime_type: fields.string("mime_type")?,
            name: fields.string("name")?,
        };
        fields.optional_count("width")?;
        fields.optional_count("height")?;
        fields.optional_string("blurhash")?;
        Ok(media)
    }
}

/// `swp.room.edit`: a whole new content for an own message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The message; never an edit.
    pub event_id: EventId,
    /// The new content, as it is shown from now on.
    pub content: Json,
    /// The same, read.
    pub message: Message,
}

impl Edit {
    pub(super) fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("edit", json)?;
        let event_id = fields.parsed("event_id", EventId::parse)?;
        let content = Json::Obj(fields.object("content")?);
        let message = Message::parse(content.clone())?;
        Ok(Edit {
            event_id,
            content,
            message,
        })
    }
}

/// `swp.room.reaction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// What is reacted to.
    pub event_id: EventId,
    /// 1–64 bytes.
    pub emoji: String,
    /// True to add, false to take away.
    pub add: bool,
}

impl Reaction {
    pub(super) fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("reaction", json)?;
        let event_id = fields.parsed("event_id", EventId::parse)?;
        let emoji = fields.string("emoji")?;
        if !(1..=EMOJI_BYTES_MAX).contains(&emoji.len()) {
            return Err(fields.wrong("emoji", "must have 1–64 bytes"));
        }
        let add = match fields.string("action")?.as_str() {
            "add" => true,
            "remove" => false,
            _ => return Err(fields.wrong("action", "must be add or remove")),
        };
        Ok(Reaction {
            event_id,
            emoji,
            add,
        })
    }
}

/// `swp.room.redaction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// A message, edit or reaction.
    pub event_id: EventId,
    /// Why, in the redactor's words.
    pub reason: Option<String>,
}

impl Redaction {
    pub(super) fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("redaction", json)?;
        Ok(Redaction {
            event_id: fields.parsed("event_id", EventId::parse)?,
            reason: fields.optional_string("reason")?,
        })
    }
}
