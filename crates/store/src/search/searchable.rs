use std::collections::BTreeSet;

use scaiwave_protocol::event::content::Message;
use scaiwave_protocol::{Json, json};

use super::Mark;

/// Characters of a message that are searched, from its beginning: more than anybody types, and a bound for
/// what one message costs its writer and its finder.
pub const SEARCHED_CHARS_MAX: usize = 8_192;

/// What of a message is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searchable {
    /// Its body, and the name of each of its files on a line of its own.
    pub text: String,
    /// What it has besides.
    pub marks: BTreeSet<Mark>,
}

/// What is searched of a message that is shown: canonical bytes of its event, and the content of its latest
/// edit. Nothing of what is erased, and nothing of what cannot be read.
pub fn searchable(event: &[u8], edit: Option<&[u8]>) -> Option<Searchable> {
    let content = match edit {
        Some(content) => json::parse(content).ok()?,
        None => content_of(event)?,
    };
    let message = Message::parse(content).ok()?;
    let mut text = message.body;
    for media in &message.media {
        text.push('\n');
        text.push_str(&media.name);
    }
    if let Some((end, _)) = text.char_indices().nth(SEARCHED_CHARS_MAX) {
        text.truncate(end);
    }
    let marks = [
        (Mark::Link, has_link(&text)),
        (Mark::Mention, !message.mentions.is_empty()),
        (
            Mark::Reply,
            message.reply_to_event_id.is_some() || message.thread_root.is_some(),
        ),
        (Mark::File, !message.media.is_empty()),
    ];
    let marks = marks.into_iter().filter(|(_, has)| *has);
    Some(Searchable {
        text,
        marks: marks.map(|(mark, _)| mark).collect(),
    })
}

/// Without the rest of the event, and the hashes that reading it costs: what is stored has been checked.
fn content_of(event: &[u8]) -> Option<Json> {
    json::parse_member(event, "content").ok()?
}

fn has_link(text: &str) -> bool {
    let begins = |rest: &[u8], with: &str| {
        let start = rest.get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
    };
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|b| matches!(b, b'h' | b'H')) {
        rest = &rest[at..];
        if begins(rest, "http://") || begins(rest, "https://") {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content: &str) -> Option<Searchable> {
        searchable(b"", Some(content.as_bytes()))
    }

    #[test]
    fn a_message_is_its_words_its_files_and_its_marks() {
        let all = r#"{"msgtype":"swp.media","body":"see hTTps://x.example","mentions":["@room"],
            "thread_root":"019ab7c2-0000-7000-8000-000000000001","media":[{"media_id":"m","sha256":
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU","size":1,"mime_type":"a/b","name":"plan.pdf"}]}"#;
        let found = of(all).expect("a message");
        assert_eq!(found.text, "see hTTps://x.example\nplan.pdf");
        let marks = [Mark::Link, Mark::Mention, Mark::Reply, Mark::File];
        assert_eq!(found.marks, BTreeSet::from(marks));
        let plain = of(r#"{"msgtype":"swp.text","body":"http: no"}"#).expect("a message");
        assert_eq!(plain.marks, BTreeSet::new());
    }

    #[test]
    fn what_cannot_be_read_is_not_searched() {
        assert_eq!(of("{}"), None);
        assert_eq!(of("erased"), None);
        assert_eq!(searchable(b"padding", None), None);
        assert_eq!(searchable(br#"{"content_hash":"x"}"#, None), None);
        let event = br#"{"content":{"msgtype":"swp.text","body":"hi"}}"#;
        let found = searchable(event, None).map(|found| found.text);
        assert_eq!(found.as_deref(), Some("hi"));
    }

    #[test]
    fn the_searched_part_has_an_end() {
        for (chars, searched) in [(8_191, 8_191), (8_192, 8_192), (8_193, 8_192)] {
            let body = "é".repeat(chars);
            let found = of(&format!(r#"{{"msgtype":"swp.text","body":"{body}"}}"#));
            let text = found.expect("a message").text;
            assert_eq!(text.chars().count(), searched);
        }
    }
}
