//! What the receiver says of each item, in order.

use crate::code::{Code, Refusal};
use crate::json::{Fields, Json, Malformed, Object};

/// The fate of one item (protocol section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemResult {
    /// Done, and on disk; `extra` holds what the kind adds (`have_seq`, `seq`, `decision`, `rooms`).
    Ok(Object),
    /// The very same event stood there already.
    Duplicate {
        /// Where.
        seq: u64,
    },
    /// Entries are missing in between.
    Gap {
        /// The last one we have.
        have_seq: u64,
    },
    /// Never to be sent again.
    Rejected(Refusal),
    /// To be sent again.
    Retry {
        /// Not before.
        after_ms: u64,
    },
}

impl ItemResult {
    /// `ok` with one member.
    pub fn ok_with(name: &str, value: impl Into<Json>) -> Self {
        ItemResult::Ok(Object::from([(name.to_owned(), value.into())]))
    }

    /// As it stands on the wire.
    pub fn to_json(&self) -> Json {
        let (status, mut object) = match self {
            ItemResult::Ok(extra) => ("ok", extra.clone()),
            ItemResult::Duplicate { seq } => ("duplicate", one("seq", *seq)),
            ItemResult::Gap { have_seq } => ("gap", one("have_seq", *have_seq)),
            ItemResult::Retry { after_ms } => ("retry", one("after_ms", *after_ms)),
            ItemResult::Rejected(Refusal { code, message }) => (
                "rejected",
                Object::from([
                    ("code".to_owned(), code.as_str().into()),
                    ("message".to_owned(), message.clone().into_owned().into()),
                ]),
            ),
        };
        object.insert("status".to_owned(), status.into());
        Json::Obj(object)
    }

    /// Reads one result. A code that we do not know counts as a plain refusal.
    pub fn parse(json: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of("result", json)?;
        Ok(match fields.string("status")?.as_str() {
            "ok" => ItemResult::Ok(fields.rest()),
            "duplicate" => ItemResult::Duplicate {
                seq: fields.count("seq")?,
            },
            "gap" => ItemResult::Gap {
                have_seq: fields.count("have_seq")?,
            },
            "retry" => ItemResult::Retry {
                after_ms: fields.count("after_ms")?,
            },
            "rejected" => {
                let code = Code::parse(&fields.string("code")?).unwrap_or(Code::PolicyViolation);
                let message = fields.optional_string("message")?.unwrap_or_default();
                ItemResult::Rejected(code.because(message))
            }
            _ => return Err(fields.wrong("status", "is not known")),
        })
    }

    /// Reads the answer to a `send`: exactly one result for each item.
    pub fn parse_answer(body: &[u8], items: usize) -> Result<Vec<Self>, Malformed> {
        let mut fields = Fields::of("answer", crate::json::parse_body(body)?)?;
        let results = fields.array("results")?;
        if results.len() != items {
            return Err(fields.wrong("results", "must have one result for each item"));
        }
        results.into_iter().map(Self::parse).collect()
    }

    /// The body of the answer to a `send`.
    pub fn answer(results: &[Self]) -> Json {
        let results = results.iter().map(Self::to_json).collect();
        Json::object([("results", Json::Arr(results))])
    }
}

fn one(name: &str, value: u64) -> Object {
    Object::from([(name.to_owned(), value.into())])
}
