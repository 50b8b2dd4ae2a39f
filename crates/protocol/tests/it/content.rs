//! What the content of each type must hold (protocol section 3, the table).

use std::mem::discriminant;

use scaiwave_protocol::event::content;
use scaiwave_protocol::{Content, EventType, Json, Malformed};

use crate::support::{at, at_mut, key, remove, set, value, vectors};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// Type, a content with every member, and for each object in it: path, members that must be there,
/// members that may.
type Row = (
    &'static str,
    String,
    &'static [(
        &'static str,
        &'static [&'static str],
        &'static [&'static str],
    )],
);

fn table() -> Vec<Row> {
    let server = at(&vectors("events.json"), "events/1/event/content").canonical();
    let server = String::from_utf8(server).unwrap();
    let message = format!(
        r#"{{"msgtype":"swp.code","lang":"rust","body":"","mentions":["@a:b"],"reply_to_event_id":"{ID}",
        "thread_root":"{ID}","media":[{{"media_id":"m","sha256":"kGXveLUC5PJHd99alzJmx1LeyHgiiVSASQ0Tuu3_oFU",
        "size":0,"mime_type":"image/png","name":"a.png","width":1,"height":1,"blurhash":"x"}}]}}"#
    );
    let sig = scaiwave_protocol::Sign::public_key(&key()).id();
    let sig = format!(r#"{{"key_id":"{sig}","value":"{}"}}"#, "A".repeat(86));
    vec![
        (
            content::CREATE,
            r#"{"room_type":"group","name":"n","topic":"t","federate":true,"history":"shared","nonce":"oKCgoKCgoKCgoKCgoKCgoA"}"#.to_owned(),
            &[("", &["room_type", "federate", "history", "nonce"], &["name", "topic"])],
        ),
        (
            content::SERVER,
            server,
            &[
                ("", &["server", "descriptor", "present"], &[]),
                (
                    "descriptor",
                    &["server_name", "public_key", "protocol_versions", "endpoints", "keys", "software", "updated_at", "sig"],
                    &[],
                ),
                ("descriptor/software", &["name", "version"], &[]),
                ("descriptor/keys/0", &["key_id", "public_key", "valid_from", "valid_until"], &[]),
                ("descriptor/sig", &["key_id", "value"], &[]),
            ],
        ),
        (
            content::MEMBER,
            r#"{"participant":"@a:b","membership":"join","reason":"","display_name":"A","avatar":"m"}"#.to_owned(),
            &[("", &["participant", "membership"], &["reason", "display_name", "avatar"])],
        ),
        (content::NAME, r#"{"name":""}"#.to_owned(), &[("", &["name"], &[])]),
        (content::TOPIC, r#"{"topic":""}"#.to_owned(), &[("", &["topic"], &[])]),
        (
            content::POWER,
            r#"{"participant":"@a:b","level":50}"#.to_owned(),
            &[("", &["participant", "level"], &[])],
        ),
        (
            content::SETTINGS,
            r#"{"federate":false,"history":"joined","invite_level":0,"levels":{"swp.room.name":0},
            "max_foreign_participants":0,"edit_window_s":0,"denied_servers":["*.evil.example"]}"#.to_owned(),
            &[(
                "",
                &[],
                &["federate", "history", "invite_level", "levels", "max_foreign_participants", "edit_window_s", "denied_servers"],
            )],
        ),
        (
            content::STATE,
            r#"{"state":"open","replaced_by":"room-eviwedhkiy72kyrw5df222wn3ghjfbvm"}"#.to_owned(),
            &[("", &["state"], &["replaced_by"])],
        ),
        (
            content::MESSAGE,
            message.clone(),
            &[
                // `mentions`, `media` and `lang` may be missing: a message without them has none.
                ("", &["msgtype", "body"], &["lang", "mentions", "reply_to_event_id", "thread_root", "media"]),
                ("media/0", &["media_id", "sha256", "size", "mime_type", "name"], &["width", "height", "blurhash"]),
            ],
        ),
        (
            content::EDIT,
            format!(r#"{{"event_id":"{ID}","content":{message}}}"#),
            &[
                ("", &["event_id", "content"], &[]),
                ("content", &["msgtype", "body"], &["lang", "mentions", "reply_to_event_id", "thread_root", "media"]),
            ],
        ),
        (
            content::REACTION,
            format!(r#"{{"event_id":"{ID}","emoji":"👍","action":"add"}}"#),
            &[("", &["event_id", "emoji", "action"], &[])],
        ),
        (
            content::REDACTION,
            format!(r#"{{"event_id":"{ID}","reason":""}}"#),
            &[("", &["event_id"], &["reason"])],
        ),
        (
            content::PIN,
            format!(r#"{{"event_id":"{ID}","pinned":true}}"#),
            &[("", &["event_id", "pinned"], &[])],
        ),
        (content::CALL_START, r#"{"call_id":"c","kind":"audio"}"#.to_owned(), &[("", &["call_id", "kind"], &[])]),
        (content::CALL_END, r#"{"call_id":"c","kind":"video"}"#.to_owned(), &[("", &["call_id", "kind"], &[])]),
        (
            content::TRANSFER,
            format!(r#"{{"host":"b","term":2,"sig":{sig}}}"#),
            &[("", &["host", "term", "sig"], &[]), ("sig", &["key_id", "value"], &[])],
        ),
    ]
}

fn parse(kind: &str, content: &Json) -> Result<Content, Malformed> {
    Content::parse(&EventType::parse(kind).unwrap(), content)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}/{name}")
    }
}

/// One value of each JSON type.
fn one_of_each() -> [Json; 6] {
    ["null", "true", "7", "\"x\"", "[]", "{}"].map(value)
}

// The whole content is accepted, and so is the least; without any one needed member it is refused.
#[test]
fn members() {
    for (kind, source, objects) in table() {
        let full = value(&source);
        assert!(
            parse(kind, &full).is_ok_and(|content| content != Content::Unknown),
            "{kind}"
        );
        let mut least = full.clone();
        for (path, needed, optional) in objects {
            for name in *needed {
                let mut without = full.clone();
                remove(&mut without, &join(path, name));
                assert!(
                    parse(kind, &without).is_err(),
                    "{kind} without {path} {name}"
                );
            }
            for name in *optional {
                let mut without = full.clone();
                remove(&mut without, &join(path, name));
                assert!(
                    parse(kind, &without).is_ok(),
                    "{kind} without {path} {name}"
                );
            }
        }
        for (path, _, optional) in objects.iter().rev() {
            optional
                .iter()
                .for_each(|name| remove(&mut least, &join(path, name)));
        }
        assert!(parse(kind, &least).is_ok(), "{kind}, the least");
    }
}

// A member of another JSON type is refused, the optional ones too; null is not absence.
#[test]
fn wrong_types() {
    for (kind, source, objects) in table() {
        let full = value(&source);
        for (path, needed, optional) in objects {
            for name in needed.iter().chain(*optional) {
                let path = join(path, name);
                for other in one_of_each() {
                    if discriminant(&other) == discriminant(at(&full, &path)) {
                        continue;
                    }
                    let mut wrong = full.clone();
                    set(&mut wrong, &path, other.clone());
                    assert!(parse(kind, &wrong).is_err(), "{kind}: {path} {other:?}");
                }
            }
        }
        for other in one_of_each() {
            if !matches!(other, Json::Obj(_)) {
                assert!(parse(kind, &other).is_err(), "{kind}: {other:?}");
            }
        }
    }
}

// Members that nobody knows are ignored, except in what is signed by itself.
#[test]
fn unknown_members() {
    for (kind, source, objects) in table() {
        for (path, _, _) in objects {
            for name in ["", "x-unknown", "Name"] {
                let mut more = value(&source);
                let Json::Obj(object) = at_mut(&mut more, path) else {
                    panic!("{kind}: {path}");
                };
                object.insert(name.to_owned(), Json::Null);
                let signed = path.starts_with("descriptor") || *path == "sig";
                assert_eq!(parse(kind, &more).is_err(), signed, "{kind}: {path}");
            }
        }
    }
}

/// Type, path, values that fit, values that do not.
const VALUES: &[(&str, &str, &[&str], &[&str])] = &[
    (
        content::CREATE,
        "room_type",
        &["\"dm\"", "\"public\""],
        &["\"\"", "\"Group\"", "\"channel\""],
    ),
    (
        content::CREATE,
        "history",
        &["\"joined\""],
        &["\"\"", "\"all\"", "\"Shared\""],
    ),
    (
        content::CREATE,
        "nonce",
        &["\"AAAAAAAAAAAAAAAAAAAAAA\""],
        &[
            "\"\"",
            "\"AAAAAAAAAAAAAAAAAAAAAA==\"",
            "\"AAAAAAAAAAAAAAAAAAAAAB\"",
            "\"AAAAAAAAAAAAAAAAAAAA\"",
            "\"AAAAAAAAAAAAAAAAAAAAAAA\"",
        ],
    ),
    (
        content::SERVER,
        "server",
        &[],
        &["\"globex.example:8448\"", "\"ACME.example\"", "\"\""],
    ),
    (content::SERVER, "descriptor/updated_at", &[], &["-1", "1"]),
    (content::SERVER, "present", &["false"], &[]),
    (
        content::MEMBER,
        "participant",
        &["\"@a:b:1\""],
        &["\"\"", "\"a:b\"", "\"@_server:b\"", "\"@room\"", "\"@A:b\""],
    ),
    (
        content::MEMBER,
        "membership",
        &["\"invite\"", "\"leave\"", "\"ban\"", "\"knock\""],
        &["\"\"", "\"Join\"", "\"kick\"", "\"none\""],
    ),
    (
        content::MEMBER,
        "display_name",
        &["\" \"", "\"\\ud83d\\ude00\""],
        &["\"\""],
    ),
    (
        content::POWER,
        "level",
        &["0", "100"],
        &["-1", "101", "256", "9007199254740991", "\"50\""],
    ),
    (content::POWER, "participant", &[], &["\"@_server:b\""]),
    (content::SETTINGS, "invite_level", &["100"], &["-1", "101"]),
    (
        content::SETTINGS,
        "levels",
        &["{}", "{\"unknown type\":100}"],
        &[
            "{\"swp.room.name\":101}",
            "{\"x\":-1}",
            "{\"x\":\"1\"}",
            "{\"x\":null}",
            "{\"x\":256}",
        ],
    ),
    (content::SETTINGS, "history", &["\"shared\""], &["\"none\""]),
    (
        content::SETTINGS,
        "max_foreign_participants",
        &["9007199254740991"],
        &["-1"],
    ),
    (
        content::SETTINGS,
        "edit_window_s",
        &["9007199254740991"],
        &["-1"],
    ),
    (
        content::SETTINGS,
        "denied_servers",
        &["[]", "[\"a\",\"*.a:1\"]"],
        &["[1]", "[null]", "[\"*\"]", "[\"A\"]", "[\"\"]", "[[]]"],
    ),
    (
        content::STATE,
        "state",
        &["\"archived\"", "\"closed\""],
        &["\"\"", "\"Open\"", "\"deleted\""],
    ),
    (content::MESSAGE, "msgtype", &["\"\"", "\"x\""], &[]),
    (
        content::MESSAGE,
        "mentions",
        &["[]", "[\"@room\",\"@a:b\"]"],
        &[
            "[1]",
            "[null]",
            "[\"room\"]",
            "[\"@a\"]",
            "[\"@_server:b\"]",
            "[\"@room:\"]",
            "[[\"@a:b\"]]",
        ],
    ),
    (
        content::MESSAGE,
        "reply_to_event_id",
        &[],
        &["\"\"", "\"01890A5D-AC96-774B-BCCE-B302099A8057\""],
    ),
    (content::MESSAGE, "thread_root", &[], &["\"\"", "\"x\""]),
    (
        content::MESSAGE,
        "media",
        &["[]"],
        &["[1]", "[null]", "[[]]", "[{}]"],
    ),
    (
        content::MESSAGE,
        "media/0/sha256",
        &[],
        &[
            "\"\"",
            "\"AA\"",
            "\"kGXveLUC5PJHd99alzJmx1LeyHgiiVSASQ0Tuu3/oFU\"",
        ],
    ),
    (
        content::MESSAGE,
        "media/0/size",
        &["9007199254740991"],
        &["-1"],
    ),
    (content::MESSAGE, "media/0/width", &["0"], &["-1"]),
    (content::MESSAGE, "media/0/height", &["0"], &["-1"]),
    (content::EDIT, "event_id", &[], &["\"\"", "\"x\""]),
    (
        content::EDIT,
        "content",
        &[],
        &[
            "{}",
            "{\"body\":\"\"}",
            "{\"msgtype\":\"swp.text\"}",
            "{\"msgtype\":\"swp.text\",\"body\":\"\",\"mentions\":[1]}",
        ],
    ),
    (content::REACTION, "event_id", &[], &["\"\"", "\"x\""]),
    (
        content::REACTION,
        "action",
        &["\"remove\""],
        &["\"\"", "\"Add\"", "\"toggle\""],
    ),
    (content::REACTION, "emoji", &["\"a\""], &["\"\""]),
    (content::REDACTION, "event_id", &[], &["\"\"", "\"x\""]),
    (content::PIN, "event_id", &[], &["\"\"", "\"x\""]),
    (content::PIN, "pinned", &["false"], &[]),
    (
        content::CALL_START,
        "kind",
        &["\"video\""],
        &["\"\"", "\"screen\""],
    ),
    (
        content::CALL_END,
        "kind",
        &["\"audio\""],
        &["\"\"", "\"screen\""],
    ),
    (
        content::TRANSFER,
        "host",
        &["\"b:1\""],
        &["\"\"", "\"B\"", "\"b:443\""],
    ),
    (content::TRANSFER, "term", &["9007199254740991"], &["-1"]),
    (content::TRANSFER, "sig/value", &[], &["\"\"", "\"AA\""]),
];

// Values that the table names fit, others do not.
#[test]
fn values() {
    let table = table();
    for (kind, path, fit, unfit) in VALUES {
        let (_, source, _) = table.iter().find(|(row, _, _)| row == kind).unwrap();
        for (values, fits) in [(fit, true), (unfit, false)] {
            for text in *values {
                let mut content = value(source);
                set(&mut content, path, value(text));
                assert_eq!(
                    parse(kind, &content).is_ok(),
                    fits,
                    "{kind}: {path} = {text}"
                );
            }
        }
    }
}

// `lang` is a member of code only; elsewhere nobody knows it.
#[test]
fn lang_is_of_code() {
    for (msgtype, fits) in [("swp.code", false), ("swp.text", true)] {
        let content = value(&format!(r#"{{"msgtype":"{msgtype}","body":"","lang":1}}"#));
        assert_eq!(parse(content::MESSAGE, &content).is_ok(), fits, "{msgtype}");
    }
}

// An unknown type has no form, and says so.
#[test]
fn unknown_types() {
    for kind in ["x", "swp.room.unknown", "swp.room.message2"] {
        for content in one_of_each() {
            assert_eq!(parse(kind, &content), Ok(Content::Unknown));
        }
    }
}

// Settings keep what this version does not know.
#[test]
fn settings_are_kept() {
    let source = value(r#"{"invite_level":1,"x-later":{"a":[1]}}"#);
    let Ok(Content::Settings(settings)) = parse(content::SETTINGS, &source) else {
        panic!("not settings");
    };
    assert_eq!(Json::Obj(settings.raw), source);
    assert_eq!((settings.invite_level, settings.federate), (Some(1), None));
}

// Only message, edit and reaction can be erased.
#[test]
fn erasable_types() {
    let erasable = table()
        .into_iter()
        .filter(|(kind, _, _)| content::is_erasable(kind));
    let kinds: Vec<&str> = erasable.map(|(kind, _, _)| kind).collect();
    assert_eq!(kinds, [content::MESSAGE, content::EDIT, content::REACTION]);
}
